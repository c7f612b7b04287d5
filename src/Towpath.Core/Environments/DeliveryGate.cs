using System.Collections.Immutable;
using Towpath.Core.Applications;

namespace Towpath.Core.Environments;

/// <summary>The delivery of a release.</summary>
/// <param name="At">When its pipeline delivered it.</param>
/// <param name="Failures">What its validation found that is not as it must be.</param>
/// <param name="NotTried">Services whose images nobody could try.</param>
public sealed record DeliveryEvidence(DateTimeOffset At, ImmutableArray<string> Failures, ImmutableArray<string> NotTried);

/// <summary>Somebody delivered a release for good.</summary>
/// <param name="Actor">Who.</param>
/// <param name="At">When.</param>
public sealed record FinalEvidence(string Actor, DateTimeOffset At);

/// <summary>The gates that judge by a release's delivery: its validation, and how long ago it was.</summary>
internal static class DeliveryGate
{
    /// <summary>Whether what was delivered is as it must be, and is the final delivery where that is asked.</summary>
    public static GateVerdict Judge(DeliveryGateSpec spec, DeliveryEvidence? delivery, FinalEvidence? final, string environment)
    {
        const string name = "delivery";
        if (delivery is null) return new GateVerdict(name, false, "no delivery of it is known: ship its commit once more");
        if (!delivery.Failures.IsEmpty) return new GateVerdict(name, false, $"its validation failed: {string.Join("; ", delivery.Failures)}");
        if (spec.Final && final is null) return new GateVerdict(name, false, Missing(environment)) { CanBeBroughtAbout = true };
        var tried = delivery.NotTried.IsEmpty ? "every service was tried" : $"not tried: {string.Join(", ", delivery.NotTried)}";
        return new GateVerdict(name, true, $"validated at {GateWords.Time(delivery.At)}, {tried}{(final is null ? "" : $"; {Words(final)}")}");
    }

    /// <summary>Whether enough time has passed since the delivery.</summary>
    public static GateVerdict Judge(TimeSpan lead, DeliveryKind? from, GateEvidence evidence, string environment, DateTimeOffset now)
    {
        const string name = "lead";
        var final = evidence.FinalDelivery;
        if (from == DeliveryKind.Final && final is null) return new GateVerdict(name, false, Missing(environment)) { CanBeBroughtAbout = true, YieldsToEmergency = true };
        var (at, what) = from == DeliveryKind.Final ? (final!.At, Words(final)) : (evidence.DeliveredAt, $"it was delivered at {GateWords.Time(evidence.DeliveredAt)}");
        return now >= at + lead
            ? new GateVerdict(name, true, $"{what}, more than {GateWords.Of(lead)} ago")
            : new GateVerdict(name, false, $"{what}; {GateWords.Of(lead)} must pass", at + lead) { YieldsToEmergency = true };
    }

    private static string Missing(string environment) => $"its final delivery is missing: `towpath deliver RELEASE --final --for {environment}`";

    private static string Words(FinalEvidence final) => $"{final.Actor} delivered it for good at {GateWords.Time(final.At)}";
}
