using Towpath.Core.Diagnostics;
using Towpath.Core.Releases;
using Towpath.Server.Api;
using Towpath.Server.Desks;
using Towpath.Server.Pipelines;
using Towpath.Server.Storage;

namespace Towpath.Server;

// Lists, page by page, and what is on them one by one.
public sealed partial class ControlPlane
{
    private const int FactsOfADeployment = 500;

    /// <inheritdoc/>
    public Task<Page<ReleaseAnswer>> ReleasesAsync(string application, PageRequest page, CancellationToken cancellationToken)
    {
        _lookup.Application(application);
        var rows = _store.ReleasePage(application, page.Number, page.Size + 1);
        var current = _store.CurrentReleases(application);
        var evidence = _store.EvidenceOf([.. rows.Take(page.Size).Select(r => r.Run)]).ToLookup(e => e.Run);
        return Task.FromResult(Page<ReleaseAnswer>.Of(rows, page.Size, r => Key(r.Number), r => Answer(r.Release, current, evidence[r.Run])));
    }

    /// <inheritdoc/>
    public Task<ReleaseAnswer> ReleaseAsync(string application, string release, CancellationToken cancellationToken)
    {
        _lookup.Application(application);
        var found = _store.Release(application, release) ?? _lookup.Release(application, release);
        var evidence = _store.RunOfRelease(application, found.Id) is { } run ? _store.Evidence(run) : [];
        return Task.FromResult(Answer(found, _store.CurrentReleases(application), evidence) with { Elsewhere = _evidence.Of(application, found.Commit) });
    }

    /// <inheritdoc/>
    public Task<Page<ListedDeploymentAnswer>> DeploymentsAsync(string application, string environment, PageRequest page, CancellationToken cancellationToken)
    {
        Lookup.Environment(_lookup.Application(application), environment);
        var rows = _store.DeploymentPage(application, environment, page.Number, page.Size + 1);
        return Task.FromResult(Page<ListedDeploymentAnswer>.Of(rows, page.Size, r => r.Id[2..], Answer));
    }

    /// <inheritdoc/>
    public Task<DeploymentDetailAnswer> DeploymentAsync(string application, string deployment, CancellationToken cancellationToken)
    {
        _lookup.Application(application);
        var found = _store.Deployment(deployment) is { } known && known.Application == application ? known : throw NotThere($"deployment {deployment}", application);
        return Task.FromResult(new DeploymentDetailAnswer(Answer(found), _store.FactsOfDeployment(found.Id, FactsOfADeployment)));
    }

    /// <inheritdoc/>
    public Task<Page<ListedRunAnswer>> RunsAsync(string application, PageRequest page, CancellationToken cancellationToken)
    {
        _lookup.Application(application);
        return Task.FromResult(Page<ListedRunAnswer>.Of(_store.RunPage(application, page.Number, page.Size + 1), page.Size, r => r.Id[2..], Answer));
    }

    /// <inheritdoc/>
    public Task<RunDetailAnswer> RunAsync(string application, string run, CancellationToken cancellationToken)
    {
        var found = FindRun(application, run);
        return Task.FromResult(new RunDetailAnswer(Answer(found), [.. _store.Evidence(found.Id).Select(Answer)]));
    }

    /// <inheritdoc/>
    public async Task<StepLogAnswer> StepLogAsync(string application, string run, string step, int tail, CancellationToken cancellationToken)
    {
        var found = FindRun(application, run);
        // The file is the one that the store names: nothing of the request becomes a path.
        var evidence = _store.Evidence(found.Id).LastOrDefault(e => e.Step == step) ?? throw NotThere($"step {step} that has ended", run);
        var (lines, whole) = evidence.LogFile is { } file ? await StepLog.TailAsync(file, tail, cancellationToken) : ([], true);
        return new StepLogAnswer(step, lines, whole);
    }

    private RunRecord FindRun(string application, string run)
    {
        _lookup.Application(application);
        return _store.Run(run) is { } known && known.Application == application ? known : throw NotThere($"run {run}", application);
    }

    private static DiagnosticException NotThere(string what, string where) => new(ExitCode.NotFound, ApiDiagnostics.NotThere(what, where));

    private static string Key(long number) => number.ToString(System.Globalization.CultureInfo.InvariantCulture);

    private static ReleaseAnswer Answer(Release release, IReadOnlyDictionary<string, string> current, IEnumerable<EvidenceRecord> evidence) => new(
        release.Id, release.Commit, release.Subject, release.CreatedAt,
        release.Images.ToDictionary(i => i.Key, i => i.Value.Digest),
        [.. current.Where(c => c.Value == release.Id).Select(c => c.Key)],
        [.. evidence.Select(Answer)]);

    private static EvidenceAnswer Answer(EvidenceRecord evidence) =>
        new(evidence.Step, evidence.Succeeded ? "succeeded" : "failed", evidence.Duration, evidence.LogFile, evidence.Detail);

    private static ListedRunAnswer Answer(RunRecord run) =>
        new(run.Id, run.Commit, run.Subject, run.Actor, run.State, run.Release, run.QueuedAt, run.EndedAt);

    private static ListedDeploymentAnswer Answer(DeploymentRecord deployment) => new(
        deployment.Id, deployment.Environment, deployment.Release, deployment.Previous, deployment.Actor, deployment.Phase, deployment.Ended,
        deployment.RequestedAt, deployment.UpdatedAt);
}
