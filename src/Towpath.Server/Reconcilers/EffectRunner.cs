using Towpath.Core.Diagnostics;
using Towpath.Core.Rollouts;
using Towpath.Engines;
using Towpath.Engines.Containers;

namespace Towpath.Server.Reconcilers;

/// <summary>
/// Does one effect and turns whatever happens into an event. An engine that does not answer is asked again for a bounded while: it may
/// be restarting, and effects can be repeated.
/// </summary>
internal sealed class EffectRunner(IEnvironmentEngine engine, DeploymentPlan plan, TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    public async Task<DeploymentEvent> RunAsync(Effect effect, CancellationToken cancellationToken)
    {
        var giveUp = time.GetUtcNow() + Patience;
        for (var pause = TimeSpan.FromMilliseconds(200); ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            try
            {
                await engine.ApplyAsync(effect, plan, cancellationToken);
                return new EffectSucceeded(effect.Key);
            }
            catch (EngineException e) when (e.Error is EngineError.Unreachable or EngineError.TimedOut && time.GetUtcNow() < giveUp)
            {
                await Task.Delay(pause, time, cancellationToken);
            }
            catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
            {
                return new EffectFailed(effect.Key, Explain(effect, e));
            }
        }
    }

    private Diagnostic Explain(Effect effect, Exception e)
    {
        var environment = plan.Target.Environment.Name;
        var service = EffectWords.ServiceOf(effect) is { } name ? plan.Target.Service(name) : null;
        return e switch
        {
            DiagnosticException told => told.Diagnostics.First(d => d.Severity == Severity.Error),
            EngineException failure => EngineFailures.ToDiagnostic(failure, $"{EffectWords.Doing(effect)} in {environment}", service?.Spec.Location),
            _ => RolloutDiagnostics.EffectImpossible(environment, EffectWords.Doing(effect), e.Message),
        };
    }
}
