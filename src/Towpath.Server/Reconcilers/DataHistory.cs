using System.Collections.Immutable;
using Towpath.Core.Rollouts;
using Towpath.Server.Storage;

namespace Towpath.Server.Reconcilers;

/// <summary>What migrations left behind in an environment, as the stored deployments tell it; read once, for as many questions as there are.</summary>
internal sealed class DataHistory
{
    private const int LookBack = 200;

    private readonly IStore _store;
    private readonly string _application;
    private readonly ImmutableArray<PastDeployment> _past;

    /// <summary>Reads the history of an environment.</summary>
    /// <param name="store">Where it is stored.</param>
    /// <param name="application">Application.</param>
    /// <param name="environment">Environment.</param>
    /// <param name="but">A deployment that is not history yet, or null.</param>
    public DataHistory(IStore store, string application, string environment, string? but = null)
    {
        (_store, _application) = (store, application);
        _past = [.. store.RecentDeployments(application, environment, LookBack).Where(d => d.Id != but).Reverse()
            .Select(d => new PastDeployment(d.Release, RolloutsJson.Read(d.State)))];
    }

    /// <summary>Migrations of other releases that stand since a release came in last, oldest first.</summary>
    public ImmutableArray<StandingMigration> Since(string release) =>
        [.. MigrationHistory.Standing(_past, release).Select(run => new StandingMigration(run, Spec(run)))];

    /// <summary>Services of a release whose migrations stand.</summary>
    public IEnumerable<string> RanOf(string release) =>
        MigrationHistory.Standing(_past, release: null).Where(run => run.Release == release).Select(run => run.Service);

    private Core.Applications.Service? Spec(MigrationRun run) =>
        _store.Release(_application, run.Release)?.Application.Services.FirstOrDefault(s => s.Name == run.Service);
}
