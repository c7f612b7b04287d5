using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Towpath.Core.Compose.ShortSyntax;
using Towpath.Core.Diagnostics;

namespace Towpath.Core.Compose;

/// <summary>
/// Nodes to typed values. Each method takes null for a key that is not there, tells what is wrong, and answers null where there
/// is no usable value, so that reading goes on and all problems are told at once.
/// </summary>
/// <param name="bag">Where problems go.</param>
/// <param name="engines">What keys are judged for.</param>
internal sealed class NodeReader(DiagnosticBag bag, EngineKinds engines = EngineKinds.Containers)
{
    private static readonly string[] True = ["true", "yes", "on", "y"];
    private static readonly string[] False = ["false", "no", "off", "n"];

    /// <summary>Where problems go.</summary>
    public DiagnosticBag Bag { get; } = bag;

    /// <summary>Any single value as text.</summary>
    public string? Text(YamlNode? node, string what)
    {
        switch (node)
        {
            case null or YamlScalar { IsBroken: true }:
                return null;
            case YamlScalar scalar when !scalar.IsNull:
                return scalar.Value;
            default:
                Bag.Add(ValueDiagnostics.WrongType(node.Location, what, "text", node.Kind));
                return null;
        }
    }

    /// <summary>Text that is not empty.</summary>
    public string? NonEmpty(YamlNode? node, string what)
    {
        var text = Text(node, what);
        if (text is { Length: 0 })
        {
            Bag.Add(ValueDiagnostics.WrongType(node!.Location, what, "text", "empty"));
        }

        return string.IsNullOrEmpty(text) ? null : text;
    }

    /// <summary>A whole number within a range; octal with a leading 0 or 0o.</summary>
    public int? Integer(YamlNode? node, string what, int min, int max)
    {
        if (Text(node, what) is not { } text)
        {
            return null;
        }

        if (TryInteger(text, out var number) && number >= min && number <= max)
        {
            return (int)number;
        }

        Bag.Add(ValueDiagnostics.BadNumber(node!.Location, what, ((YamlScalar)node!).Shown, min, max));
        return null;
    }

    /// <summary>A number within a range.</summary>
    public double? Number(YamlNode? node, string what, double min, double max)
    {
        if (Text(node, what) is not { } text)
        {
            return null;
        }

        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number >= min && number <= max)
        {
            return number;
        }

