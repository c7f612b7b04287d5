using System.Collections.Immutable;
using System.Text.Json;
using Towpath.Core.Supply.Packages;

namespace Towpath.Core.Supply.Advisories;

/// <summary>Reads one record of OSV (<see href="https://ossf.github.io/osv-schema/"/>).</summary>
public static class OsvReader
{
    private const int MostEntries = 20_000;
    private const int MostSummary = 200;

    /// <summary>The advisory, with those of its packages that Towpath can compare; null, with a reason, where it is no record of OSV.</summary>
    /// <param name="json">The file.</param>
    /// <param name="why">What is wrong with it; empty where nothing is.</param>
    public static Advisory? Read(ReadOnlyMemory<byte> json, out string why)
    {
        var wrong = "";
        var root = JsonText.Object(json, "it", text => wrong = text);
        why = wrong;
        if (root is not { } record) return null;
        if (JsonText.Text(record, "id") is not { } id)
        {
            why = "it has no id";
            return null;
        }

        var summary = Line(record, "summary") ?? Line(record, "details") ?? "";
        var names = Texts(record, "aliases").Concat(Texts(record, "upstream")).Where(n => n != id).Distinct(StringComparer.Ordinal);
        var withdrawn = record.TryGetProperty("withdrawn", out var at) && at.ValueKind == JsonValueKind.String;
        return new Advisory(id, [.. names], summary, withdrawn, [.. Items(record, "affected").Select(a => Affected(a, record)).OfType<AffectedPackage>()]);
    }

    private static AffectedPackage? Affected(JsonElement affected, JsonElement record)
    {
        if (!affected.TryGetProperty("package", out var package) || package.ValueKind != JsonValueKind.Object) return null;
        if (JsonText.Text(package, "ecosystem") is not { } ecosystem || JsonText.Text(package, "name") is not { } name || Ecosystems.KindOf(ecosystem) is not { } kind) return null;
        var (severity, score) = Severities.Of(affected, record);
        var ranges = Items(affected, "ranges").Where(r => JsonText.Text(r, "type") is "ECOSYSTEM" or "SEMVER").Select(Events).Where(e => !e.IsEmpty);
        return new AffectedPackage(ecosystem, Ecosystems.Key(kind, name), severity, score, [.. ranges], [.. Texts(affected, "versions")]);
    }

    private static ImmutableArray<RangeEvent> Events(JsonElement range) => [.. Items(range, "events").SelectMany(EventsOf)];

    private static IEnumerable<RangeEvent> EventsOf(JsonElement item)
    {
        if (JsonText.Text(item, "introduced") is { } introduced) yield return new RangeEvent(RangeStep.Introduced, introduced);
        if (JsonText.Text(item, "fixed") is { } mended) yield return new RangeEvent(RangeStep.Fixed, mended);
        if (JsonText.Text(item, "last_affected") is { } last) yield return new RangeEvent(RangeStep.LastAffected, last);
        if (JsonText.Text(item, "limit") is { } limit) yield return new RangeEvent(RangeStep.Limit, limit);
    }

    internal static IEnumerable<JsonElement> Items(JsonElement element, string key) =>
        element.TryGetProperty(key, out var list) && list.ValueKind == JsonValueKind.Array
            ? list.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.Object).Take(MostEntries)
            : [];

    private static IEnumerable<string> Texts(JsonElement element, string key) =>
        element.TryGetProperty(key, out var list) && list.ValueKind == JsonValueKind.Array
            ? list.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.String).Take(MostEntries).Select(Text).OfType<string>()
            : [];

    private static string? Text(JsonElement item)
    {
        try
        {
            return item.GetString() is { Length: > 0 and <= 300 } text ? text : null;
        }
        catch (InvalidOperationException)
        {
            return null; // half of a surrogate pair
        }
    }

    /// <summary>The first line, cut.</summary>
    private static string? Line(JsonElement record, string key)
    {
        if (!record.TryGetProperty(key, out var value) || value.ValueKind != JsonValueKind.String) return null;
        try
        {
            var line = value.GetString()!.Trim().Split('\n')[0].Trim();
            return line.Length == 0 ? null : line.Length <= MostSummary ? line : line[..(MostSummary - 1)] + "…";
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }
}
