using Towpath.Core.Diagnostics;
using Towpath.Core.Journal;
using Towpath.Core.Rollouts;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Rollouts;

/// <summary>Runs the machine against a simulated environment in virtual time: one effect or one look per step.</summary>
internal sealed class DeploymentFlow
{
    private const int MostSteps = 5000;

    public DeploymentFlow() => Environment = new SimulatedEnvironment(() => Now);

    public DateTimeOffset Now { get; private set; } = Sample.Start;

    public SimulatedEnvironment Environment { get; }

    public List<Fact> Facts { get; } = [];

    public IEnumerable<string?> Phases => Facts.Where(f => f.Kind == FactKind.DeploymentPhase).Select(f => f.Step);

    /// <summary>What happens besides, told by the state; null for nothing. Asked before each step.</summary>
    public Func<DeploymentState, DeploymentEvent?> Meanwhile { get; set; } = _ => null;

    public Task<DeploymentState> RunAsync(DeploymentPlan plan) => RunAsync(plan, DeploymentMachine.Initial(Now));

    public async Task<DeploymentState> RunAsync(DeploymentPlan plan, DeploymentState state, int mostSteps = MostSteps)
    {
        for (var step = 0; step < mostSteps && !state.Ended; step++)
        {
            Now += TimeSpan.FromMilliseconds(100);
            // Effects end in the order in which they were begun; others are covered by the seeds of the simulator.
            var happened = Meanwhile(state) is { } other ? other
                : state.Pending.Length > 0 && step % 2 == 0
                ? await ApplyAsync(state.Pending[0].Effect, plan)
                : new Observed(await Environment.ObserveAsync(plan, CancellationToken.None));
            var decision = DeploymentMachine.Decide(state, happened, plan, Now);
            Facts.AddRange(decision.Facts);
            // The stored form is what a restart would go on from: it must carry everything.
            state = RolloutsJson.Read(RolloutsJson.Write(decision.State));
        }
        return state;
    }

    private async Task<DeploymentEvent> ApplyAsync(Effect effect, DeploymentPlan plan)
    {
        try
        {
            await Environment.ApplyAsync(effect, plan, CancellationToken.None);
            return new EffectSucceeded(effect.Key);
        }
        catch (DiagnosticException e)
        {
            return new EffectFailed(effect.Key, e.Diagnostics[0]);
        }
    }
}
