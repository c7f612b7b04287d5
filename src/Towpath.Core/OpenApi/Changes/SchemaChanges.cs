using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;

namespace Towpath.Core.OpenApi.Changes;

/// <summary>Who sends the value.</summary>
internal enum Side
{
    /// <summary>The client.</summary>
    Request,

    /// <summary>The server.</summary>
    Response,
}

/// <summary>Where in an operation a schema is met.</summary>
/// <param name="Side">Who sends it.</param>
/// <param name="What">Which part of which operation, for people.</param>
/// <param name="Path">Place in the body, such as <c>[].price</c>; empty for the whole.</param>
internal sealed record ChangePlace(Side Side, string What, string Path)
{
    /// <summary>How names of changes begin.</summary>
    public string Prefix => Side == Side.Request ? "request" : "response";

    /// <summary>For people.</summary>
    public string Words => Path.Length == 0 ? What : $"{What}: `{Path}`";

    /// <summary>The place of a part.</summary>
    public ChangePlace Below(string part) => this with { Path = part[0] == '[' || Path.Length == 0 ? Path + part : $"{Path}.{part}" };
}

/// <summary>
/// Differences of two schemas. What a request may be less breaks clients, and so does what an answer may be more; the same change the other
/// way round does not. Schemas that lead back to themselves are compared once.
/// </summary>
internal sealed class SchemaChanges(ChangeLog log)
{
    private const int MaxPairs = 50_000;
    private const int MaxDepth = 60;
    private static readonly string[] AllTypes = ["array", "boolean", "integer", "null", "number", "object", "string"];
    private readonly HashSet<(ApiSchema Old, ApiSchema Now, Side Side)> _compared = [];
    private readonly SchemaMerge _merge = new();
    private int _depth;

    /// <summary>Compares two schemas and what they are made of.</summary>
    public void Compare(ApiSchema old, ApiSchema now, ChangePlace at)
    {
        if (_depth >= MaxDepth || _compared.Count >= MaxPairs || !_compared.Add((old, now, at.Side)))
            return;

        _depth++;
        var before = _merge.Whole(old);
        var after = _merge.Whole(now);
        CompareTypes(before, after, at);
        CompareFormat(before, after, at);
        CompareValues(before, after, at);
        CompareBounds(before, after, at);
        CompareProperties(before, after, at);
        ComparePart(before.Items, after.Items, "items", after, at.Below("[]"));
        ComparePart(before.Additional, after.Additional, "additional-properties", after, at.Below("*"));
        CompareAlternatives([.. before.OneOf, .. before.AnyOf], [.. after.OneOf, .. after.AnyOf], after, at);
        if (before.Words != after.Words)
            log.Add("words-changed", ApiEffect.Documentation, $"{at.Words} is described in other words", after.Location);
        _depth--;
    }

    private void CompareTypes(ApiSchema old, ApiSchema now, ChangePlace at)
    {
        var lost = AllTypes.Where(t => Takes(old, t) && !Takes(now, t)).ToList();
        var gained = AllTypes.Where(t => !Takes(old, t) && Takes(now, t)).ToList();
        if (lost.Count + gained.Count == 0)
            return;
        if (lost.Concat(gained).All(t => t == "null"))
            Report("nullable-changed", lost.Count > 0, gained.Count > 0, lost.Count > 0 ? "can't be null any more" : "can be null now", now, at);
        else
            Report("type-changed", lost.Count > 0, gained.Count > 0, $"is {Words(now)} now, was {Words(old)}", now, at);
    }

    private void CompareFormat(ApiSchema old, ApiSchema now, ChangePlace at)
    {
        if (old.Format == now.Format)
            return;
        var wider = now.Format is null || (old.Format, now.Format) is ("int32", "int64") or ("float", "double");
        var narrower = old.Format is null || (old.Format, now.Format) is ("int64", "int32") or ("double", "float");
        Report("format-changed", !wider, !narrower, $"has the format {now.Format ?? "of any kind"} now, had {old.Format ?? "none"}", now, at);
    }

