using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Towpath.Core.OpenApi;

/// <summary>
/// Compares a JSON value with a schema: types, required and additional properties, enums, bounds, patterns, <c>allOf</c>, <c>oneOf</c>,
/// <c>anyOf</c>. Formats are left alone, but for the ones that every client parses: <c>date</c>, <c>date-time</c> and <c>uuid</c>. Bounded:
/// a schema and a value together can ask for more steps than anybody has.
/// </summary>
public static class JsonShape
{
    private const int MaxDifferences = 10;
    private const int MaxSteps = 200_000;
    private const int MaxDepth = 100;
    private static readonly TimeSpan PatternLimit = TimeSpan.FromMilliseconds(100);

    /// <summary>Whether a value is of one of some types; any value is of no types at all.</summary>
    public static bool HasType(JsonElement value, ImmutableSortedSet<string> types) => types.IsEmpty || value.ValueKind switch
    {
        JsonValueKind.Null => types.Contains("null"),
        JsonValueKind.True or JsonValueKind.False => types.Contains("boolean"),
        JsonValueKind.String => types.Contains("string"),
        JsonValueKind.Array => types.Contains("array"),
        JsonValueKind.Object => types.Contains("object"),
        JsonValueKind.Number => types.Contains("number") || (types.Contains("integer") && IsWhole(value)),
        _ => false,
    };

    /// <summary>What does not fit, each with its place, such as <c>[0].price must be a number, is text</c>; the first ten, empty when it fits.</summary>
    /// <param name="schema">What the value should be.</param>
    /// <param name="value">What it is, as a server sends it.</param>
    public static ImmutableArray<string> Differences(ApiSchema schema, JsonElement value)
    {
        var walk = new Walk();
        walk.Compare(schema, value, "", 0);
        return [.. walk.Found.Take(MaxDifferences)];
    }

    private static bool IsWhole(JsonElement value) =>
        value.TryGetDecimal(out var number) ? number == decimal.Truncate(number) : value.GetDouble() is var large && large == Math.Floor(large);

    private sealed class Walk
    {
        private int _steps;

        public List<string> Found { get; private set; } = [];

        public void Compare(ApiSchema schema, JsonElement value, string path, int depth)
        {
            if (++_steps > MaxSteps || depth > MaxDepth || Found.Count >= MaxDifferences)
                return;

            if (schema.IsNever)
            {
                Add(path, "must not be there");
                return;
            }

            if (!HasType(value, schema.Types))
            {
                Add(path, $"must be {string.Join(" or ", schema.Types.Select(Words))}, is {Kind(value)}");
                return;
            }

            if (!schema.Values.IsEmpty && !schema.Values.Any(v => JsonElement.DeepEquals(v, value)) && !(value.ValueKind == JsonValueKind.Null && schema.Types.Contains("null")))
                Add(path, $"must be one of {string.Join(", ", schema.Values.Take(10).Select(v => v.GetRawText()))}, is {Shown(value)}");
            CompareByKind(schema, value, path, depth);
            foreach (var part in schema.AllOf)
                Compare(part, value, path, depth + 1);
            Choose(schema.OneOf, value, path, depth, exactly: true);
            Choose(schema.AnyOf, value, path, depth, exactly: false);
        }

        private void CompareByKind(ApiSchema schema, JsonElement value, string path, int depth)
        {
            switch (value.ValueKind)
            {
                case JsonValueKind.Object:
                    CompareObject(schema, value, path, depth);
                    break;
                case JsonValueKind.Array:
                    Bound(schema, "Items", value.GetArrayLength(), path, "items");
                    if (schema.Items is { } items)
                    {
                        foreach (var (index, item) in value.EnumerateArray().Index())
                            Compare(items, item, string.Create(CultureInfo.InvariantCulture, $"{path}[{index}]"), depth + 1);
                    }

                    break;
                case JsonValueKind.String:
                    CompareText(schema, value.GetString()!, path);
                    break;
                case JsonValueKind.Number when value.TryGetDecimal(out var number):
                    CompareNumber(schema, number, path);
                    break;
            }
        }

        private void CompareObject(ApiSchema schema, JsonElement value, string path, int depth)
        {
            // What only clients send is not to be expected from a server.
            foreach (var name in schema.Required.Where(n => !value.TryGetProperty(n, out _) && schema.Properties.GetValueOrDefault(n) is not { WriteOnly: true }))
                Add(Join(path, name), "is missing");
            var count = 0;
            foreach (var property in value.EnumerateObject())
            {
                count++;
                if ((schema.Properties.GetValueOrDefault(property.Name) ?? schema.Additional) is { } part)
                    Compare(part, property.Value, Join(path, property.Name), depth + 1);
            }

            Bound(schema, "Properties", count, path, "properties");
        }