        Bag.Add(ValueDiagnostics.BadNumber(node!.Location, what, ((YamlScalar)node!).Shown, min, max));
        return null;
    }

    /// <summary>A boolean, also in the words of YAML 1.1.</summary>
    public bool? Boolean(YamlNode? node, string what)
    {
        if (Text(node, what) is not { } text)
        {
            return null;
        }

        var word = text.ToLowerInvariant();
        if (True.Contains(word) || False.Contains(word))
        {
            return True.Contains(word);
        }

        Bag.Add(ValueDiagnostics.WrongType(node!.Location, what, "a boolean", node.Kind));
        return null;
    }

    /// <summary>It says yes or no, so that it can be told from a value of another kind.</summary>
    public static bool IsBoolean(YamlNode? node) =>
        node is YamlScalar { IsNull: false } scalar && True.Concat(False).Contains(scalar.Value, StringComparer.OrdinalIgnoreCase);

    /// <summary>A duration that is not negative.</summary>
    public TimeSpan? Duration(YamlNode? node, string what)
    {
        if (Text(node, what) is not { } text)
        {
            return null;
        }

        if (Units.TryDuration(text, out var duration) && duration >= TimeSpan.Zero)
        {
            return duration;
        }

        Bag.Add(ValueDiagnostics.BadDuration(node!.Location, what, ((YamlScalar)node!).Shown));
        return null;
    }

    /// <summary>A size in bytes.</summary>
    public long? Size(YamlNode? node, string what)
    {
        if (Text(node, what) is not { } text)
        {
            return null;
        }

        if (Units.TryBytes(text, out var bytes) && bytes >= 0)
        {
            return bytes;
        }

        Bag.Add(ValueDiagnostics.BadSize(node!.Location, what, ((YamlScalar)node!).Shown));
        return null;
    }

    /// <summary>One of some words, exactly as written.</summary>
    public string? Word(YamlNode? node, string what, params string[] allowed)
    {
        if (Text(node, what) is not { } text)
        {
            return null;
        }

        if (allowed.Contains(text, StringComparer.Ordinal))
        {
            return text;
        }

        Bag.Add(ValueDiagnostics.NotOneOf(node!.Location, what, ((YamlScalar)node!).Shown, allowed));
        return null;
    }

    /// <summary>A mapping.</summary>
    public YamlMapping? Mapping(YamlNode? node, string what)
    {
        if (node is null or YamlMapping)
        {
            return (YamlMapping?)node;
        }

        Bag.Add(ValueDiagnostics.WrongType(node.Location, what, "a mapping", node.Kind));
        return null;
    }

    /// <summary>The entries of a mapping, of which there may be a number at most; empty for none.</summary>
    public ImmutableArray<YamlEntry> Entries(YamlNode? node, string what, int limit)
    {
        var entries = Mapping(node, what)?.Entries ?? [];
        if (entries.Length <= limit)
        {
            return entries;
        }

        Bag.Add(ValueDiagnostics.TooMany(entries[limit].Key.Location, what, limit));
        return entries[..limit];
    }

    /// <summary>A mapping whose keys are checked against a table.</summary>
    public YamlMapping? Mapping(YamlNode? node, KeyTable table)
    {
        var mapping = Mapping(node, table.Subject);
        if (mapping is not null)
        {
            table.Check(mapping, Bag, engines);
        }

        return mapping;
    }

    /// <summary>The items of a list; empty for none.</summary>
    public ImmutableArray<YamlNode> Items(YamlNode? node, string what)
    {
        switch (node)
        {
            case null:
                return [];
            case YamlSequence list:
                return list.Items;
            default:
                Bag.Add(ValueDiagnostics.WrongType(node.Location, what, "a list", node.Kind));
                return [];
        }
    }

    /// <summary>The items of a list, or a single value as a list of one.</summary>
    public ImmutableArray<YamlNode> OneOrMore(YamlNode? node, string what) => node is YamlScalar { IsNull: false } ? [node] : Items(node, what);

    /// <summary>A list of texts.</summary>
    public ImmutableArray<string> Texts(YamlNode? node, string what) =>
        [.. Items(node, what).Select(item => Text(item, "an entry of " + what)).OfType<string>()];

    /// <summary>A command: a text is split as a shell splits words, a list is taken as it is. Null where there is none; empty where it says so.</summary>
    public ImmutableArray<string>? Command(YamlNode? node, string what)
    {
        if (node is null)
        {
            return null;
        }

        if (node is YamlSequence)
        {
            return Texts(node, what);
        }

        if (Text(node, what) is not { } text)
        {
            return null;
        }

        if (ShellWords.TrySplit(text) is { } words)
        {
            return words;
        }

        Bag.Add(ValueDiagnostics.BadCommand(node.Location, what, "its quote is never closed"));
        return null;
    }

    /// <summary>Names and values, from a mapping or from a list of <c>NAME=value</c>; a name alone has a null value. The last of a name wins.</summary>
    public ImmutableArray<(string Name, string? Value, YamlNode Node)> Pairs(YamlNode? node, string what)
    {
        if (node is YamlMapping mapping)
        {
            return [.. mapping.Entries.Select(e => (e.Name, e.Value.IsNull ? null : Text(e.Value, $"`{e.Name}` of {what}") ?? "", (YamlNode)e.Key))];
        }

        if (node is not (null or YamlSequence))
        {
            Bag.Add(ValueDiagnostics.WrongType(node.Location, what, "a mapping or a list", node.Kind));
            return [];
        }

        return
        [
            .. Items(node, what)
                .Select(item => (Item: item, Text: Text(item, "an entry of " + what)))
                .Where(pair => pair.Text is not null)
                .Select(pair => pair.Text!.IndexOf('=') is var at && at < 0
                    ? (pair.Text, null, pair.Item)
                    : (pair.Text[..at], pair.Text[(at + 1)..], pair.Item)),
        ];
    }

    /// <summary>Names and values where a name alone means empty text, as for labels and build arguments.</summary>
    public ImmutableSortedDictionary<string, string> Texts(YamlNode? node, string what, Func<string, string?> absent)
    {
        var values = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var (name, value, place) in Pairs(node, what))
        {
            if (name.Length == 0)
            {
                Bag.Add(ValueDiagnostics.BadName(place.Location, $"a name in {what}", name, "at least one character"));
            }
            else if ((value ?? absent(name)) is { } text)
            {
                values[name] = text;
            }
        }

        return values.ToImmutable();
    }

    /// <summary>A value of a required key; tells that the key is missing.</summary>
    public bool Require([NotNullWhen(true)] YamlNode? node, YamlNode place, string subject, string key)
    {
        if (node is null)
        {
            Bag.Add(ValueDiagnostics.MissingKey(place.Location, subject, $"`{key}`"));
        }

        return node is not null;
    }

    private static bool TryInteger(string text, out long number)
    {
        var octal = text.StartsWith("0o", StringComparison.Ordinal) ? text[2..] : text is ['0', _, ..] && text.All(c => c is >= '0' and <= '7') ? text[1..] : null;
        if (octal is null)
        {
            return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number);
        }

        number = 0;
        if (octal.Length is 0 or > 10 || octal.Any(c => c is < '0' or > '7'))
        {
            return false;
        }

        number = octal.Aggregate(0L, (sum, digit) => (sum * 8) + (digit - '0'));
        return true;
    }
}
