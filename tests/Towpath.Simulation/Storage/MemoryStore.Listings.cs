using Towpath.Core.Journal;
using Towpath.Server.Storage;

namespace Towpath.Simulation.Storage;

// Parts of what is stored, page by page.
internal sealed partial class MemoryStore
{
    /// <inheritdoc/>
    public IReadOnlyList<string> ApplicationNames() => [.. Applications().Select(a => a.Name)];

    /// <inheritdoc/>
    public IReadOnlyList<ListedRelease> ReleasePage(string application, long? before, int count) => Read(() => Enumerable.Reverse(_releases)
        .Where(r => r.Release.Application.Name == application && (before is null || r.Number < before))
        .Take(count).Select(r => new ListedRelease(r.Number, r.Release, r.Run)).ToList());

    /// <inheritdoc/>
    public IReadOnlyList<RunRecord> RunPage(string application, long? before, int count) => Read(() => _runs.OfType<RunRecord>().Reverse()
        .Where(r => r.Application == application && (before is null || Number(r.Id, 'p') < before)).Take(count).ToList());

    /// <inheritdoc/>
    public IReadOnlyList<DeploymentRecord> DeploymentPage(string application, string environment, long? before, int count) =>
        RecentDeployments(application, environment, int.MaxValue).Where(d => before is null || Number(d.Id, 'd') < before).Take(count).ToList();

    /// <inheritdoc/>
    public IReadOnlyList<EvidenceRecord> EvidenceOf(IReadOnlyCollection<string> runs) => Read(() => _evidence.Where(e => runs.Contains(e.Run)).OrderBy(e => e.Run, StringComparer.Ordinal).ToList());

    /// <inheritdoc/>
    public IReadOnlyList<Fact> FactsOfDeployment(string deployment, int limit) => Read(() => _facts.Where(f => f.Deployment == deployment).Take(limit).ToList());

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, string> CurrentReleases(string application) => Read(() => _current
        .Where(c => c.Key.Application == application).ToDictionary(c => c.Key.Environment, c => c.Value.Release));
}
