using Towpath.Core.Diagnostics;

namespace Towpath.Core.Journal;

/// <summary>
/// Something that happened, written once and never changed. The journal of facts is the progress that people watch, the audit
/// trail, and the source of figures.
/// </summary>
public sealed record Fact
{
    /// <summary>Position in the journal, from 1, without gaps; 0 before it is stored.</summary>
    public long Sequence { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>What happened; one of <see cref="FactKind"/>.</summary>
    public required string Kind { get; init; }

    /// <summary>Application.</summary>
    public required string Application { get; init; }

    /// <summary>One sentence for people, without secrets.</summary>
    public required string Text { get; init; }

    /// <summary>Pipeline run (<c>p-N</c>), or null.</summary>
    public string? Run { get; init; }

    /// <summary>Deployment (<c>d-N</c>), or null.</summary>
    public string? Deployment { get; init; }

    /// <summary>Environment, or null.</summary>
    public string? Environment { get; init; }

    /// <summary>Release, or null.</summary>
    public string? Release { get; init; }

    /// <summary>Service, or null.</summary>
    public string? Service { get; init; }

    /// <summary>Pipeline step or deployment phase, or null.</summary>
    public string? Step { get; init; }

    /// <summary>How long it took, for facts that end something.</summary>
    public TimeSpan? Duration { get; init; }

    /// <summary>Who asked for it, or null for Towpath itself.</summary>
    public string? Actor { get; init; }

    /// <summary>What was wrong, for facts of failure.</summary>
    public Diagnostic? Diagnostic { get; init; }

    /// <summary>Role of a confirmation, or side of a signature, or null.</summary>
    public string? Role { get; init; }

    /// <summary>Hash of what a confirmation covers, or of the text of an agreement, an outcome or a sheet, or null.</summary>
    public string? Covers { get; init; }

    /// <summary>Percent of a service's requests that its new replicas take, for facts of a weighted rollout, or null.</summary>
    public int? Share { get; init; }

    /// <summary>Issue of a tracker that it is about (<c>TRACKER/N</c>), or null.</summary>
    public string? Issue { get; init; }
}

/// <summary>Kinds of facts.</summary>
public static class FactKind
{
    /// <summary>A pipeline run was asked for.</summary>
    public const string PipelineQueued = "pipeline.queued";

    /// <summary>A pipeline run began.</summary>
    public const string PipelineStarted = "pipeline.started";

    /// <summary>A step of a pipeline began.</summary>
    public const string StepStarted = "pipeline.step.started";

    /// <summary>A step of a pipeline ended well.</summary>
    public const string StepSucceeded = "pipeline.step.succeeded";

    /// <summary>A step of a pipeline ended badly.</summary>
    public const string StepFailed = "pipeline.step.failed";

    /// <summary>A pipeline run ended well; a release exists.</summary>
    public const string PipelineSucceeded = "pipeline.succeeded";

    /// <summary>A pipeline run ended badly; there is no release.</summary>
    public const string PipelineFailed = "pipeline.failed";

    /// <summary>A pipeline run was cancelled; there is no release.</summary>
    public const string PipelineCancelled = "pipeline.cancelled";

    /// <summary>A warning or note about the commit.</summary>
    public const string DiagnosticReported = "diagnostic.reported";

    /// <summary>A release was made.</summary>
    public const string ReleaseCreated = "release.created";

    /// <summary>A pipeline delivered a release to be tested, and the validation of its images shows no failure.</summary>
    public const string DeliveryValidated = "delivery.validated";

    /// <summary>A pipeline delivered a release to be tested, and the validation of its images failed.</summary>
    public const string DeliveryFaulty = "delivery.faulty";

    /// <summary>Somebody delivered a release for good.</summary>
    public const string DeliveryFinal = "delivery.final";

    /// <summary>A step was taken for a blocked deploy request; <see cref="Fact.Step"/> says which.</summary>
    public const string EscalationStep = "escalation.step";

