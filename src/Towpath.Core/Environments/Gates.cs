using System.Collections.Immutable;
using Towpath.Core.Applications;

namespace Towpath.Core.Environments;

/// <summary>The gates of an environment, as predicates over evidence. All are judged and all are shown, not only the first that fails.</summary>
public static class Gates
{
    // What is asked before whatever enters, also where it ran before.
    private static readonly Func<Asked, GateVerdict?>[] Always = [Pipeline, NotRejected, Signature];

    private static readonly Func<Asked, GateVerdict?>[] Declared = [Contract, Ci, Agreement, Soak, Verification, Request, Confirmation, Window, Lead, Delivery, Budget, Image, Vulnerabilities];

    /// <summary>Judges every gate.</summary>
    /// <param name="ladder">Tells which environment is below.</param>
    /// <param name="environment">What a release is to enter.</param>
    /// <param name="evidence">What is known of the release there.</param>
    /// <param name="now">The time.</param>
    public static ImmutableArray<GateVerdict> Judge(Ladder ladder, EnvironmentSpec environment, GateEvidence evidence, DateTimeOffset now)
    {
        var asked = new Asked(environment, environment.Gates, ladder.Below(environment.Name), evidence, now);
        return [.. Always.Concat(Declared).Select(gate => gate(asked)).OfType<GateVerdict>().Select(verdict => InEmergency(verdict, evidence.Emergency))];
    }

    /// <summary>Of these verdicts, those that what ran in the environment before must pass once more to come back.</summary>
    public static ImmutableArray<GateVerdict> ForReturn(IEnumerable<GateVerdict> verdicts) => [.. verdicts.Where(v => v.Name is "pipeline" or "not-rejected" or "signature")];

    /// <summary>A closed gate that gives way holds, and says by whose word and what it would say else.</summary>
    private static GateVerdict InEmergency(GateVerdict verdict, EmergencyEvidence? emergency) =>
        verdict.Holds || !verdict.YieldsToEmergency || emergency is null
            ? verdict
            : new GateVerdict(verdict.Name, true, $"passed by an emergency of {emergency.Actor}: {emergency.Reason}; else closed: {verdict.Evidence}") { Figures = verdict.Figures };

    private static GateVerdict Pipeline(Asked asked) => asked.Evidence.PipelineSucceeded
        ? new GateVerdict("pipeline", true, "every step was green")
        : new GateVerdict("pipeline", false, "the pipeline did not end well");

    private static GateVerdict NotRejected(Asked asked) => asked.Evidence.Rejection is { } rejection
        ? new GateVerdict("not-rejected", false, $"{rejection.Actor} rejected it: {rejection.Reason}")
        : new GateVerdict("not-rejected", true, "nobody rejected it");

    /// <summary>What runs is what this control plane built: asked everywhere, of what comes back too.</summary>
    private static GateVerdict? Signature(Asked asked) => asked.Evidence.WithoutSignature switch
    {
        { IsDefault: true } => null,
        { IsEmpty: true } => new GateVerdict("signature", true, "its images are signed by this control plane"),
        var unsigned => new GateVerdict("signature", false, $"no valid signature of this control plane for {string.Join(", ", unsigned)}: ship its commit again"),
    };

    private static GateVerdict? Vulnerabilities(Asked asked) =>
        asked.Gates.Vulnerabilities is { } spec ? VulnerabilityGate.Judge(spec, asked.Evidence.Vulnerabilities, asked.Now) : null;

    private static GateVerdict? Contract(Asked asked) => !asked.Gates.Contract ? null : asked.Evidence.ContractFindings switch
    {
        null => new GateVerdict("contract", false, "no run says whether it keeps the contract"),
        "" => new GateVerdict("contract", true, "nothing was found"),
        var found => new GateVerdict("contract", false, $"it does not keep the contract: {found}"),
    };

    private static GateVerdict? Ci(Asked asked) => asked.Gates.Ci is { } ci ? CiGate.Judge(ci, asked.Evidence.Ci) : null;

    private static GateVerdict? Agreement(Asked asked) =>
        asked.Gates.Agreement is { } signatures ? AgreementGate.Judge(signatures, asked.Evidence.Agreement) : null;

    private static GateVerdict? Soak(Asked asked)
    {
        if (asked.Below is not { } below) return null;
        if (asked.Evidence.Below is not { } stay) return new GateVerdict("soak", false, $"it has not run in {below.Name}");
        var wanted = asked.Gates.Soak;
        var lived = (stay.Until ?? asked.Now) - stay.Since;
        var time = $"for {GateWords.Of(lived)} of the {GateWords.Of(wanted)} asked";
        if (lived < wanted)
            return (stay.Until is null
                ? new GateVerdict("soak", false, $"it has run in {below.Name} {time}", stay.Since + wanted)
                : new GateVerdict("soak", false, $"it ran in {below.Name} for only {GateWords.Of(lived)} of the {GateWords.Of(wanted)} asked before another release took its place"))
                with
            { YieldsToEmergency = true };
        if (wanted > TimeSpan.Zero && below.Slo is { } slo && stay.Seen is { } seen && !SloHistory.IsKept(slo, seen))
            return new GateVerdict("soak", false, $"{below.Name} did not keep its objectives while it ran there")
            {
                Figures = $"{GateWords.Share(seen.ErrorShare)} errors, {GateWords.Share(seen.SlowShare)} slow",
                CanBeBroughtAbout = stay.Until is null,
                YieldsToEmergency = true,
            };
        return new GateVerdict("soak", true, $"it ran in {below.Name} {time}");
    }

