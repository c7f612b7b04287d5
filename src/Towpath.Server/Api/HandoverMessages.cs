using Towpath.Core.Handover;

namespace Towpath.Server.Api;

/// <summary>Delivers a release for good.</summary>
/// <param name="Release">Release, or the first digits of it or its commit.</param>
/// <param name="Environment">For which environment; null for all of them.</param>
/// <param name="Actor">Who delivers it.</param>
public sealed record DeliverRequest(string Release, string? Environment, string Actor);

/// <summary>A delivery: by a pipeline, to be tested, and by people, for good.</summary>
/// <param name="Release">Of which release.</param>
/// <param name="At">When its pipeline delivered it.</param>
/// <param name="Run">The run that did; null where none is known.</param>
/// <param name="Actor">Who shipped it; null where that is not known.</param>
/// <param name="Finals">Its final deliveries, oldest first.</param>
/// <param name="Services">The validation of its images; empty where nothing is known of them.</param>
public sealed record DeliveryAnswer(
    string Release, DateTimeOffset At, string? Run, string? Actor, IReadOnlyList<FinalDeliveryAnswer> Finals, IReadOnlyList<ServiceValidation> Services)
{
    /// <summary>Sequence before the first fact that came of it; null where it was only looked at.</summary>
    public long? FirstFact { get; init; }
}

/// <summary>A final delivery.</summary>
/// <param name="Environment">For which environment; null for all of them.</param>
/// <param name="Actor">By whom.</param>
/// <param name="At">When.</param>
public sealed record FinalDeliveryAnswer(string? Environment, string Actor, DateTimeOffset At);
