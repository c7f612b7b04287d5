using Towpath.Core.Applications;
using Towpath.Core.Diagnostics;
using Towpath.Core.Environments;
using Towpath.Core.Journal;
using Towpath.Core.Pipelines;
using Towpath.Core.Reviews;
using Towpath.Core.Rollouts;
using Towpath.Server.Reconcilers;
using Towpath.Server.Storage;

namespace Towpath.Server.Desks;

/// <summary>Gathers from the store what stands on a readiness sheet.</summary>
internal sealed class ReviewGathering(IStore store, GateKeeper gates, DeliveryDesk deliveries)
{
    private const int MostRuns = 50;
    private const int MostCommits = 10;
    private const int MostDeployments = 200;
    private const int MostFacts = 500;
    private const int MostFindings = 50;
    private const int LookBack = 5000;

    private readonly Lookup _lookup = new(store);

    /// <summary>The sheet of an application.</summary>
    public ReviewSheet SheetOf(ApplicationRecord application, DateTimeOffset now)
    {
        var runs = store.RecentRuns(application.Name, MostRuns);
        return new ReviewSheet(
            application.Name, now,
            [.. runs.GroupBy(r => r.Commit).Select(g => g.First()).Take(MostCommits).Select(Reviewed)],
            Contract(application.Name, runs), Agreement(application.Name),
            [.. application.Ladder.Environments.Select(e => Environment(application, e, now))],
            [.. Requests(application.Name)],
            [.. application.Ladder.Environments.SelectMany(e => DaysAhead.Of(e, now))]);
    }

    private ReviewedRun Reviewed(RunRecord run) => new(
        run.Id, run.Commit, run.Subject, run.State.ToString().ToLowerInvariant(), run.EndedAt ?? run.QueuedAt, run.Release,
        run.State == RunState.Failed ? store.Evidence(run.Id).FirstOrDefault(e => !e.Succeeded)?.Step ?? "its first steps" : null);

    /// <summary>What the newest run found that came so far.</summary>
    private ReviewedContract? Contract(string application, IEnumerable<RunRecord> runs)
    {
        foreach (var run in runs.Take(MostCommits))
        {
            if (store.ContractFindings(run.Id) is { } found) return new ReviewedContract(run.Commit, found, found.Length == 0 ? [] : [.. Findings(application, run.Id)]);
        }

        return null;
    }

    private IEnumerable<ReviewedFinding> Findings(string application, string run) => store.Facts(application, Math.Max(0, store.LastSequence() - LookBack), LookBack)
        .Where(f => f is { Kind: FactKind.DiagnosticReported, Step: PipelinePlan.Contract, Diagnostic.Severity: not Severity.Note } && f.Run == run)
        .Take(MostFindings)
        .Select(f => new ReviewedFinding(f.Diagnostic!.Severity, f.Diagnostic.Code, f.Diagnostic.Headline, f.Diagnostic.Location?.ToString()));

    private ReviewedAgreement? Agreement(string application) => store.Releases(application, 1) is [{ Application.Agreement: { } text } release]
        ? new ReviewedAgreement(release.Id, text.File, text.Hash, AgreementSigning.Missing(text, store.SignaturesUnder(application, text)))
        : null;

    private ReviewedEnvironment Environment(ApplicationRecord application, EnvironmentSpec environment, DateTimeOffset now)
    {
        var current = store.Current(application.Name, environment.Name);
        var next = _lookup.Below(application, environment) is { } candidate && candidate != current?.Release ? store.Release(application.Name, candidate) : null;
        var waits = next is null ? [] : gates.Judge(next, environment).Where(v => !v.Holds).Select(v => $"{v.Name}: {v.Text}");
        return new ReviewedEnvironment(
            environment.Name, current?.Release, current?.Since, StandsStill(application.Name, environment.Name),
            Stability.Of(store.RecentDeployments(application.Name, environment.Name, MostDeployments).Select(Reviewed), gates.BudgetLeft(application.Name, environment), now),
            next?.Id, [.. waits]);
    }

    private string? StandsStill(string application, string environment) =>
        store.HaltOver(application, environment) is { } halt ? $"{halt.Actor} halted it{(halt.Reason is { } reason ? $": {reason}" : "")}"
        : store.FrozenBy(application, environment) is { } frozen ? $"{frozen} froze it"
        : store.OpenDeployments(application, environment).Select(d => (d.Id, RolloutsJson.Read(d.State).Paused)).FirstOrDefault(d => d.Paused is not null) is { Paused: { } paused } open
            ? $"{paused.Actor} paused {open.Id}"
            : null;

    private ReviewedDeployment Reviewed(DeploymentRecord deployment) => new(
        deployment.Release, Enum.Parse<DeploymentPhase>(deployment.Phase), deployment.RequestedAt,
        deployment.Phase == nameof(DeploymentPhase.Failed)
            && store.FactsOfDeployment(deployment.Id, MostFacts).Any(f => f is { Kind: FactKind.DeploymentPhase, Step: nameof(DeploymentPhase.RollingBack) }));

    private IEnumerable<ReviewedRequest> Requests(string application) =>
        from request in deliveries.Requests(application, null)
        where request.State is not (RequestState.Done or RequestState.Refused)
        let blocked = store.Escalation(application, request.Environment, request.Release)?.State
        select new ReviewedRequest(request.Environment, request.Release, request.State, request.Missing, blocked is { EndedAt: null } ? blocked.Since : null);
}
