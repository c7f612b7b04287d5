using System.Globalization;
using Towpath.Core.Diagnostics;
using Towpath.Core.Journal;
using Towpath.Core.Rollouts;
using Towpath.Server.Storage;

namespace Towpath.Server.Reconcilers;

/// <summary>
/// Sees to it that every open deployment has a reconciler, and every application's ladder is looked at. Environments and applications go
/// their ways in parallel, within a bound; within one environment there is one deployment at a time.
/// </summary>
public sealed class ReconcileLoop(ReconcilerTools tools, IEnvironments environments, LadderReconciler ladder, PlanBuilder plans, string owner)
{
    private const int MostAtOnce = 8;
    private const ConfigureAwaitOptions Quietly = ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext;

    private readonly Lock _turn = new();
    private readonly Dictionary<(string Application, string Environment), Task> _active = [];
    private readonly HashSet<string> _paused = new(StringComparer.Ordinal);
    private readonly Leases _leases = new(tools.Store, owner, tools.Time);

    /// <summary>Runs until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            // What is written from here on wakes it again: the look may come too early to see it.
            var seen = tools.Store.LastSequence();
            foreach (var application in tools.Store.Applications().Where(a => !IsPaused(a.Name)))
                Try($"the ladder of {application.Name}", () => ladder.Reconcile(application));
            Try("what waits", () => StartDeployments(cancellationToken));
            await tools.Store.WaitForFactsAsync(seen, cancellationToken).ConfigureAwait(Quietly);
        }
        await Task.WhenAll(Active(_ => true)).ConfigureAwait(Quietly);
    }

    /// <summary>Ends what is under way for an application and starts nothing more, so that it can be removed.</summary>
    public async Task<IDisposable> PauseAsync(string application)
    {
        lock (_turn) _paused.Add(application);
        // Deployments end by themselves within their bounds; removal is asked for by a person who can wait or ask again.
        await Task.WhenAll(Active(name => name == application)).ConfigureAwait(Quietly);
        return new Pause(this, application);
    }

    /// <summary>One bad record must not stop the others, nor end the control plane.</summary>
    private void Try(string what, Action look)
    {
        try
        {
            look();
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            tools.Log($"{what} can't be looked at: {e}");
        }
    }

    private void StartDeployments(CancellationToken cancellationToken)
    {
        var waiting = tools.Store.OpenDeployments(null, null).GroupBy(d => (d.Application, d.Environment)).ToList();
        lock (_turn)
        {
            foreach (var ended in _active.Where(a => a.Value.IsCompleted).Select(a => a.Key).ToList()) _active.Remove(ended);
            foreach (var queue in waiting)
            {
                if (_active.Count >= MostAtOnce) return;
                if (!_paused.Contains(queue.Key.Application) && !_active.ContainsKey(queue.Key))
                    _active[queue.Key] = RunAsync(queue.Key.Application, queue.Key.Environment, cancellationToken);
            }
        }
    }

    /// <summary>The deployment that has begun, else the newest; older ones that have not begun give way.</summary>
    private async Task RunAsync(string application, string environment, CancellationToken cancellationToken)
    {
        await Task.Yield();
        try
        {
            if (_leases.TryTake(application, environment) is not { } lease) return;
            // Looked at under the lease: what another control plane did before is done.
            var queue = tools.Store.OpenDeployments(application, environment);
            var next = queue.FirstOrDefault(d => d.Phase != nameof(DeploymentPhase.Requested)) ?? (queue is [.., var newest] ? newest : null);
            if (next is null) return;
            foreach (var older in queue.TakeWhile(d => d.Id != next.Id)) Supersede(older, next, lease.Lease);
            await CarryAsync(next, lease, cancellationToken);
        }
        catch (StaleLeaseException e)
        {
            tools.Log(e.Message);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            tools.Log($"{application}/{environment}: {e}");
            await Task.Delay(Leases.Duration / 6, tools.Time, cancellationToken);
        }
    }

    private async Task CarryAsync(DeploymentRecord next, HeldLease lease, CancellationToken cancellationToken)
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
        await new DeploymentReconciler(tools, engine, plan, next, lease, arrival: Arrival(next)).RunAsync(cancellationToken);
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

    private List<Task> Active(Func<string, bool> isMeant)
    {
        lock (_turn) return [.. _active.Where(a => isMeant(a.Key.Application)).Select(a => a.Value)];
    }

    private sealed class Pause(ReconcileLoop loop, string application) : IDisposable
    {
        public void Dispose()
        {
            lock (loop._turn) loop._paused.Remove(application);
        }
    }
}
