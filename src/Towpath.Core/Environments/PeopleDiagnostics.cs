using Towpath.Core.Diagnostics;

namespace Towpath.Core.Environments;

/// <summary>TP4870 to TP4889: final deliveries and escalations.</summary>
public static class PeopleDiagnostics
{
    /// <summary>TP4870: a release that was rejected is to be delivered for good.</summary>
    public static Diagnostic DeliveryOfRejected(string release, string actor, string reason) => Error(
        "TP4870", $"{release} was rejected and can't be delivered for good", [$"{actor} rejected it: {reason}"], "ship a commit that mends it, and deliver that");

    /// <summary>TP4871: a delivery that is not said to be the final one.</summary>
    public static Diagnostic NotFinal(string release) => Error(
        "TP4871", $"{release} is delivered to be tested already", ["its pipeline did that"], $"write `towpath deliver {release} --final` where this is the release that is to enter");

    private static Diagnostic Error(string code, string headline, string[] notes, string help) => new(code, Severity.Error, headline, Notes: [.. notes], Help: help);
}