        private void CompareText(ApiSchema schema, string text, string path)
        {
            Bound(schema, "Length", text.EnumerateRunes().Count(), path, "characters");
            if (schema.Pattern is { } pattern && !Matches(pattern, text))
                Add(path, $"must match `{pattern}`, is {Shorten(text)}");
            var fits = schema.Format switch
            {
                "date" => DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _),
                "date-time" => text.Contains('T', StringComparison.OrdinalIgnoreCase)
                    && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out _),
                "uuid" => Guid.TryParseExact(text, "D", out _),
                _ => true,
            };
            if (!fits)
                Add(path, $"must be a {schema.Format}, is {Shorten(text)}");
        }

        private void CompareNumber(ApiSchema schema, decimal number, string path)
        {
            var bounds = schema.Bounds;
            if ((bounds.TryGetValue("minimum", out var least) && number < least) || (bounds.TryGetValue("exclusiveMinimum", out least) && number <= least))
                Add(path, string.Create(CultureInfo.InvariantCulture, $"must not be less than {least}, is {number}"));
            if ((bounds.TryGetValue("maximum", out var most) && number > most) || (bounds.TryGetValue("exclusiveMaximum", out most) && number >= most))
                Add(path, string.Create(CultureInfo.InvariantCulture, $"must not be more than {most}, is {number}"));
            if (bounds.TryGetValue("multipleOf", out var step) && step > 0 && number % step != 0)
                Add(path, string.Create(CultureInfo.InvariantCulture, $"must be a multiple of {step}, is {number}"));
        }

        private void Bound(ApiSchema schema, string what, int count, string path, string unit)
        {
            if (schema.Bounds.TryGetValue("min" + what, out var least) && count < least)
                Add(path, string.Create(CultureInfo.InvariantCulture, $"must have at least {least} {unit}, has {count}"));
            if (schema.Bounds.TryGetValue("max" + what, out var most) && count > most)
                Add(path, string.Create(CultureInfo.InvariantCulture, $"must have at most {most} {unit}, has {count}"));
        }

        /// <summary>Alternatives: when none fits, what is told is what the nearest one lacks.</summary>
        private void Choose(ImmutableArray<ApiSchema> alternatives, JsonElement value, string path, int depth, bool exactly)
        {
            if (alternatives.IsEmpty)
                return;

            var before = Found;
            var fitting = 0;
            List<string>? nearest = null;
            foreach (var alternative in alternatives)
            {
                Found = [];
                Compare(alternative, value, path, depth + 1);
                fitting += Found.Count == 0 ? 1 : 0;
                nearest = nearest is null || Found.Count < nearest.Count ? Found : nearest;
            }

            Found = before;
            if (fitting == 0)
                Found.AddRange(nearest!);
            else if (exactly && fitting > 1)
                Add(path, $"must fit exactly one of {alternatives.Length} alternatives, fits {fitting}");
        }

        private void Add(string path, string what) => Found.Add($"{(path.Length == 0 ? "the body" : path)} {what}");
    }

    private static bool Matches(string pattern, string text)
    {
        try
        {
            return Regex.IsMatch(text, pattern, RegexOptions.ECMAScript, PatternLimit);
        }
        catch (Exception e) when (e is ArgumentException or RegexMatchTimeoutException)
        {
            // A pattern that can't be read here, or not in time, says nothing about the value.
            return true;
        }
    }

    private static string Join(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";

    private static string Words(string type) => type switch
    {
        "array" => "a list",
        "boolean" => "true or false",
        "integer" => "a whole number",
        "number" => "a number",
        "object" => "an object",
        "string" => "text",
        _ => type,
    };

    private static string Kind(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Array => "a list",
        JsonValueKind.Object => "an object",
        JsonValueKind.String => "text",
        JsonValueKind.Null => "null",
        JsonValueKind.Number => value.GetRawText(),
        _ => value.GetRawText(),
    };

    private static string Shown(JsonElement value) => value.ValueKind == JsonValueKind.String ? Shorten(value.GetString()!) : Kind(value);

    private static string Shorten(string text) => text.Length > 60 ? $"\"{text[..60]}…\"" : $"\"{text}\"";
}
