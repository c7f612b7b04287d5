using System.Collections.Immutable;
using Towpath.Core.Applications;
using Towpath.Core.Diagnostics;
using Towpath.Core.Environments;
using Towpath.Core.Releases;
using Towpath.Core.Rollouts;
using Towpath.Server.Desks;
using Towpath.Server.Storage;
using Towpath.Server.Supply;

namespace Towpath.Server.Reconcilers;

/// <summary>Gathers the evidence for an environment's gates from the store and has them judged.</summary>
public sealed class GateKeeper(IStore store, Machines machines, IEnvironments environments, ReleaseImages images, TimeProvider time, VulnerabilityCheck? vulnerabilities = null)
{
    private const int LookBack = 200;

    /// <summary>Verdicts for a release that is to enter an environment, all of them.</summary>
    /// <param name="release">Which.</param>
    /// <param name="environment">What it is to enter.</param>
    /// <param name="emergency">The emergency in which it is to enter, or null.</param>
    public IReadOnlyList<GateVerdict> Judge(Release release, EnvironmentSpec environment, EmergencyEvidence? emergency = null) =>
        machines.Gates(release.Application.Ladder, environment, Evidence(release, environment) with { Emergency = emergency }, time.GetUtcNow());

    /// <summary>The verdicts that count for it: what ran there before may come back by fewer gates.</summary>
    public IReadOnlyList<GateVerdict> JudgeEntry(Release release, EnvironmentSpec environment, EmergencyEvidence? emergency = null) =>
        HasRun(release.Application.Name, environment.Name, release.Id) ? Gates.ForReturn(Judge(release, environment)) : Judge(release, environment, emergency);

    /// <summary>The verdicts that count for a deployment whose turn has come.</summary>
    public IReadOnlyList<GateVerdict> ForDeployment(DeploymentPlan plan) =>
        store.Release(plan.Target.Application, plan.Target.Release) is { } release
            ? JudgeEntry(release, plan.Target.Environment, store.EmergencyOf(plan.Target.Application, plan.Target.Environment.Name, plan.Id))
            : [new GateVerdict("pipeline", false, "the release was removed")];

    /// <summary>The release was once the environment's good one.</summary>
    public bool HasRun(string application, string environment, string release) => Stay(application, environment, release) is not null;

    /// <summary>
    /// Hash of what a yes to a release in an environment covers. Of secrets only those count that people give: the others are made or come
    /// with the release, the first time after the yes.
    /// </summary>
    public string Covers(Release release, EnvironmentSpec environment)
    {
        var spec = release.Application.Ladder.Environment(environment.Name) ?? environment;
        var given = release.Application.Secrets.Where(s => s.Source == SecretSource.Given).Select(s => s.Name).ToHashSet(StringComparer.Ordinal);
        var versions = given.Count == 0 ? [] : Versions(release, spec.Name).Where(v => given.Contains(v.Key)).ToDictionary(StringComparer.Ordinal);
        var request = environment.Gates.Request ? store.DeployRequest(release.Application.Name, spec.Name, release.Id) : null;
        return ApprovalScope.Of(EnvironmentPlanner.Plan(release, spec, versions), request is null ? null : new RequestScope(request.OpenedAt, request.Fields));
    }

    /// <summary>How far the confirmation of a release for an environment has come; null where none is asked for.</summary>
    public ConfirmationStanding? Confirmation(Release release, EnvironmentSpec environment) =>
        environment.Gates.Confirmation is { } asked ? ConfirmationStanding.Of(asked, Evidence(release, environment), time.GetUtcNow()) : null;

