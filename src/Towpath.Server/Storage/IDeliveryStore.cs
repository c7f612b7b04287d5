using System.Collections.Immutable;
using Towpath.Core.Environments;
using Towpath.Core.Handover;
using Towpath.Core.Journal;

namespace Towpath.Server.Storage;

/// <summary>Deliveries of releases: by their pipelines, to be tested, and by people, for good.</summary>
public interface IDeliveryStore
{
    /// <summary>Stores the delivery of a release. Delivered again, its validation is the new one, and its time stays.</summary>
    void SaveDelivery(DeliveryRecord delivery, params ImmutableArray<Fact> facts);

    /// <summary>The delivery of a release, or null.</summary>
    DeliveryRecord? Delivery(string application, string release);

    /// <summary>The newest deliveries of an application, newest first.</summary>
    IReadOnlyList<DeliveryRecord> Deliveries(string application, int count);

    /// <summary>Stores a final delivery; false where the release was delivered for good there already, and nothing is stored.</summary>
    bool AddFinalDelivery(FinalDeliveryRecord delivery, params ImmutableArray<Fact> facts);

    /// <summary>The final deliveries of a release, oldest first.</summary>
    IReadOnlyList<FinalDeliveryRecord> FinalDeliveries(string application, string release);
}

/// <summary>A pipeline delivered a release.</summary>
/// <param name="Application">Application.</param>
/// <param name="Release">Release.</param>
/// <param name="Run">The run that delivered it.</param>
/// <param name="Actor">Who shipped it.</param>
/// <param name="At">When.</param>
/// <param name="Validation">What was found about its images.</param>
public sealed record DeliveryRecord(string Application, string Release, string Run, string Actor, DateTimeOffset At, DeliveryValidation Validation)
{
    /// <summary>What gates judge by.</summary>
    public DeliveryEvidence Evidence() => new(At, [.. Validation.Failures], [.. Validation.NotTried]);
}

/// <summary>Somebody delivered a release for good.</summary>
/// <param name="Application">Application.</param>
/// <param name="Release">Release.</param>
/// <param name="Environment">For which environment; null for all of them.</param>
/// <param name="Actor">Who.</param>
/// <param name="At">When.</param>
public sealed record FinalDeliveryRecord(string Application, string Release, string? Environment, string Actor, DateTimeOffset At);

/// <summary>Questions to final deliveries.</summary>
internal static class FinalDeliveries
{
    /// <summary>The first one that counts for an environment.</summary>
    public static FinalEvidence? For(this IEnumerable<FinalDeliveryRecord> deliveries, string environment) =>
        deliveries.Where(d => d.Environment is null || d.Environment == environment).MinBy(d => d.At) is { } first ? new FinalEvidence(first.Actor, first.At) : null;
}
