using Towpath.Core.Environments;

namespace Towpath.Core.Rollouts;

/// <summary>
/// What a deployment does after a failure. The whole application goes back: first all requests, for all services at once, then what migrations
/// did, then the replicas. A migration that can't be taken back is in the way of all that.
/// </summary>
internal static class WayBack
{
    public static void Go(DeploymentStep step, ObservedEnvironment observed)
    {
        // A migration that is under way, or its reversal, does what it does, whatever is decided meanwhile: only its end tells whether there is a way back. And a
        // share of the way forward whose answer was lost would be given once more, and take from the old replicas what they just got back.
        if (step.State.Pending.Any(p => p.Effect is RunMigration || (p.Effect is SetShare or RevertMigration && p.Since < step.State.Since))) return;
        if (step.Plan.Previous is not { } previous) RemoveAll(step);
        else if (ToTakeBack(step).FirstOrDefault(m => !m.CanBeTakenBack) is { } final)
            step.Freeze(WayBackDiagnostics.Irreversible(step.Plan.Target, final, step.State.Failure!));
        else if (Missed(step) is { } missed)
            step.Freeze(WayBackDiagnostics.MigrationMissed(step.Plan.Target, previous.Release, missed, step.State.Failure!));
        else if (IsBack(step, previous, observed))
            step.Fail(step.State.Failure!, $"{step.Plan.Target.Release} failed in {step.Environment}; {previous.Release} runs again");
    }

    private static void RemoveAll(DeploymentStep step)
    {
        // What is under way could make again what is being removed: let it end first.
        if (step.State.Pending.Any(p => p.Effect is not RemoveEnvironment)) return;
        if (step.Once(new RemoveEnvironment()))
            step.Fail(step.State.Failure!, $"{step.Plan.Target.Release} failed in {step.Environment}; nothing ran there before, and nothing is left");
    }

    private static bool IsBack(DeploymentStep step, EnvironmentDesired previous, ObservedEnvironment observed) =>
        // Two configurations at once would leave the gateway with either: the one of the way forward ends first.
        !step.State.IsPending(new ConfigureGateway(Side.Target).Key)
        && step.TakeBack(previous, observed)
        && step.Once(new ConfigureGateway(Side.Both))
        && ToTakeBack(step).All(m => step.Once(new RevertMigration(m.Run.Service, m.Run.Release == step.Plan.Target.Release ? null : m.Run.Release)))
        && step.Settle(Side.Previous, previous.Services, observed)
        && step.RemoveOthers(Side.Previous, observed)
        && step.Once(new ConfigureGateway(Side.Previous))
        && step.Once(new CleanUp(Side.Previous))
        // An effect of the way forward that ends after this one would leave behind what nobody looks for any more.
        && step.State.Pending.IsEmpty;

    /// <summary>Migrations that the release before can't run on, the newest first: this deployment's own, and what others left.</summary>
    private static IEnumerable<StandingMigration> ToTakeBack(DeploymentStep step) => step.Plan.Inherited
        .Concat(step.State.Binding.Select(s => new StandingMigration(new MigrationRun(step.Plan.Target.Release, s), step.Plan.Target.Service(s)?.Spec)))
        .Where(m => m.Run.Release != step.Plan.Previous?.Release && !step.State.TakenBack.Contains(m.Run))
        .Reverse();

    /// <summary>A migration that the release before lives on, and that the way forward took back: what it needs is no more. Null for none.</summary>
    private static MigrationRun? Missed(DeploymentStep step) => step.State.TakenBack
        .FirstOrDefault(run => run.Release != step.Plan.Target.Release && !step.Plan.Inherited.Any(m => m.Run == run));
}