    private GateEvidence Evidence(Release release, EnvironmentSpec environment)
    {
        var application = release.Application.Name;
        var run = store.RunOfRelease(application, release.Id) is { } id ? store.Run(id) : null;
        var below = release.Application.Ladder.Below(environment.Name);
        var gates = environment.Gates;
        // Each is a read of the store and a signature that is verified.
        ImmutableArray<ImageEvidence> built = images.IsAsked || gates.Image is not null ? images.Of(release) : [];
        return new GateEvidence
        {
            PipelineSucceeded = run?.State == RunState.Succeeded,
            DeliveredAt = release.CreatedAt,
            Delivery = gates.Delivery is null ? null : store.Delivery(application, release.Id)?.Evidence(),
            FinalDelivery = gates.Delivery is null && gates.LeadFrom != DeliveryKind.Final ? null : store.FinalDeliveries(application, release.Id).For(environment.Name),
            Author = run?.Actor,
            Rejection = store.Rejection(application, release.Id) is { } rejection ? new RejectionEvidence(rejection.Actor, rejection.Reason) : null,
            ContractFindings = run is null ? null : store.ContractFindings(run.Id),
            Below = below is null ? null : Seen(Stay(application, below.Name, release.Id), application, below.Name, release.Id),
            Confirmations = [.. store.Confirmations(application, environment.Name, release.Id).Select(c => new YesEvidence(c.Role, c.Actor, c.At, c.Covers))],
            Covers = gates.Confirmation is null ? "" : Covers(release, environment),
            Agreement = gates.Agreement is not null && release.Application.Agreement is { } text
                ? new AgreementEvidence(text, store.SignaturesUnder(application, text))
                : null,
            Ci = gates.Ci is null ? [] : EvidenceDesk.ForGates(store, application, release.Commit),
            Request = store.DeployRequest(application, environment.Name, release.Id)?.Evidence(),
            BudgetLeft = BudgetLeft(application, environment),
            Images = gates.Image is null ? [] : built,
            WithoutSignature = images.IsAsked ? [.. built.Where(i => !i.IsSigned).Select(i => i.Service)] : default,
            Vulnerabilities = gates.Vulnerabilities is null ? null : vulnerabilities?.Of(release),
        };
    }

    private IReadOnlyDictionary<string, string> Versions(Release release, string environment)
    {
        try
        {
            return environments.SecretVersions(release, environment, provide: false);
        }
        catch (DiagnosticException)
        {
            // A secret without a value keeps the release out by itself; once it has one, what was confirmed before was something else.
            return new Dictionary<string, string>(StringComparer.Ordinal);
        }
    }

    /// <summary>A stay with what users saw in it, and with how its verification stands.</summary>
    private StayEvidence? Seen(StayEvidence? stay, string application, string environment, string release)
    {
        if (stay is null || Upkeep(application, environment) is not { } upkeep) return stay;
        var seen = stay.Until is { } until ? upkeep.Slo.SinceRelease(stay.Since).Since(upkeep.Slo.SinceRelease(until)) : upkeep.Slo.SinceRelease(stay.Since);
        return stay with { Seen = seen, VerificationFailure = upkeep.Release == release ? upkeep.VerificationFailure?.Headline : null };
    }

    /// <summary>Share of an environment's error budget that is left, 0 to 1; null where nothing is promised or counted yet.</summary>
    public double? BudgetLeft(string application, EnvironmentSpec environment) =>
        environment.Slo is { } slo ? Upkeep(application, environment.Name)?.Slo.BudgetLeft(slo, time.GetUtcNow()) : null;

    private UpkeepState? Upkeep(string application, string environment) =>
        store.Upkeep(application, environment) is { } text ? RolloutsJson.ReadUpkeep(text) : null;

    /// <summary>The most recent stay of a release as an environment's running one; null where it never was.</summary>
    public StayEvidence? Stay(string application, string environment, string release)
    {
        if (store.Current(application, environment) is { } current && current.Release == release) return new StayEvidence(current.Since, null);
        DateTimeOffset? until = null;
        foreach (var deployment in store.RecentDeployments(application, environment, LookBack).Where(d => d.Phase == nameof(DeploymentPhase.Succeeded)))
        {
            if (deployment.Release == release) return new StayEvidence(deployment.UpdatedAt, until);
            until = deployment.UpdatedAt;
        }
        return null;
    }
}
