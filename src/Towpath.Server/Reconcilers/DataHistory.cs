using System.Collections.Immutable;
using Towpath.Core.Rollouts;
using Towpath.Server.Storage;

namespace Towpath.Server.Reconcilers;

/// <summary>What migrations left behind in environments, as the stored deployments tell it.</summary>
internal sealed class DataHistory(IStore store)
{
    private const int LookBack = 200;

    /// <summary>Migrations of other releases that stand since a release came in last, oldest first; with null, all that stand.</summary>
    /// <param name="application">Application.</param>
    /// <param name="environment">Environment.</param>
    /// <param name="release">The release, or null.</param>
    /// <param name="but">A deployment that is not history yet, or null.</param>
    public ImmutableArray<StandingMigration> Standing(string application, string environment, string? release, string? but = null)
    {
        var past = store.RecentDeployments(application, environment, LookBack).Where(d => d.Id != but).Reverse()
            .Select(d => new PastDeployment(d.Release, RolloutsJson.Read(d.State)));
        return [.. MigrationHistory.Standing(past, release).Select(run => new StandingMigration(run, Spec(application, run)))];
    }

    private Core.Applications.Service? Spec(string application, MigrationRun run) =>
        store.Release(application, run.Release)?.Application.Services.FirstOrDefault(s => s.Name == run.Service);
}
