using System.Collections.Immutable;
using Towpath.Core.Compose;
using Towpath.Core.Diagnostics;

namespace Towpath.Core.Onboarding;

/// <summary>
/// Puts what was found under <c>x-towpath</c> of each service, into the text as it stands. What comes out is read again: unless every service has just the keys
/// that it was given, and all else is as before, the change is not made. An anchor that others merge, or a text of an unusual shape, so does no harm.
/// </summary>
internal sealed class DeliveryWriter
{
    private const string Key = "x-towpath";
    private const int MostOneByOne = 100;
    private readonly List<Diagnostic> _open = [];
    private readonly bool _force;

    /// <summary>Writes it.</summary>
    /// <param name="source">The Compose file.</param>
    /// <param name="root">Its tree, variables as they stand.</param>
    /// <param name="services">What was found.</param>
    /// <param name="force">Replace values that differ.</param>
    public DeliveryWriter(SourceText source, YamlMapping root, IReadOnlyList<ServiceProposal> services, bool force)
    {
        _force = force;
        var wanted = services.Where(s => Missing(s).Count > 0 || Differing(s).Count > 0).ToList();
        Text = wanted.Count == 0 ? source.Text : TryWrite(source, root, wanted) ?? OneByOne(source, root, wanted);
        if (!force)
        {
            _open.AddRange(wanted.SelectMany(s => Differing(s).Select(f => OnboardingDiagnostics.ValueKept(Place(s, f), s.Service.Name, f.Key, f.Value, f.Source))));
        }
    }

    /// <summary>The new text.</summary>
    public string Text { get; }

    /// <summary>What could not be written, and what was left as it is.</summary>
    public IReadOnlyList<Diagnostic> Open => _open;

    private string OneByOne(SourceText source, YamlMapping root, List<ServiceProposal> services)
    {
        var tree = root;
        foreach (var service in services)
        {
            if (services.Count <= MostOneByOne && TryWrite(source, tree, [service]) is { } text)
            {
                source = new SourceText(source.Path, text);
                tree = (YamlMapping)YamlReader.Read(source, new DiagnosticBag())!;
            }
            else
            {
                _open.Add(OnboardingDiagnostics.AddByHand(service.Service.Location, service.Service.Name, Missing(service).Select(f => $"{f.Key}: {f.Value}")));
            }
        }

        return source.Text;
    }

    private string? TryWrite(SourceText source, YamlMapping root, List<ServiceProposal> services)
    {
        var edits = services.SelectMany(service => Edits(root, service)).ToList();
        if (edits.Contains(null))
        {
            return null;
        }

        // Each edit may be the fix of a diagnostic: a plan of such is what puts edits into a text.
        var plan = FixPlan.Make([new Diagnostic(Key, Severity.Note, "", Fix: new Fix("", [.. edits.OfType<Edit>()]))], _ => source.Text);
        var text = plan.Texts.GetValueOrDefault(source.Path, source.Text);
        return plan.Skipped.IsEmpty && YamlReader.Read(new SourceText(source.Path, text), new DiagnosticBag()) is YamlMapping after && IsAsMeant(root, after, services) ? text : null;
    }

    private IEnumerable<Edit?> Edits(YamlMapping root, ServiceProposal service)
    {
        var entry = ((YamlMapping)root.Get("services")!).Entry(service.Service.Name)!;
        var missing = Missing(service).Select(f => (f.Key, f.Value)).ToList();
        var existing = (entry.Value as YamlMapping)?.Entry(Key);
        if (missing.Count > 0)
        {
            yield return existing is { Value.IsNull: false } ? YamlInsertion.Into(existing, missing, under: null) : existing is null ? YamlInsertion.Into(entry, missing, Key) : null;
        }

        foreach (var finding in _force ? Differing(service) : [])
        {
            var place = Place(service, finding);
            yield return place.EndLine == place.Line ? new Edit(place, finding.Value) : null;
        }
    }

    private static bool IsAsMeant(YamlMapping before, YamlMapping after, List<ServiceProposal> services)
    {
        var given = services.ToDictionary(s => s.Service.Name, StringComparer.Ordinal);
        return YamlComparison.AreEqual(before, after, path => path is ["services", _, Key, ..])
            && ((YamlMapping)after.Get("services")!).Entries.All(entry =>
            {
                var old = (((YamlMapping)before.Get("services")!).Entry(entry.Name)?.Value as YamlMapping)?.Get(Key) as YamlMapping;
                var now = (entry.Value as YamlMapping)?.Get(Key) as YamlMapping;
                var expected = (old?.Entries.Select(e => e.Name) ?? []).Union(given.TryGetValue(entry.Name, out var service) ? Missing(service).Select(f => f.Key) : []);
                return expected.ToHashSet(StringComparer.Ordinal).SetEquals(now?.Entries.Select(e => e.Name) ?? []);
            });
    }

    private static List<Finding> Missing(ServiceProposal service) => [.. service.Findings.Where(f => !service.Service.Delivery.ContainsKey(f.Key))];

    // What stands there at length was thought about: only a single value is compared.
    private static List<Finding> Differing(ServiceProposal service) =>
    [
        .. service.Findings.Where(f => service.Service.Delivery.GetValueOrDefault(f.Key) is YamlScalar { IsNull: false } value && f.Value[0] != '{' && YamlWords.Write(value.Value) != f.Value && value.Value != f.Value),
    ];

    private static Location Place(ServiceProposal service, Finding finding) => service.Service.Delivery[finding.Key].Location;
}

/// <summary>Compares trees by what they say.</summary>
internal static class YamlComparison
{
    /// <summary>Whether two trees say the same.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    /// <param name="isPassedOver">Told a path of keys from the root: whether what stands there is not looked at.</param>
    public static bool AreEqual(YamlNode left, YamlNode right, Func<ImmutableList<string>, bool> isPassedOver) => AreEqual(left, right, isPassedOver, []);

    private static bool AreEqual(YamlNode left, YamlNode right, Func<ImmutableList<string>, bool> isPassedOver, ImmutableList<string> path)
    {
        switch (left, right)
        {
            case (YamlScalar a, YamlScalar b):
                return a.Value == b.Value && a.IsPlain == b.IsPlain;
            case (YamlSequence a, YamlSequence b):
                return a.Items.Length == b.Items.Length && a.Items.Zip(b.Items).All(pair => AreEqual(pair.First, pair.Second, isPassedOver, path.Add("-")));
            case (YamlMapping a, YamlMapping b):
                var first = a.Entries.Where(e => !isPassedOver(path.Add(e.Name))).ToList();
                var second = b.Entries.Where(e => !isPassedOver(path.Add(e.Name))).ToList();
                return first.Count == second.Count && first.Zip(second).All(pair => pair.First.Name == pair.Second.Name && AreEqual(pair.First.Value, pair.Second.Value, isPassedOver, path.Add(pair.First.Name)));
            default:
                return false;
        }
    }
}
