using System.Collections.Immutable;
using Towpath.Core.Applications;
using Towpath.Core.Environments;
using Towpath.Core.Rollouts;

namespace Towpath.Server.Reconcilers;

/// <summary>
/// The decisions that reconcilers ask for, each a pure function of the core. They are handed in, so that a test can put a deliberate
/// fault in the place of one and see it caught.
/// </summary>
/// <param name="Deployment">A deployment's next state.</param>
/// <param name="Upkeep">The next state of an environment at rest.</param>
/// <param name="Promotion">What is to be done for an environment of the ladder.</param>
/// <param name="Gates">Whether a release may enter.</param>
public sealed record Machines(
    Func<DeploymentState, DeploymentEvent, DeploymentPlan, DateTimeOffset, Decision> Deployment,
    Func<UpkeepState, DeploymentEvent, UpkeepPlan, DateTimeOffset, UpkeepDecision> Upkeep,
    Func<EnvironmentSpec, PromotionState, PromotionCandidate?, string?, bool, Func<string, IReadOnlyList<GateVerdict>>, PromotionStep> Promotion,
    Func<Ladder, EnvironmentSpec, GateEvidence, DateTimeOffset, ImmutableArray<GateVerdict>> Gates)
{
    /// <summary>The core's own.</summary>
    public static Machines Real { get; } =
        new(DeploymentMachine.Decide, UpkeepMachine.Decide, Core.Environments.Promotion.Next, Core.Environments.Gates.Judge);
}
