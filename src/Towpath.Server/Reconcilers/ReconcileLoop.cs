using System.Collections.Concurrent;
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
public sealed class ReconcileLoop(
    IStore store, EnvironmentRegistry environments, LadderReconciler ladder, PlanBuilder plans, string owner, TimeProvider time, Action<string> log)
{
    private const int MostAtOnce = 8;
    private static readonly TimeSpan LeaseTime = TimeSpan.FromSeconds(15);

    private readonly ConcurrentDictionary<(string Application, string Environment), Task> _active = new();
    private readonly ConcurrentDictionary<string, byte> _paused = new(StringComparer.Ordinal);

    /// <summary>Runs until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await RestoreAsync(cancellationToken);
        var seen = store.LastSequence();
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                foreach (var application in store.Applications().Where(a => !_paused.ContainsKey(a.Name))) ladder.Reconcile(application);
                StartDeployments(cancellationToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                // One bad record must not stop the others, nor end the control plane.
                log($"reconciling failed: {e}");
            }
            await store.WaitForFactsAsync(seen, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            seen = store.LastSequence();
        }
        await Task.WhenAll(_active.Values).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>After a restart of the machine containers may stand still: their environment is deployed once more as it was.</summary>
    private async Task RestoreAsync(CancellationToken cancellationToken)
    {
        foreach (var (application, environment) in store.Applications().SelectMany(a => a.Ladder.Environments.Select(e => (a.Name, e.Name))))
        {
            try
            {
                if (store.Current(application, environment) is not { } current || store.OpenDeployments(application, environment).Count > 0) continue;
                if (store.Deployment(current.Deployment) is not { } last) continue;
                if (!await environments.Environment(application, environment).RunsAsync(plans.Build(last).Target, cancellationToken))
                    ladder.Deploy(application, environment, current.Release, "towpath");
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                log($"{application}/{environment} can't be looked at: {e.Message}");
            }
        }
    }

    /// <summary>Ends what is under way for an application and starts nothing more, so that it can be removed.</summary>
    public async Task<IDisposable> PauseAsync(string application)
    {
        _paused[application] = 0;
        // Deployments end by themselves within their bounds; removal is asked for by a person who can wait or ask again.
        await Task.WhenAll(_active.Where(a => a.Key.Application == application).Select(a => a.Value)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return new Pause(this, application);
    }

    private void StartDeployments(CancellationToken cancellationToken)
    {
        foreach (var ended in _active.Where(a => a.Value.IsCompleted).Select(a => a.Key).ToList()) _active.TryRemove(ended, out _);
        foreach (var waiting in store.OpenDeployments(null, null).GroupBy(d => (d.Application, d.Environment)))
        {
            if (_paused.ContainsKey(waiting.Key.Application) || _active.ContainsKey(waiting.Key) || _active.Count >= MostAtOnce) continue;
            var queue = waiting.ToList();
            _active[waiting.Key] = Task.Run(() => RunAsync(queue, cancellationToken), cancellationToken);
        }
    }

    /// <summary>The deployment that has begun, else the newest; older ones that have not begun give way.</summary>
    private async Task RunAsync(List<DeploymentRecord> queue, CancellationToken cancellationToken)
    {
        var next = queue.Find(d => d.Phase != nameof(DeploymentPhase.Requested)) ?? queue[^1];
        try
        {
            var lease = store.TryTakeLease(next.Application, next.Environment, owner, time.GetUtcNow(), LeaseTime);
            if (lease is null) return;
            foreach (var older in queue.Where(d => d.Id != next.Id && d.Phase == nameof(DeploymentPhase.Requested) && d.RequestedAt <= next.RequestedAt))
                Supersede(older, next, lease);
            // What runs now is what a failure goes back to: while the request waited, another release may have come in.
            var plan = plans.Build(next with { Previous = store.Current(next.Application, next.Environment)?.Release });
            var engine = environments.Environment(next.Application, next.Environment);
            await new DeploymentReconciler(store, engine, plan, next, lease, time, log, arrival: Arrival(next)).RunAsync(cancellationToken);
        }
        catch (DiagnosticException e)
        {
            GiveUp(next, e.Diagnostics[0]);
        }
        catch (StaleLeaseException e)
        {
            log(e.Message);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            log($"{next.Id}: {e}");
            await Task.Delay(LeaseTime / 3, time, cancellationToken);
        }
    }

    private void Supersede(DeploymentRecord older, DeploymentRecord newer, Lease lease)
    {
        var now = time.GetUtcNow();
        DeploymentPlan plan;
        try
        {
            plan = plans.Build(older);
        }
        catch (DiagnosticException e)
        {
            // It could not have begun anyway; the newer one has no part in that.
            GiveUp(older, e.Diagnostics[0]);
            return;
        }
        var decision = DeploymentMachine.Decide(RolloutsJson.Read(older.State), new NewerRequested(newer.Release), plan, now);
        store.UpdateDeployment(lease, older.Id, decision.State.Phase.ToString(), decision.State.Ended, RolloutsJson.Write(decision.State), now, decision.Facts);
    }

    /// <summary>A deployment whose plan can't even be made: nothing was touched.</summary>
    private void GiveUp(DeploymentRecord deployment, Diagnostic reason)
    {
        var now = time.GetUtcNow();
        var lease = store.TryTakeLease(deployment.Application, deployment.Environment, owner, now, LeaseTime);
        if (lease is null) return;
        var state = RolloutsJson.Read(deployment.State) with { Phase = DeploymentPhase.Failed, Since = now, Failure = reason, Pending = [] };
        store.UpdateDeployment(lease, deployment.Id, nameof(DeploymentPhase.Failed), ended: true, RolloutsJson.Write(state), now,
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
        var top = store.Application(deployment.Application)?.Ladder.Environments[^1];
        return top?.Name != deployment.Environment ? null : string.Create(
            CultureInfo.InvariantCulture,
            $"{deployment.Release} has reached {deployment.Environment}, the top of the ladder: http://{top.Address}:{environments.Port(deployment.Application, top)}");
    }

    private sealed class Pause(ReconcileLoop loop, string application) : IDisposable
    {
        public void Dispose() => loop._paused.TryRemove(application, out _);
    }
}
