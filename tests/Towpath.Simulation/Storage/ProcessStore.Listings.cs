using Towpath.Core.Journal;
using Towpath.Server.Storage;

namespace Towpath.Simulation.Storage;

// Parts of what is stored, page by page.
internal sealed partial class ProcessStore
{
    /// <inheritdoc/>
    public IReadOnlyList<string> ApplicationNames() => Read(inner.ApplicationNames);

    /// <inheritdoc/>
    public IReadOnlyList<ListedRelease> ReleasePage(string application, long? before, int count) => Read(() => inner.ReleasePage(application, before, count));

    /// <inheritdoc/>
    public IReadOnlyList<RunRecord> RunPage(string application, long? before, int count) => Read(() => inner.RunPage(application, before, count));

    /// <inheritdoc/>
    public IReadOnlyList<DeploymentRecord> DeploymentPage(string application, string environment, long? before, int count) =>
        Read(() => inner.DeploymentPage(application, environment, before, count));

    /// <inheritdoc/>
    public IReadOnlyList<EvidenceRecord> EvidenceOf(IReadOnlyCollection<string> runs) => Read(() => inner.EvidenceOf(runs));

    /// <inheritdoc/>
    public IReadOnlyList<Fact> FactsOfDeployment(string deployment, int limit) => Read(() => inner.FactsOfDeployment(deployment, limit));

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, string> CurrentReleases(string application) => Read(() => inner.CurrentReleases(application));
}
