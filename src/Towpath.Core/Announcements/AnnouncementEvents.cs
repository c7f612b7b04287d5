using System.Collections.Immutable;
using Towpath.Core.Journal;

namespace Towpath.Core.Announcements;

/// <summary>One kind of thing that can be announced.</summary>
/// <param name="Name">Its word in <c>server.yaml</c>: the kind of the fact where there is no reason for another.</param>
/// <param name="Title">What happened, in a few words.</param>
/// <param name="Severity">How it is meant.</param>
/// <param name="ByDefault">Announced where a channel names no events.</param>
public sealed record AnnouncementEvent(string Name, string Title, AnnouncementSeverity Severity, bool ByDefault);

/// <summary>What can be announced. Steps on the way are not: nobody wants to be told of each.</summary>
public static class AnnouncementEvents
{
    /// <summary>A deployment that began to go back; its end is told by <see cref="FactKind.DeploymentFailed"/>.</summary>
    public const string RollingBack = "deployment.rolling.back";

    /// <summary>The event of a test, which no channel can leave out.</summary>
    public const string Test = "test";

    private const string RollingBackPhase = "RollingBack";

    /// <summary>All of them, in the order of a release's way.</summary>
    public static ImmutableArray<AnnouncementEvent> All { get; } =
    [
        new(FactKind.PipelineQueued, "pipeline queued", AnnouncementSeverity.Info, false),
        new(FactKind.PipelineStarted, "pipeline began", AnnouncementSeverity.Info, false),
        new(FactKind.PipelineFailed, "pipeline failed", AnnouncementSeverity.Bad, true),
        new(FactKind.PipelineCancelled, "pipeline cancelled", AnnouncementSeverity.Info, false),
        new(FactKind.PipelineSucceeded, "pipeline succeeded", AnnouncementSeverity.Good, false),
        new(FactKind.ReleaseCreated, "new release", AnnouncementSeverity.Good, true),
        new(FactKind.DeliveryValidated, "delivered to be tested", AnnouncementSeverity.Good, false),
        new(FactKind.DeliveryFaulty, "delivered, but not as it must be", AnnouncementSeverity.Bad, true),
        new(FactKind.DeliveryFinal, "final delivery", AnnouncementSeverity.Good, true),
        new(FactKind.ReleaseWaiting, "a release waits", AnnouncementSeverity.Warning, true),
        new(FactKind.DeployRequested, "deploy request", AnnouncementSeverity.Warning, true),
        new(FactKind.RequestOpened, "deploy request, not complete", AnnouncementSeverity.Info, true),
        new(FactKind.RequestRefused, "deploy request refused", AnnouncementSeverity.Bad, true),
        new(FactKind.IssueUnreadable, "an issue can't become a deploy request", AnnouncementSeverity.Warning, false),
        new(FactKind.EscalationStep, "a blocked request climbs", AnnouncementSeverity.Warning, true),
        new(FactKind.EscalationOutcome, "outcome of a meeting", AnnouncementSeverity.Info, true),
        new(FactKind.EscalationConfirmed, "outcome of a meeting confirmed", AnnouncementSeverity.Good, true),
        new(FactKind.EscalationEnded, "a blocked request moves again", AnnouncementSeverity.Good, true),
        new(FactKind.ReviewWritten, "readiness sheet", AnnouncementSeverity.Info, true),
        new(FactKind.EmergencyDeclared, "EMERGENCY", AnnouncementSeverity.Bad, true),
        new(FactKind.ReleaseConfirmed, "confirmed", AnnouncementSeverity.Info, true),
        new(FactKind.ReleaseRejected, "rejected", AnnouncementSeverity.Bad, true),
        new(FactKind.DeploymentRequested, "deployment asked for", AnnouncementSeverity.Info, false),
        new(FactKind.DeploymentSucceeded, "deployed", AnnouncementSeverity.Good, true),
        new(RollingBack, "rolling back", AnnouncementSeverity.Bad, true),
        new(FactKind.DeploymentFailed, "deployment failed", AnnouncementSeverity.Bad, true),
        new(FactKind.DeploymentFrozen, "frozen: a person is needed", AnnouncementSeverity.Bad, true),
        new(FactKind.DeploymentCancelled, "deployment cancelled", AnnouncementSeverity.Info, false),
        new(FactKind.DeploymentSuperseded, "deployment superseded", AnnouncementSeverity.Info, false),
        new(FactKind.DeploymentPaused, "deployment paused", AnnouncementSeverity.Warning, false),
        new(FactKind.DeploymentResumed, "deployment goes on", AnnouncementSeverity.Info, false),
        new(FactKind.ReleaseArrived, "at the top of the ladder", AnnouncementSeverity.Good, false),
        new(FactKind.WorldStopped, "halted", AnnouncementSeverity.Warning, true),
        new(FactKind.WorldResumed, "goes on", AnnouncementSeverity.Info, true),
        new(FactKind.DriftFound, "changed behind Towpath's back", AnnouncementSeverity.Warning, true),
        new(FactKind.DriftMended, "put right", AnnouncementSeverity.Good, false),
        new(FactKind.DriftMendFailed, "could not be put right", AnnouncementSeverity.Bad, true),
        new(FactKind.VerificationFailed, "verification fails", AnnouncementSeverity.Bad, false),
        new(FactKind.VerificationPassed, "verification passes again", AnnouncementSeverity.Good, false),
        new(FactKind.PortAssigned, "port assigned", AnnouncementSeverity.Info, true),
        new(FactKind.PortFreed, "port taken back", AnnouncementSeverity.Info, true),
        new(FactKind.SourceFailed, "its source fails", AnnouncementSeverity.Bad, true),
        new(FactKind.SourceRecovered, "its source can be read again", AnnouncementSeverity.Good, false),
        new(FactKind.TrackerFailed, "its tracker fails", AnnouncementSeverity.Bad, true),
        new(FactKind.TrackerRecovered, "its tracker can be read again", AnnouncementSeverity.Good, false),
        new(FactKind.ApplicationRemoved, "removed", AnnouncementSeverity.Warning, false),
    ];

    /// <summary>What a channel announces that names no events.</summary>
    public static ImmutableSortedSet<string> Default { get; } =
        All.Where(e => e.ByDefault).Select(e => e.Name).ToImmutableSortedSet(StringComparer.Ordinal);

    /// <summary>What is written to trackers: the way of a request, and runs.</summary>
    public static ImmutableSortedSet<string> ForTrackers { get; } = ImmutableSortedSet.Create(
        StringComparer.Ordinal,
        FactKind.PipelineQueued, FactKind.PipelineStarted, FactKind.PipelineFailed, FactKind.PipelineCancelled, FactKind.PipelineSucceeded,
        FactKind.ReleaseWaiting, FactKind.DeployRequested, FactKind.RequestOpened, FactKind.RequestRefused, FactKind.IssueUnreadable, FactKind.EmergencyDeclared,
        FactKind.ReleaseConfirmed, FactKind.ReleaseRejected, FactKind.DeploymentSucceeded, FactKind.DeploymentFailed, FactKind.DeploymentFrozen);

    /// <summary>The event that a fact is, or null where it is none.</summary>
    public static AnnouncementEvent? Of(Fact fact)
    {
        var name = fact is { Kind: FactKind.DeploymentPhase, Step: RollingBackPhase } ? RollingBack : fact.Kind;
        return All.FirstOrDefault(e => e.Name == name);
    }
}