    private void CompareValues(ApiSchema old, ApiSchema now, ChangePlace at)
    {
        var lost = now.Values.IsEmpty ? [] : old.Values.Where(v => !now.Values.Any(n => JsonElement.DeepEquals(v, n))).ToList();
        var gained = old.Values.IsEmpty ? [] : now.Values.Where(v => !old.Values.Any(o => JsonElement.DeepEquals(v, o))).ToList();
        if (old.Values.IsEmpty && !now.Values.IsEmpty)
            Report("enum-set", true, false, $"is one of {Listed(now.Values)} only", now, at);
        else if (!old.Values.IsEmpty && now.Values.IsEmpty)
            Report("enum-lifted", false, true, $"can be anything now, was one of {Listed(old.Values)}", now, at);
        if (lost.Count > 0)
            Report("enum-value-removed", true, false, $"can't be {Listed(lost)} any more", now, at);
        if (gained.Count > 0)
            Report("enum-value-added", false, true, $"can be {Listed(gained)} now", now, at);
    }

    private void CompareBounds(ApiSchema old, ApiSchema now, ChangePlace at)
    {
        foreach (var name in old.Bounds.Keys.Union(now.Bounds.Keys))
        {
            var before = Bound(old, name);
            var after = Bound(now, name);
            if (before == after)
                continue;
            var low = name.Contains("min", StringComparison.OrdinalIgnoreCase);
            var both = name == "multipleOf" && before is not null && after is not null;
            var narrower = both || before is null || (after is not null && (low ? after > before : after < before));
            var wider = both || after is null || (before is not null && (low ? after < before : after > before));
            Report($"{name}-changed", narrower, wider, string.Create(CultureInfo.InvariantCulture, $"has {name} {after?.ToString(CultureInfo.InvariantCulture) ?? "of any size"} now, had {before?.ToString(CultureInfo.InvariantCulture) ?? "none"}"), now, at);
        }

        if (old.Pattern != now.Pattern)
            Report("pattern-changed", now.Pattern is not null, false, now.Pattern is null ? "needs to match no pattern any more" : $"must match `{now.Pattern}` now", now, at);
    }

    private void CompareProperties(ApiSchema old, ApiSchema now, ChangePlace at)
    {
        foreach (var name in old.Properties.Keys.Union(now.Properties.Keys).Union(old.Required).Union(now.Required))
        {
            var before = old.Properties.GetValueOrDefault(name);
            var after = now.Properties.GetValueOrDefault(name);
            if ((before is null || IsOfOtherSide(before, at.Side)) && (after is null || IsOfOtherSide(after, at.Side)) && (before ?? after) is not null)
                continue;
            var part = at.Below(name);
            CompareProperty(before, after, part);
            CompareRequired(old.Required.Contains(name), now.Required.Contains(name), before is null && after is not null, (after ?? now), part);
            if (before is not null && after is not null)
                Compare(before, after, part);
        }
    }

    private void CompareProperty(ApiSchema? old, ApiSchema? now, ChangePlace at)
    {
        if (old is null && now is not null)
            log.Add($"{at.Prefix}-property-added", ApiEffect.Compatible, $"{at.Words} is new", now.Location);
        if (old is not null && now is null)
        {
            var effect = at.Side == Side.Request ? ApiEffect.RequestTakesLess : ApiEffect.ResponseSaysLess;
            log.Removed($"{at.Prefix}-property-removed", effect, $"{at.Words} was removed", old.Location);
        }
    }

    private void CompareRequired(bool before, bool after, bool isNew, ApiSchema now, ChangePlace at)
    {
        if (before == after)
            return;
        if (at.Side == Side.Request)
        {
            var effect = after ? ApiEffect.RequestNeedsMore : ApiEffect.Compatible;
            log.Add(after ? "request-property-became-required" : "request-property-became-optional", effect, $"{at.Words} is {(after ? "required" : "optional")} now", now.Location);
        }
        else if (!isNew)
        {
            var effect = after ? ApiEffect.Compatible : ApiEffect.ResponseSaysLess;
            log.Add(after ? "response-property-became-required" : "response-property-became-optional", effect, $"{at.Words} is {(after ? "always" : "not always")} there now", now.Location);
        }
    }

