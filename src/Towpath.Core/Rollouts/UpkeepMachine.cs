namespace Towpath.Core.Rollouts;

/// <summary>An environment at rest: what drifted is told and mended, what is kept warm goes in time, the verification is asked again.</summary>
public static class UpkeepMachine
{
    /// <summary>The state after an event.</summary>
    public static UpkeepDecision Decide(UpkeepState state, DeploymentEvent happened, UpkeepPlan plan, DateTimeOffset now) => new(state, []);
}