    /// <summary>Somebody wrote down what a meeting about a blocked request came to.</summary>
    public const string EscalationOutcome = "escalation.outcome";

    /// <summary>Somebody of another team confirmed what a meeting came to.</summary>
    public const string EscalationConfirmed = "escalation.confirmed";

    /// <summary>A blocked request for which a step was taken moves again.</summary>
    public const string EscalationEnded = "escalation.ended";

    /// <summary>The readiness sheet of an application was written, once for each due time; <see cref="Fact.Covers"/> is the hash of its text.</summary>
    public const string ReviewWritten = "review.written";

    /// <summary>A release waits below an environment; the text says for what.</summary>
    public const string ReleaseWaiting = "release.waiting";

    /// <summary>A release reached the top of the ladder.</summary>
    public const string ReleaseArrived = "release.arrived";

    /// <summary>Somebody confirmed a release for an environment.</summary>
    public const string ReleaseConfirmed = "release.confirmed";

    /// <summary>Somebody signed the text of an agreement for a side.</summary>
    public const string AgreementSigned = "agreement.signed";

    /// <summary>A release brings another agreement than the one before: signatures under that one do not count for it.</summary>
    public const string AgreementChanged = "agreement.changed";

    /// <summary>Somebody handed in evidence of a pipeline that ran elsewhere, and it was accepted.</summary>
    public const string EvidenceAccepted = "evidence.accepted";

    /// <summary>An operator registered a key that vouches for evidence.</summary>
    public const string EvidenceKeyAdded = "evidence.key.added";

    /// <summary>An operator took such a key away.</summary>
    public const string EvidenceKeyRemoved = "evidence.key.removed";

    /// <summary>An operator gave an environment a port.</summary>
    public const string PortAssigned = "port.assigned";

    /// <summary>An operator took an assigned port back.</summary>
    public const string PortFreed = "port.freed";

    /// <summary>Somebody gave a secret another value in an environment.</summary>
    public const string SecretSet = "secret.set";

    /// <summary>All secrets are sealed by one key now.</summary>
    public const string SecretKeysRotated = "secret.keys.rotated";

    /// <summary>An application and all about it was removed; its journal stays.</summary>
    public const string ApplicationRemoved = "application.removed";

    /// <summary>A deployment was asked for.</summary>
    public const string DeploymentRequested = "deployment.requested";

    /// <summary>A deployment entered a phase.</summary>
    public const string DeploymentPhase = "deployment.phase";

    /// <summary>An effect of a deployment was done.</summary>
    public const string EffectDone = "deployment.effect.done";

    /// <summary>An effect of a deployment failed.</summary>
    public const string EffectFailed = "deployment.effect.failed";

    /// <summary>A deployment ended well: the running digests were read back and matched.</summary>
    public const string DeploymentSucceeded = "deployment.succeeded";

    /// <summary>A deployment ended badly; the release before runs again, or nothing where there was none.</summary>
    public const string DeploymentFailed = "deployment.failed";

    /// <summary>A deployment stopped half-way and needs a person.</summary>
    public const string DeploymentFrozen = "deployment.frozen";

    /// <summary>A deployment ended before it touched anything, because a newer release took its place.</summary>
    public const string DeploymentSuperseded = "deployment.superseded";

    /// <summary>A deployment was cancelled by a person.</summary>
    public const string DeploymentCancelled = "deployment.cancelled";

    /// <summary>A person made a deployment stand still.</summary>
    public const string DeploymentPaused = "deployment.paused";

    /// <summary>A person let a deployment go on.</summary>
    public const string DeploymentResumed = "deployment.resumed";

    /// <summary>A person let a weighted rollout take its next step.</summary>
    public const string DeploymentProceeded = "deployment.proceeded";

    /// <summary>The new replicas of a service take a share of its requests from now on.</summary>
    public const string ShareReached = "deployment.share.reached";

    /// <summary>A step of a weighted rollout showed what it must.</summary>
    public const string SharePassed = "deployment.share.passed";