    private void ComparePart(ApiSchema? old, ApiSchema? now, string name, ApiSchema place, ChangePlace at)
    {
        if (old is { IsNever: true } || now is { IsNever: true })
        {
            if (old?.IsNever != now?.IsNever)
                Report($"{name}-changed", now is { IsNever: true }, false, now is { IsNever: true } ? "is not taken any more" : "is taken now", now ?? place, at);
        }
        else if (old is not null && now is not null)
        {
            Compare(old, now, at);
        }
        else if (old is not null || now is not null)
        {
            Report($"{name}-changed", old is null, now is null, now is null ? "can be anything now" : "can't be anything any more", now ?? place, at);
        }
    }

    /// <summary>Alternatives are the same where they have the same name, those without one where they have the same number.</summary>
    private void CompareAlternatives(ImmutableArray<ApiSchema> old, ImmutableArray<ApiSchema> now, ApiSchema place, ChangePlace at)
    {
        var before = Keyed(old);
        var after = Keyed(now);
        foreach (var (key, schema) in after.Where(a => before.ContainsKey(a.Key)))
            Compare(before[key], schema, at);
        var lost = before.Keys.Where(k => !after.ContainsKey(k)).ToList();
        var gained = after.Keys.Where(k => !before.ContainsKey(k)).ToList();
        if (old.IsEmpty && !now.IsEmpty)
            Report("alternatives-set", true, false, $"is one of {string.Join(", ", gained)} only", place, at);
        else if (!old.IsEmpty && now.IsEmpty)
            Report("alternatives-lifted", false, true, $"is not one of {string.Join(", ", lost)} any more, but anything", place, at);
        else if (lost.Count + gained.Count > 0)
            Report("alternatives-changed", lost.Count > 0, gained.Count > 0, $"is one of {string.Join(", ", after.Keys)} now, was one of {string.Join(", ", before.Keys)}", place, at);
    }

    private static Dictionary<string, ApiSchema> Keyed(ImmutableArray<ApiSchema> schemas) => schemas
        .Select((schema, index) => (Key: schema.Name ?? string.Create(CultureInfo.InvariantCulture, $"alternative {index + 1}"), Schema: schema))
        .DistinctBy(s => s.Key, StringComparer.Ordinal)
        .ToDictionary(s => s.Key, s => s.Schema, StringComparer.Ordinal);

    /// <summary>A change that leaves fewer values, or more, or both.</summary>
    private void Report(string name, bool fewer, bool more, string text, ApiSchema now, ChangePlace at)
    {
        var effect = (at.Side, fewer, more) switch
        {
            (Side.Request, true, _) => ApiEffect.RequestTakesLess,
            (Side.Response, _, true) => ApiEffect.ResponseSaysOther,
            _ => ApiEffect.Compatible,
        };
        log.Add($"{at.Prefix}-{name}", effect, $"{at.Words} {text}", now.Location);
    }

    // A floor of nothing is no floor.
    private static decimal? Bound(ApiSchema schema, string name) =>
        schema.Bounds.TryGetValue(name, out var bound) && !(bound == 0 && name is "minLength" or "minItems" or "minProperties") ? bound : null;

    private static bool IsOfOtherSide(ApiSchema schema, Side side) => side == Side.Request ? schema.ReadOnly : schema.WriteOnly;

    private static bool Takes(ApiSchema schema, string type) =>
        schema.Types.IsEmpty || schema.Types.Contains(type) || (type == "integer" && schema.Types.Contains("number"));

    private static string Words(ApiSchema schema) => schema.Types.IsEmpty ? "anything" : string.Join(" or ", schema.Types);

    private static string Listed(IReadOnlyCollection<JsonElement> values) => string.Join(", ", values.Take(10).Select(v => v.GetRawText()));
}
