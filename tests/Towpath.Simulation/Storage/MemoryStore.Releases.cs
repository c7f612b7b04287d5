using System.Collections.Immutable;
using Towpath.Core.Journal;
using Towpath.Core.Releases;
using Towpath.Server.Storage;

namespace Towpath.Simulation.Storage;

// Pipeline runs with their evidence, and the releases that they made.
internal sealed partial class MemoryStore
{
    private readonly List<RunRecord?> _runs = [];
    private readonly List<EvidenceRecord> _evidence = [];
    private readonly List<(Release Release, string Run, long Number)> _releases = [];
    private long _lastRelease;

    /// <inheritdoc/>
    public (RunRecord Run, bool Attached) QueueRun(string application, string commit, string subject, string actor, DateTimeOffset now, Fact fact) =>
        Write(() =>
        {
            var unfinished = _runs.Find(r => r is not null && r.Application == application && r.Commit == commit && IsUnfinished(r));
            if (unfinished is not null) return (unfinished, true);
            var run = new RunRecord($"p-{_runs.Count + 1}", application, commit, subject, actor, RunState.Queued, null, now, null);
            _runs.Add(run);
            Add([fact with { Run = run.Id }]);
            return (run, false);
        });

    /// <inheritdoc/>
    public RunRecord? Run(string id) => Read(() => _runs.ElementAtOrDefault(Number(id, 'p') - 1));

    /// <inheritdoc/>
    public IReadOnlyList<RunRecord> UnfinishedRuns(string? application) =>
        Read(() => _runs.OfType<RunRecord>().Where(r => IsUnfinished(r) && (application is null || r.Application == application)).ToList());

    /// <inheritdoc/>
    public IReadOnlyList<RunRecord> RecentRuns(string application, int count) =>
        Read(() => _runs.OfType<RunRecord>().Reverse().Where(r => r.Application == application).Take(count).ToList());

    /// <inheritdoc/>
    public void UpdateRun(string id, RunState state, string? release, DateTimeOffset now, params ImmutableArray<Fact> facts) => Write(() =>
    {
        var index = Number(id, 'p') - 1;
        if (_runs.ElementAtOrDefault(index) is not { } run) throw new InvalidOperationException($"there is no run {id}");
        DateTimeOffset? ended = state is RunState.Queued or RunState.Running ? null : now;
        _runs[index] = run with { State = state, Release = release, EndedAt = ended };
        Add(facts);
    });

    /// <inheritdoc/>
    public void SaveEvidence(EvidenceRecord evidence, params ImmutableArray<Fact> facts) => Write(() =>
    {
        _evidence.Add(evidence);
        Add(facts);
    });

    /// <inheritdoc/>
    public IReadOnlyList<EvidenceRecord> Evidence(string run) => Read(() => _evidence.Where(e => e.Run == run).ToList());

    /// <inheritdoc/>
    public void SaveRelease(Release release, string run, params ImmutableArray<Fact> facts) => Write(() =>
    {
        if (Find(release.Application.Name, release.Id).Release is null) _releases.Add((release, run, ++_lastRelease));
        Add(facts);
    });

    /// <inheritdoc/>
    public Release? Release(string application, string id) => Read(() => Find(application, id).Release);

    /// <inheritdoc/>
    public string? RunOfRelease(string application, string release) => Read(() => Find(application, release).Run);

    /// <inheritdoc/>
    public Release? ReleaseOfCommit(string application, string commit) =>
        Read(() => _releases.FindLast(r => r.Release.Application.Name == application && r.Release.Commit == commit).Release);

    /// <inheritdoc/>
    public IReadOnlyList<Release> Releases(string application, int count) =>
        Read(() => Enumerable.Reverse(_releases).Select(r => r.Release).Where(r => r.Application.Name == application).Take(count).ToList());

    /// <inheritdoc/>
    public void RemoveRelease(string application, string id) => Write(() =>
    {
        if (_current.Any(c => c.Key.Application == application && (c.Value.Release == id || c.Value.Previous == id))) return;
        if (Open().Any(d => d.Application == application && (d.Release == id || d.Previous == id))) return;
        _releases.RemoveAll(r => r.Release.Application.Name == application && r.Release.Id == id);
        _provenance.Remove((application, id));
        _deliveries.RemoveAll(d => d.Application == application && d.Release == id);
        _finalDeliveries.RemoveAll(d => d.Application == application && d.Release == id);
    });

    private (Release Release, string Run, long Number) Find(string application, string id) =>
        _releases.Find(r => r.Release.Id == id && r.Release.Application.Name == application);

    private static bool IsUnfinished(RunRecord run) => run.State is RunState.Queued or RunState.Running;
}