    /// <summary>An environment, an application or everything stands still. Without an environment the whole application; with an empty application, everything.</summary>
    public const string WorldStopped = "world.stopped";

    /// <summary>What stood still goes on; of the same extent as the fact that stopped it.</summary>
    public const string WorldResumed = "world.resumed";

    /// <summary>A person rejected a release for good.</summary>
    public const string ReleaseRejected = "release.rejected";

    /// <summary>A deploy request was handed in, or changed, and is complete.</summary>
    public const string DeployRequested = "request.handed.in";

    /// <summary>A deploy request was begun, or changed, and is not complete.</summary>
    public const string RequestOpened = "request.opened";

    /// <summary>A deploy request was refused.</summary>
    public const string RequestRefused = "request.refused";

    /// <summary>A release is to enter in an emergency, past the gates that give way to one.</summary>
    public const string EmergencyDeclared = "emergency.declared";

    /// <summary>Something in an environment at rest is not as it was left.</summary>
    public const string DriftFound = "drift.found";

    /// <summary>What had drifted is as it should be again.</summary>
    public const string DriftMended = "drift.mended";

    /// <summary>Putting right what had drifted failed; it is tried again.</summary>
    public const string DriftMendFailed = "drift.mend.failed";

    /// <summary>The verification of an environment at rest was asked again and failed.</summary>
    public const string VerificationFailed = "verification.failed";

    /// <summary>The verification of an environment at rest passes again.</summary>
    public const string VerificationPassed = "verification.passed";

    /// <summary>The release before is no longer kept ready to come back.</summary>
    public const string WarmEnded = "warm.ended";

    /// <summary>A repository that is watched can't be read, or a commit of it can't be shipped. Told once.</summary>
    public const string SourceFailed = "source.failed";

    /// <summary>A repository that is watched can be read again.</summary>
    public const string SourceRecovered = "source.recovered";

    /// <summary>An account was made. Facts of accounts, grants and tokens have no application.</summary>
    public const string AccountAdded = "account.added";

    /// <summary>An account was disabled or let act again, or its teams are others.</summary>
    public const string AccountChanged = "account.changed";

    /// <summary>An account has another password.</summary>
    public const string AccountPassword = "account.password";

    /// <summary>Too many logins of an account failed in a row.</summary>
    public const string AccountLocked = "account.locked";

    /// <summary>An account was linked to somebody whom a login provider knows, or the link was taken away.</summary>
    public const string AccountLinked = "account.linked";

    /// <summary>A link to make an administrator's account was made; never its code.</summary>
    public const string FirstLink = "account.first";

    /// <summary>An account was given a role.</summary>
    public const string GrantGiven = "grant.given";

    /// <summary>A role was taken back.</summary>
    public const string GrantTaken = "grant.taken";

    /// <summary>A token was made; never the token itself.</summary>
    public const string TokenCreated = "token.created";

    /// <summary>A token was revoked.</summary>
    public const string TokenRevoked = "token.revoked";

    /// <summary>Somebody logged in.</summary>
    public const string SessionOpened = "session.opened";

    /// <summary>Somebody logged out.</summary>
    public const string SessionEnded = "session.ended";

    /// <summary>The database of known vulnerabilities was imported. It has no application.</summary>
    public const string VulnerabilitiesImported = "vulnerabilities.imported";

    /// <summary>An issue of a tracker can't become a deploy request as it is.</summary>
    public const string IssueUnreadable = "request.issue.unreadable";

    /// <summary>A tracker can't be read.</summary>
    public const string TrackerFailed = "tracker.failed";

    /// <summary>It can be read again.</summary>
    public const string TrackerRecovered = "tracker.recovered";

    /// <summary>Whether a fact of that kind is about accounts, and so for administrators only.</summary>
    public static bool IsOfIdentity(string kind) =>
        kind.StartsWith("account.", StringComparison.Ordinal) || kind.StartsWith("grant.", StringComparison.Ordinal)
        || kind.StartsWith("token.", StringComparison.Ordinal) || kind.StartsWith("session.", StringComparison.Ordinal);
}
