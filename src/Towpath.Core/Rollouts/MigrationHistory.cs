using System.Collections.Immutable;
using Towpath.Core.Applications;

namespace Towpath.Core.Rollouts;

/// <summary>A migration that a release brought to an environment.</summary>
/// <param name="Release">The release.</param>
/// <param name="Service">Its service.</param>
public sealed record MigrationRun(string Release, string Service);

/// <summary>A migration that ran in an environment and was not taken back, and that no release before it can run on.</summary>
/// <param name="Run">Which one.</param>
/// <param name="Spec">The service that it belongs to; null where its release is gone, and with it the way to take it back.</param>
public sealed record StandingMigration(MigrationRun Run, Service? Spec)
{
    /// <summary>Its release says how.</summary>
    public bool CanBeTakenBack => Spec?.Delivery.Migrate?.Revert is not null;
}

/// <summary>A deployment as far as the data of its environment is concerned.</summary>
/// <param name="Release">What it brought in.</param>
/// <param name="State">How it ended.</param>
public sealed record PastDeployment(string Release, DeploymentState State);

/// <summary>What migrations left behind in an environment, told by its deployments.</summary>
public static class MigrationHistory
{
    /// <summary>
    /// Migrations that stand since a release came in last, in the order in which they ran: what would have to be taken back for it to run
    /// again. With null, all that stand.
    /// </summary>
    /// <param name="deployments">Deployments of the environment, oldest first.</param>
    /// <param name="release">The release.</param>
    public static ImmutableArray<MigrationRun> Standing(IEnumerable<PastDeployment> deployments, string? release)
    {
        var standing = new List<MigrationRun>();
        foreach (var (brought, state) in deployments)
        {
            standing.AddRange(state.Binding.Select(service => new MigrationRun(brought, service)).Where(run => brought != release && !standing.Contains(run)));
            standing.RemoveAll(run => state.TakenBack.Contains(run));
            // An environment that was removed has no data any more that anything could have been done to.
            if (state.Done.Contains(new RemoveEnvironment().Key)) standing.Clear();
            if (brought == release && state.Phase == DeploymentPhase.Succeeded) standing.Clear();
        }
        return [.. standing];
    }
}
