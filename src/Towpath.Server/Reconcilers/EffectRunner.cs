using Towpath.Core.Containers;
using Towpath.Core.Diagnostics;
using Towpath.Core.Environments;
using Towpath.Core.Rollouts;
using Towpath.Engines;
using Towpath.Engines.Containers;
using Towpath.Engines.Kubernetes;
using Towpath.Server.Storage;

namespace Towpath.Server.Reconcilers;

/// <summary>
/// Does one effect and turns whatever happens into an event. An engine or a gateway that does not answer is asked again for a bounded
/// while: it may be restarting, and effects can be repeated. Gates are judged here: no engine knows them.
/// </summary>
/// <param name="engine">The environment.</param>
/// <param name="plan">What effects work from.</param>
/// <param name="judge">Verdicts of the gates for the plan.</param>
/// <param name="keepLease">Called right before anything is done; throws where another control plane acts on the environment.</param>
/// <param name="time">Clock.</param>
internal sealed class EffectRunner(
    IEnvironmentEngine engine, DeploymentPlan plan, Func<DeploymentPlan, IReadOnlyList<GateVerdict>> judge, Action keepLease, TimeProvider time)
{
    /// <summary>How long an engine or a gateway may be away, and a cluster may not know who asks.</summary>
    public static readonly TimeSpan UsualPatience = TimeSpan.FromSeconds(60);

    /// <summary>How long the API server of a cluster may be away: what runs there goes on without it, and the way back would need it as well.</summary>
    public static readonly TimeSpan PatienceWithClusters = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    public async Task<DeploymentEvent> RunAsync(Effect effect, CancellationToken cancellationToken)
    {
        var patience = new Patience(time);
        for (var pause = TimeSpan.FromMilliseconds(200); ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            keepLease();
            try
            {
                if (effect is CheckGates) return CheckGates(effect);
                await engine.ApplyAsync(effect, plan, cancellationToken);
                return new EffectSucceeded(effect.Key);
            }
            catch (Exception e) when (patience.Bears(PatienceWith(e)))
            {
                await Task.Delay(pause, time, cancellationToken);
            }
            catch (Exception e) when (e is not StaleLeaseException and not StoreUnavailableException && (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested))
            {
                return new EffectFailed(effect.Key, Explain(effect, e));
            }
        }
    }

    private DeploymentEvent CheckGates(Effect effect)
    {
        var closed = judge(plan).Where(g => !g.Holds).ToList();
        return closed.Count == 0 ? new EffectSucceeded(effect.Key) : new EffectFailed(effect.Key, RolloutDiagnostics.GateClosed(plan.Target, closed));
    }

    private static TimeSpan PatienceWith(Exception e) => e switch
    {
        EngineException { Error: EngineError.Unreachable or EngineError.TimedOut } => UsualPatience,
        KubernetesException { Failure: ApiFailure.Unreachable or ApiFailure.TimedOut or ApiFailure.Busy } => PatienceWithClusters,
        // A token that has just expired is replaced by whoever gives them out; a server that starts does not know anybody yet. Of two who
        // change an object at once one is refused, and fields that others hold are told as a diagnostic.
        KubernetesException { Failure: ApiFailure.Unauthorized or ApiFailure.Conflict or ApiFailure.AlreadyExists } => UsualPatience,
        DiagnosticException told when told.Diagnostics.Any(d => d.Code == GatewayDiagnostics.NotAnsweringCode) => UsualPatience,
        _ => TimeSpan.Zero,
    };

    private Diagnostic Explain(Effect effect, Exception e)
    {
        var environment = plan.Target.Environment.Name;
        var service = effect.About is { } name ? plan.Target.Service(name) : null;
        return e switch
        {
            DiagnosticException told => told.Diagnostics.First(d => d.Severity == Severity.Error),
            EngineException failure => EngineFailures.ToDiagnostic(failure, $"{EffectWords.Doing(effect)} in {environment}", service?.Spec.Location),
            KubernetesException cluster => cluster.Diagnostic,
            _ => RolloutDiagnostics.EffectImpossible(environment, EffectWords.Doing(effect), e.Message),
        };
    }

    /// <summary>How long failures of one effect have been borne: from the first of a sort on, since an effect may have gone on well for long before, and since one sort has nothing
    /// to do with another, as with a server that was away and knows nobody yet when it is back.</summary>
    private sealed class Patience(TimeProvider time)
    {
        private long? _first;
        private long _since;
        private TimeSpan _sort;

        /// <summary>Whether a failure that may last for so long is borne once more.</summary>
        public bool Bears(TimeSpan sort)
        {
            var now = time.GetTimestamp();
            _first ??= now;
            if (_sort != sort) (_sort, _since) = (sort, now);
            return time.GetElapsedTime(_since, now) < sort && time.GetElapsedTime(_first.Value, now) < UsualPatience + PatienceWithClusters;
        }
    }
}
