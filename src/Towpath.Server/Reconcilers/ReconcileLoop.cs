using System.Globalization;
using Towpath.Core.Diagnostics;
using Towpath.Core.Journal;
using Towpath.Core.Rollouts;
using Towpath.Server.Storage;

namespace Towpath.Server.Reconcilers;

/// <summary>
/// Sees to it that every application's ladder is looked at, every open deployment has a reconciler, and every environment without one is looked
/// after. Environments and applications go their ways in parallel, deployments within a bound; within one environment there is one at a time.
/// </summary>
public sealed class ReconcileLoop(ReconcilerTools tools, IEnvironments environments, LadderReconciler ladder, PlanBuilder plans, string owner, Func<string, bool>? isGone = null)
{
    private const int MostAtOnce = 8;
    private const ConfigureAwaitOptions Quietly = ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext;

    private static readonly TimeSpan UntilTheStoreIsBack = TimeSpan.FromSeconds(1);

    private readonly Lock _turn = new();
    private readonly Dictionary<(string Application, string Environment), Slot> _slots = [];
    private readonly HashSet<string> _paused = new(StringComparer.Ordinal);
    private readonly Leases _leases = new(tools.Store, owner, tools.Time, isGone);

    /// <summary>Runs until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                // What is written from here on wakes it again: the look may come too early to see it.
                var seen = tools.Store.LastSequence();
                Try("the applications", LookAtLadders);
                Try("what waits", () => Fill(cancellationToken));
                await WaitAsync(seen, cancellationToken);
            }
            catch (StoreUnavailableException e)
            {
                tools.Log(e.Message);
                await Task.Delay(UntilTheStoreIsBack, tools.Time, cancellationToken).ConfigureAwait(Quietly);
            }
        }
        await EndAsync(_ => true);
    }

    /// <summary>Ends what is under way for an application and starts nothing more, so that it can be removed.</summary>
    public async Task<IDisposable> PauseAsync(string application)
    {
        lock (_turn) _paused.Add(application);
        // One that stands still might never end by itself: all are left where they are, once what is under way has ended.
        await EndAsync(name => name == application);
        return new Pause(this, application);
    }

    private void LookAtLadders()
    {
        foreach (var application in tools.Store.Applications().Where(a => !IsPaused(a.Name)))
            Try($"the ladder of {application.Name}", () => ladder.Reconcile(application));
    }

    private async Task WaitAsync(long seen, CancellationToken cancellationToken)
    {
        var wait = tools.Store.WaitForFactsAsync(seen, cancellationToken);
        await wait.ConfigureAwait(Quietly);
        if (wait.Exception?.InnerException is StoreUnavailableException unavailable) throw unavailable;
    }

    /// <summary>One bad record must not stop the others, nor end the control plane.</summary>
    private void Try(string what, Action look)
    {
        try
        {
            look();
        }
        catch (Exception e) when (e is not OperationCanceledException and not StoreUnavailableException)
        {
            tools.Log($"{what} can't be looked at: {e}");
        }
    }

    /// <summary>Gives each environment what is its turn: the deployment that waits, else its upkeep.</summary>
    private void Fill(CancellationToken cancellationToken)
    {
        var waiting = tools.Store.OpenDeployments(null, null).Select(d => (d.Application, d.Environment)).Distinct().ToList();
        var resting = tools.Store.Applications().SelectMany(a => a.Ladder.Environments.Select(e => (Application: a.Name, Environment: e.Name)))
            .Except(waiting).Where(place => tools.Store.Current(place.Application, place.Environment) is not null).ToList();
        var giveWay = new List<CancellationTokenSource>();
        lock (_turn)
        {
            foreach (var ended in _slots.Where(s => s.Value.Task.IsCompleted).Select(s => s.Key).ToList()) _slots.Remove(ended);
            foreach (var place in waiting.Where(w => !_paused.Contains(w.Application)))
            {
                if (_slots.Count(s => s.Value.IsDeployment) >= MostAtOnce) break;
                if (_slots.TryGetValue(place, out var slot) && slot.IsDeployment) continue;
                if (slot is not null) giveWay.Add(slot.Leave);
                var leave = new CancellationTokenSource();
                _slots[place] = new Slot(DeployAsync(place, slot?.Task ?? Task.CompletedTask, leave.Token, cancellationToken), leave, IsDeployment: true);
            }
            foreach (var place in resting.Where(r => !_paused.Contains(r.Application) && !_slots.ContainsKey(r)))
            {
                var leave = new CancellationTokenSource();
                _slots[place] = new Slot(LookAfterAsync(place, leave.Token, cancellationToken), leave, IsDeployment: false);
            }
        }
        foreach (var leave in giveWay) leave.Cancel();
    }

    /// <summary>Looks after an environment until a deployment waits for it.</summary>
    private Task LookAfterAsync((string Application, string Environment) place, CancellationToken giveWay, CancellationToken cancellationToken) =>
        InTurnAsync(place, Task.CompletedTask, async lease =>
        {
            if (plans.AtRest(place.Application, place.Environment) is { } plan)
                await new UpkeepReconciler(tools, environments.Engine(place.Application, place.Environment), plan, lease).RunAsync(giveWay, cancellationToken);
        }, cancellationToken);

    /// <summary>The deployment that has begun, else the newest; older ones that have not begun give way.</summary>
    private Task DeployAsync(
        (string Application, string Environment) place, Task before, CancellationToken leave, CancellationToken cancellationToken) =>
        InTurnAsync(place, before, async lease =>
        {
            await SettleAsync(place, lease, cancellationToken);
            var queue = tools.Store.OpenDeployments(place.Application, place.Environment);
            if (queue.InTurn() is not { } next) return;
            foreach (var older in queue.TakeWhile(d => d.Id != next.Id)) Supersede(older, next, lease.Lease);
            await CarryAsync(next, lease, leave, cancellationToken);
        }, cancellationToken);

    /// <summary>What an earlier process had begun to mend ends first: two effects on one container would not know of each other.</summary>
    private async Task SettleAsync((string Application, string Environment) place, HeldLease lease, CancellationToken cancellationToken)
    {
        if (tools.Store.Upkeep(place.Application, place.Environment) is not { } text || RolloutsJson.ReadUpkeep(text).Pending.IsEmpty) return;
        try
        {
            if (plans.AtRest(place.Application, place.Environment) is { } plan)
                await new UpkeepReconciler(tools, environments.Engine(place.Application, place.Environment), plan, lease)
                    .RunAsync(giveWay: new CancellationToken(canceled: true), cancellationToken);
        }
        catch (DiagnosticException e)
        {
            // A secret that was taken away must not keep out the release that does without it.
            tools.Log($"{place.Application}/{place.Environment}: {e.Diagnostics[0].Headline}");
        }
    }

    /// <summary>Acts on an environment once what was before has ended, and under its lease: what is looked at then is not changed by others.</summary>
    private async Task InTurnAsync(
        (string Application, string Environment) place, Task before, Func<HeldLease, Task> act, CancellationToken cancellationToken)
    {
        await Task.Yield();
        await before.ConfigureAwait(Quietly);
        try
        {
            if (_leases.TryTake(place.Application, place.Environment) is { } lease) await act(lease);
        }
        catch (StaleLeaseException e)
        {
            tools.Log(e.Message);
        }
        catch (StoreUnavailableException e)
        {
            tools.Log($"{place.Application}/{place.Environment}: {e.Message}");
            await Task.Delay(UntilTheStoreIsBack, tools.Time, cancellationToken);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            tools.Log($"{place.Application}/{place.Environment}: {e}");
            await Task.Delay(Leases.Duration / 6, tools.Time, cancellationToken);
        }
    }

    private async Task CarryAsync(DeploymentRecord next, HeldLease lease, CancellationToken leave, CancellationToken cancellationToken)
    {
        DeploymentPlan plan;
        try
        {
            // What runs now is what a failure goes back to: while the request waited, another release may have come in.
            plan = plans.Build(next with { Previous = tools.Store.Current(next.Application, next.Environment)?.Release });
        }
        catch (DiagnosticException e)
        {
            GiveUp(next, lease.Lease, e.Diagnostics[0]);
            return;
        }
        var engine = environments.Engine(next.Application, next.Environment);
        await new DeploymentReconciler(tools, engine, plan, next, lease, arrival: Arrival(next)).RunAsync(cancellationToken, leave);
    }

    private void Supersede(DeploymentRecord older, DeploymentRecord newer, Lease lease)
    {
        DeploymentPlan plan;
        try
        {
            plan = plans.Build(older);
        }
        catch (DiagnosticException e)
        {
            // It could not have begun anyway; the newer one has no part in that.
            GiveUp(older, lease, e.Diagnostics[0]);
            return;
        }
        var now = tools.Time.GetUtcNow();
        var decision = tools.Machines.Deployment(RolloutsJson.Read(older.State), new NewerRequested(newer.Release), plan, now);
        tools.Store.UpdateDeployment(
            lease, older.Id, decision.State.Phase.ToString(), decision.State.Ended, RolloutsJson.Write(decision.State), now, decision.Facts);
    }

    /// <summary>A deployment whose plan can't even be made: nothing was touched.</summary>
    private void GiveUp(DeploymentRecord deployment, Lease lease, Diagnostic reason)
    {
        var now = tools.Time.GetUtcNow();
        var state = RolloutsJson.Read(deployment.State) with { Phase = DeploymentPhase.Failed, Since = now, Failure = reason, Pending = [] };
        tools.Store.UpdateDeployment(lease, deployment.Id, nameof(DeploymentPhase.Failed), ended: true, RolloutsJson.Write(state), now,
        [
            new Fact
            {
                At = now,
                Kind = FactKind.DeploymentFailed,
                Application = deployment.Application,
                Environment = deployment.Environment,
                Release = deployment.Release,
                Deployment = deployment.Id,
                Diagnostic = reason,
                Text = $"{deployment.Release} did not enter {deployment.Environment}: nothing was touched",
            },
        ]);
    }

    /// <summary>What is told with the end of a deployment to the top of the ladder; null for other environments.</summary>
    private string? Arrival(DeploymentRecord deployment)
    {
        var top = tools.Store.Application(deployment.Application)?.Ladder.Environments[^1];
        return top?.Name != deployment.Environment ? null : string.Create(
            CultureInfo.InvariantCulture,
            $"{deployment.Release} has reached {deployment.Environment}, the top of the ladder: http://{top.Address}:{environments.Port(deployment.Application, top)}");
    }

    private bool IsPaused(string application)
    {
        lock (_turn) return _paused.Contains(application);
    }

    private async Task EndAsync(Func<string, bool> isMeant)
    {
        List<Slot> slots;
        lock (_turn) slots = [.. _slots.Where(s => isMeant(s.Key.Application)).Select(s => s.Value)];
        foreach (var slot in slots) slot.Leave.Cancel();
        await Task.WhenAll(slots.Select(s => s.Task)).ConfigureAwait(Quietly);
    }

    /// <summary>What goes on in an environment.</summary>
    /// <param name="Task">Ends with it.</param>
    /// <param name="Leave">Cancelled, it ends as soon as what is under way has ended.</param>
    /// <param name="IsDeployment">A deployment; the environment's upkeep otherwise.</param>
    private sealed record Slot(Task Task, CancellationTokenSource Leave, bool IsDeployment);

    private sealed class Pause(ReconcileLoop loop, string application) : IDisposable
    {
        public void Dispose()
        {
            lock (loop._turn) loop._paused.Remove(application);
        }
    }
}
