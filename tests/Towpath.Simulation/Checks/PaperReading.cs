using System.Collections.Immutable;
using Towpath.Core.Applications;
using Towpath.Simulation.Time;

namespace Towpath.Simulation.Checks;

/// <summary>
/// Reads the gates for papers a second time, from what people did and were told. It shares no code with the gates, and knows the truth at each moment but one: while an import is under way,
/// both what was known before and what is known by now are right answers.
/// </summary>
internal sealed class PaperReading(Ledger ledger, VirtualClock clock)
{
    private PaperLedger Papers => ledger.Papers;

    /// <summary>Signatures are asked for everywhere.</summary>
    public bool IsSigning { get; init; }

    /// <summary>Why a release may not come in for the papers that it lacks, or null.</summary>
    public string? Closed(string application, EnvironmentSpec environment, string release) =>
        All(application, environment, release, isSure: true).Select(gate => gate.Why).FirstOrDefault(why => why is not null);

    /// <summary>Gates that an environment has for papers, each with why it is closed, or null where it is open.</summary>
    /// <param name="application">Application.</param>
    /// <param name="environment">Environment.</param>
    /// <param name="release">Release.</param>
    /// <param name="isSure">While an import is under way: true for what is closed by each answer, false for what is closed by any.</param>
    public IEnumerable<(string Gate, string? Why)> All(string application, EnvironmentSpec environment, string release, bool isSure)
    {
        var gates = environment.Gates;
        if (IsSigning) yield return ("signature", Unsigned(application, release));
        if (gates.Agreement is { } agreement) yield return ("agreement", Unagreed(application, release, agreement.Sides));
        if (gates.Ci is { } ci) yield return ("ci", NotGreen(application, release, ci));
        if (gates.Delivery is { } delivery) yield return ("delivery", Undelivered(application, environment.Name, release, delivery));
        if (gates is { Lead: { } lead, LeadFrom: DeliveryKind.Final }) yield return ("lead", TooSoon(application, environment.Name, release, lead));
        if (gates.Vulnerabilities is { } vulnerabilities) yield return ("vulnerabilities", Vulnerable(application, release, vulnerabilities, isSure));
    }

    /// <summary>Why an image of a release does not come from these control planes, or null. Asked of what comes back too.</summary>
    public string? Unsigned(string application, string release)
    {
        if (!IsSigning) return null;
        var service = ledger.Store.Release(application, release)!.Images.Keys
            .FirstOrDefault(s => !ledger.Images.TryGetValue((application, release, s), out var image) || image.Key != Papers.Key);
        return service is null ? null : $"the image of {service} is not signed with the key of these control planes";
    }

    private string? Unagreed(string application, string release, ImmutableArray<string> sides)
    {
        if (!Papers.Texts.TryGetValue((application, release), out var text)) return "it brings no agreement";
        // Nobody signs for two sides, so it is enough that each is there.
        foreach (var side in sides)
            if (!Papers.Signed.Any(s => s.Application == application && s.Text == text.Text && s.Side == side)) return $"{side} has not signed the text that it brings";
        return null;
    }

    private string? NotGreen(string application, string release, CiGateSpec asked)
    {
        var commit = ledger.Store.Release(application, release)!.Commit;
        VouchedRun? last = null;
        foreach (var run in Papers.Runs)
        {
            if (run.Application != application || run.Commit != commit || (asked.System is not null && run.System != asked.System)) continue;
            if (run.Key is not null && !Papers.Keys.Contains((application, run.Key))) continue;
            if (last is null || run.StartedAt > last.StartedAt || (run.StartedAt == last.StartedAt && !run.IsGreen)) last = run;
        }
        return last switch
        {
            null => "nobody vouched for a run of its commit elsewhere",
            { IsGreen: false } => "the last run of its commit elsewhere was red",
            _ => null,
        };
    }

    private string? Undelivered(string application, string environment, string release, DeliveryGateSpec asked)
    {
        if (!Papers.Delivered.TryGetValue((application, release), out var isGood)) return "it was never delivered to be tested";
        if (!isGood) return "its delivery was found to be faulty";
        return asked.Final && DeliveredAt(application, environment, release) is null ? "nobody delivered it for good" : null;
    }

    private string? TooSoon(string application, string environment, string release, TimeSpan lead)
    {
        if (DeliveredAt(application, environment, release) is not { } at) return "nobody delivered it for good";
        return at + lead > clock.Now ? $"it was delivered for good only {(clock.Now - at).TotalSeconds:0} s ago" : null;
    }

    private DateTimeOffset? DeliveredAt(string application, string environment, string release)
    {
        DateTimeOffset? first = null;
        foreach (var ((of, which, where), at) in Papers.Finals)
            if (of == application && which == release && (where is null || where == environment) && (first is null || at < first)) first = at;
        return first;
    }

    private string? Vulnerable(string application, string release, VulnerabilityGateSpec asked, bool isSure)
    {
        var today = DateOnly.FromDateTime(clock.Now.UtcDateTime);
        var excepted = asked.Exceptions.Where(e => e.Until >= today).Select(e => e.Id).ToHashSet(StringComparer.Ordinal);
        var images = ledger.Store.Release(application, release)!.Images;
        foreach (var (service, image) in images)
            if (!Papers.Contents.ContainsKey(image.Digest)) return $"nobody has read what the image of {service} is made of";
        foreach (var family in images.Values.SelectMany(i => Papers.Contents[i.Digest]).Select(p => KnownAdvisory.Packages.First(k => k.Package == p.Package).Family).Distinct())
        {
            if (!Papers.Imports.TryGetValue(family, out var at)) return $"nobody has imported advisories of {family}";
            if (asked.MaxAge is { } most && clock.Now - at > most) return $"the advisories of {family} are too old";
        }
        foreach (var (service, image) in images)
        {
            bool Has(ImmutableHashSet<int> known) => KnownAdvisory.All.Any(a => known.Contains(a.Number) && a.Severity >= asked.Severity && !IsExcepted(a, excepted)
                && Papers.Contents[image.Digest].Any(p => p.Package == a.Package && p.Version < a.FixedIn));
            if (isSure ? Papers.Advisories.TrueForAll(Has) : Papers.Advisories.Exists(Has)) return $"the image of {service} has a known vulnerability";
        }
        return null;
    }

    private static bool IsExcepted(KnownAdvisory advisory, HashSet<string> excepted) =>
        excepted.Contains(advisory.Id) || (!advisory.Names.IsEmpty && advisory.Names.All(excepted.Contains));
}