    /// <summary>Shown where it is asked for; a verification that fails below keeps a release out whether it is or not.</summary>
    private static GateVerdict? Verification(Asked asked)
    {
        if (asked.Below is not { } below) return null;
        return asked.Evidence.Below switch
        {
            { VerificationFailure: { } failure } =>
                new GateVerdict("verification", false, $"its verification in {below.Name} fails: {failure}") { CanBeBroughtAbout = true },
            _ when !asked.Gates.Verification => null,
            null => new GateVerdict("verification", false, $"it was never verified in {below.Name}"),
            _ => new GateVerdict("verification", true, $"its verification in {below.Name} passed"),
        };
    }

    private static GateVerdict? Request(Asked asked)
    {
        if (!asked.Gates.Request) return null;
        return asked.Evidence.Request switch
        {
            null => new GateVerdict("request", false, $"there is no deploy request: `towpath request {asked.Environment.Name}`") { CanBeBroughtAbout = true },
            { Refusal: { } refusal } =>
                new GateVerdict("request", false, $"{refusal.Actor} refused its deploy request: {refusal.Reason}") { CanBeBroughtAbout = true },
            { Missing: { IsEmpty: false } missing } =>
                new GateVerdict("request", false, $"its deploy request does not say: {string.Join(", ", missing)}") { CanBeBroughtAbout = true },
            { Actor: var actor, At: var at } => new GateVerdict("request", true, $"requested by {actor} at {GateWords.Time(at)}"),
        };
    }

    private static GateVerdict? Confirmation(Asked asked) =>
        asked.Gates.Confirmation is { } confirmation ? ConfirmationGate.Judge(confirmation, asked.Evidence, asked.Now) : null;

    private static GateVerdict? Window(Asked asked) => asked.Gates.Window is { } window
        ? WindowGate.Judge(window, asked.Now) with { YieldsToEmergency = true }
        : null;

    private static GateVerdict? Lead(Asked asked) =>
        asked.Gates.Lead is { } lead ? DeliveryGate.Judge(lead, asked.Gates.LeadFrom, asked.Evidence, asked.Environment.Name, asked.Now) : null;

    private static GateVerdict? Delivery(Asked asked) =>
        asked.Gates.Delivery is { } spec ? DeliveryGate.Judge(spec, asked.Evidence.Delivery, asked.Evidence.FinalDelivery, asked.Environment.Name) : null;

    private static GateVerdict? Budget(Asked asked)
    {
        if (asked.Gates.Budget is not { } wanted) return null;
        // Where nothing ran yet, nothing was spent.
        var left = asked.Evidence.BudgetLeft ?? 1;
        var text = $"{(left >= wanted ? "enough" : "too little")} of the error budget of {asked.Environment.Name} is left, where {GateWords.Share(wanted)} is asked";
        return new GateVerdict("budget", left >= wanted, text) { Figures = GateWords.Share(left), CanBeBroughtAbout = left < wanted, YieldsToEmergency = true };
    }

    private static GateVerdict? Image(Asked asked)
    {
        if (asked.Gates.Image is not { } wanted) return null;
        var wrong = asked.Evidence.Images.Select(image => (image.Service, Why: string.Join(", ", WhyNot(image, wanted)))).Where(i => i.Why.Length > 0).ToList();
        return wrong.Count == 0
            ? new GateVerdict("image", true, $"{asked.Evidence.Images.Length} images are as asked")
            : new GateVerdict("image", false, string.Join("; ", wrong.Select(i => $"{i.Service}: {i.Why}")));
    }

    private static IEnumerable<string> WhyNot(ImageEvidence image, ImageGateSpec wanted)
    {
        if (image.IsThere is not true) yield return image.IsThere is null ? "nobody looked at its image" : "its image is not the release's";
        if (wanted.MostBytes is { } most && !(image.Bytes <= most))
            yield return image.Bytes is { } bytes ? $"{GateWords.Bytes(bytes)} of at most {GateWords.Bytes(most)}" : "its size is not known";
        if (wanted.NonRoot && IsRoot(image.User)) yield return image.User is null ? "its user is not known" : "it runs as root";
        if (wanted.HasSignature && !image.IsSigned) yield return "no valid signature";
    }

    private static bool IsRoot(string? user) => user?.Split(':')[0] is null or "" or "root" or "0";

    /// <summary>What all gates are judged by.</summary>
    private sealed record Asked(EnvironmentSpec Environment, GateSpecs Gates, EnvironmentSpec? Below, GateEvidence Evidence, DateTimeOffset Now);
}
