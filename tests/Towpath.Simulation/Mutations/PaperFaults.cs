using System.Collections.Immutable;
using Towpath.Core.Applications;
using Towpath.Core.Environments;
using Towpath.Server.Storage;

namespace Towpath.Simulation.Mutations;

/// <summary>Faults that somebody could make in gates for papers, and in what they are judged by.</summary>
internal static class PaperFaults
{
    private const int Many = 1000;

    /// <summary>All of them.</summary>
    public static ImmutableArray<Mutation> All { get; } =
    [
        .. new[] { "agreement", "ci", "delivery", "vulnerabilities", "signature" }.Select(DeliberateFaults.Ignored),
        Misled("agreement-of-another-text", "a signature under an earlier text counts for a later one", nameof(IStore.Signatures), (store, arguments) => Texts(store, (string)arguments[0]!)
            .SelectMany(text => store.Signatures((string)arguments[0]!, text)).ToList()),
        Judged("agreement-of-one-side", "one signature is enough", (gates, evidence) =>
            (gates.Agreement is { } asked && evidence.Agreement is { Signatures: [{ Side: var side }, ..] } ? gates with { Agreement = asked with { Sides = [side] } } : gates, evidence)),
        Misled("evidence-of-another-application", "a run of another application counts for a commit of the same name", nameof(IStore.CiEvidence), (store, arguments) => store.Applications()
            .SelectMany(a => store.CiEvidence(a.Name, (string?)arguments[1], (int)arguments[2]!)).ToList()),
        Misled("evidence-of-another-commit", "a run of one commit counts for all", nameof(IStore.CiEvidence), (store, arguments) =>
            store.CiEvidence((string)arguments[0]!, null, (int)arguments[2]!)),
        Judged("evidence-of-an-older-run", "an older green run counts although a later one was red", (gates, evidence) =>
            (gates, evidence with { Ci = [.. evidence.Ci.Where(r => r.FailedStep is null)] })),
        Judged("evidence-from-anywhere", "a run counts wherever it was", (gates, evidence) => (gates.Ci is null ? gates : gates with { Ci = new CiGateSpec(null) }, evidence)),
        new("evidence-of-a-key-taken-away", "what a key vouched for counts after it was taken away", machines => machines)
        {
            Store = store =>
            {
                var known = new Dictionary<string, EvidenceKeyRecord>(StringComparer.Ordinal);
                return Mutations.Misled.By(store, nameof(IStore.EvidenceKeys), (inner, arguments) =>
                {
                    foreach (var key in inner.EvidenceKeys((string)arguments[0]!)) known[key.Fingerprint] = key;
                    return known.Values.ToList();
                });
            },
        },
        Judged("lead-from-test", "the lead time counts from the delivery to be tested", (gates, evidence) => (gates with { LeadFrom = null }, evidence)),
        Judged("delivery-not-final", "a delivery to be tested is taken for one for good", (gates, evidence) => (gates.Delivery is null ? gates : gates with { Delivery = new DeliveryGateSpec(false) }, evidence)),
        Misled("delivery-for-another-environment", "a delivery for good for one environment counts for all", nameof(IStore.FinalDeliveries), (store, arguments) =>
            store.FinalDeliveries((string)arguments[0]!, (string)arguments[1]!).Select(d => d with { Environment = null }).ToList()),
        Misled("delivery-not-kept", "somebody is told that a release is delivered for good, and it is not kept", nameof(IStore.AddFinalDelivery), (_, _) => true),
        Judged("exception-for-ever", "an exception counts after its last day", (gates, evidence) => (gates.Vulnerabilities is not { } asked ? gates : gates with
        {
            Vulnerabilities = asked with { Exceptions = [.. asked.Exceptions.Select(e => e with { Until = DateOnly.MaxValue })] },
        }, evidence)),
        Judged("images-not-read", "an image that nobody has read is taken for one without vulnerabilities", (gates, evidence) =>
            (gates, evidence.Vulnerabilities is { } known ? evidence with { Vulnerabilities = known with { Unread = [] } } : evidence)),
        Judged("advisories-of-any-age", "advisories count however old they are", (gates, evidence) => (gates.Vulnerabilities is { } asked ? gates with { Vulnerabilities = asked with { MaxAge = null } } : gates, evidence)),
        new("advisories-remembered", "what is known of a package holds for as long as the process lives", machines => machines)
        {
            Store = store =>
            {
                var known = new Dictionary<string, object>(StringComparer.Ordinal);
                return Mutations.Misled.By(store, nameof(IStore.Advisories), (inner, arguments) =>
                    known.TryGetValue((string)arguments[1]!, out var found) ? found : known[(string)arguments[1]!] = inner.Advisories((string)arguments[0]!, (string)arguments[1]!));
            },
        },
        new("waiting-for-ever", "what waits for a gate does not come in when it opens", machines => machines with
        {
            Promotion = (environment, state, candidate, current, busy, judge) =>
                machines.Promotion(environment, state, candidate, current, busy, judge) is var step && step.Deploy is not null && state.Wanted is not null ? new PromotionStep(state, null, null, null) : step,
        }),
        new("signature-of-a-former-key", "what was signed once counts after the key is another", machines =>
        {
            var signed = new HashSet<DateTimeOffset>();
            return machines with
            {
                Gates = (ladder, environment, evidence, now) =>
                {
                    if (evidence.WithoutSignature is { IsDefault: false, IsEmpty: true }) signed.Add(evidence.DeliveredAt);
                    var isKnown = !evidence.WithoutSignature.IsDefault && signed.Contains(evidence.DeliveredAt);
                    return machines.Gates(ladder, environment, isKnown ? evidence with { WithoutSignature = [] } : evidence, now);
                },
            };
        }),
        Judged("signature-of-some", "one signed image is enough", (gates, evidence) =>
            (gates, evidence.WithoutSignature is { IsDefaultOrEmpty: false } missing && missing.Length < 2 ? evidence with { WithoutSignature = [] } : evidence)),
    ];

    /// <summary>Gates are judged by something else than they should be.</summary>
    private static Mutation Judged(string name, string what, Func<GateSpecs, GateEvidence, (GateSpecs, GateEvidence)> shown) => new(name, what, machines => machines with
    {
        Gates = (ladder, environment, evidence, now) =>
        {
            var (gates, known) = shown(environment.Gates, evidence);
            return machines.Gates(ladder, environment with { Gates = gates }, known, now);
        },
    });

    /// <summary>A call to the store has another answer.</summary>
    private static Mutation Misled(string name, string what, string call, Func<IStore, object?[], object?> answer) =>
        new(name, what, machines => machines) { Store = store => Mutations.Misled.By(store, call, answer) };

    private static IEnumerable<string> Texts(IStore store, string application) =>
        store.Releases(application, Many).Select(r => r.Application.Agreement?.Hash).OfType<string>().Distinct();
}
