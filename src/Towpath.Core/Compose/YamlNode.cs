using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Towpath.Core.Diagnostics;

namespace Towpath.Core.Compose;

/// <summary>Where a node stands in its source. Lines and columns count from 1; the end is exclusive.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Span(int Line, int Column, int EndLine, int EndColumn);

/// <summary>What a value does to the one that it overrides, beside being merged with it.</summary>
internal enum YamlMark : byte
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary><c>!reset</c>: the overridden value goes, and this one with it.</summary>
    Reset,

    /// <summary><c>!override</c>: the overridden value goes, this one stays.</summary>
    Override,
}

/// <summary>
/// One node of a YAML document, after aliases and merge keys were followed, that knows its place. Nodes never change and may stand in
/// several places at once: a phase answers with the same instance where it has nothing to do.
/// </summary>
internal abstract class YamlNode(SourceText source, Span span)
{
    /// <summary>The file it stands in.</summary>
    public SourceText Source { get; } = source;

    /// <summary>Its place in the file. A node reached by an alias keeps the place of its anchor.</summary>
    public Span Span { get; } = span;

    /// <summary>What it does to the value that it overrides.</summary>
    public YamlMark Mark { get; init; }

    /// <summary>What it is, for messages: <c>a mapping</c>, <c>a list</c> ...</summary>
    public abstract string Kind { get; }

    /// <summary>Its place with the line of text. Made anew on each call.</summary>
    public Location Location => Source.Locate(Span.Line, Span.Column, Span.EndLine, Span.EndColumn);

    /// <summary>Whether it is <c>null</c>, <c>~</c> or left empty.</summary>
    public bool IsNull => this is YamlScalar { IsPlain: true, Value: "" or "~" or "null" or "Null" or "NULL" };

    /// <summary>The same node with another mark; the same instance where it has that mark.</summary>
    public YamlNode WithMark(YamlMark mark) => mark == Mark ? this : Copy(mark);

    /// <summary>A copy with a mark.</summary>
    protected abstract YamlNode Copy(YamlMark mark);
}

/// <summary>A single value.</summary>
internal sealed class YamlScalar(SourceText source, Span span, string value, bool isPlain) : YamlNode(source, span)
{
    /// <summary>The text, quotes and escapes resolved.</summary>
    public string Value { get; } = value;

    /// <summary>It stands without quotes, so that <c>8080</c>, <c>true</c> and <c>null</c> mean a number, a boolean and nothing.</summary>
    public bool IsPlain { get; } = isPlain;

    /// <summary>Its variables could not be replaced. That was told already, so readers pass over it in silence.</summary>
    public bool IsBroken { get; init; }

    /// <summary>The text before its variables were replaced; null where it has none.</summary>
    public string? Template { get; init; }

    /// <summary>The text for messages: what stands in the file, never what a variable holds.</summary>
    public string Shown => Template ?? Value;

    /// <summary>What it means.</summary>
    public YamlType Type => IsPlain ? YamlTypes.Of(Value) : YamlType.Text;

    /// <inheritdoc/>
    public override string Kind => Type switch
    {
        YamlType.Null => "nothing",
        YamlType.Boolean => "a boolean",
        YamlType.Integer or YamlType.Float => "a number",
        _ => "text",
    };

    /// <inheritdoc/>
    protected override YamlNode Copy(YamlMark mark) => new YamlScalar(Source, Span, Value, IsPlain) { IsBroken = IsBroken, Template = Template, Mark = mark };
}

/// <summary>A list.</summary>
internal sealed class YamlSequence(SourceText source, Span span, ImmutableArray<YamlNode> items) : YamlNode(source, span)
{
    /// <summary>In source order.</summary>
    public ImmutableArray<YamlNode> Items { get; } = items;

    /// <inheritdoc/>
    public override string Kind => "a list";

    /// <summary>The same list with other items; the same instance where they are the same.</summary>
    public YamlSequence With(ImmutableArray<YamlNode> items) => items == Items ? this : new YamlSequence(Source, Span, items) { Mark = Mark };

    /// <inheritdoc/>
    protected override YamlNode Copy(YamlMark mark) => new YamlSequence(Source, Span, Items) { Mark = mark };
}

/// <summary>One key of a mapping and its value.</summary>
internal sealed record YamlEntry(YamlScalar Key, YamlNode Value)
{
    /// <summary>The text of the key.</summary>
    public string Name => Key.Value;

    /// <summary>Key and value; the key alone where the value stands elsewhere, behind an alias.</summary>
    public Location Location => Value.Source == Key.Source && Value.Span.Line >= Key.Span.EndLine
        ? Key.Source.Locate(Key.Span.Line, Key.Span.Column, Value.Span.EndLine, Value.Span.EndColumn)
        : Key.Location;

    /// <summary>The same key with another value; the same instance where it is the same.</summary>
    public YamlEntry With(YamlNode value) => ReferenceEquals(value, Value) ? this : new YamlEntry(Key, value);
}

/// <summary>A mapping; each key once, those of merge keys after its own.</summary>
internal sealed class YamlMapping(SourceText source, Span span, ImmutableArray<YamlEntry> entries) : YamlNode(source, span)
{
    /// <summary>Up to here looking through all keys is faster than an index, and takes no memory.</summary>
    private const int FewKeys = 12;

    private Dictionary<string, YamlEntry>? _byName;

    /// <summary>In source order.</summary>
    public ImmutableArray<YamlEntry> Entries { get; } = entries;

    /// <inheritdoc/>
    public override string Kind => "a mapping";

    /// <summary>The entry of that key, or null.</summary>
    public YamlEntry? Entry(string name)
    {
        if (Entries.Length > FewKeys)
        {
            return (_byName ??= Index()).GetValueOrDefault(name);
        }

        foreach (var entry in Entries)
        {
            if (entry.Name == name)
            {
                return entry;
            }
        }

        return null;
    }

    /// <summary>The value of that key, or null where the key is missing or its value is null.</summary>
    public YamlNode? Get(string name) => Entry(name) is { Value: { IsNull: false } value } ? value : null;

    /// <summary>The same mapping with other entries; the same instance where they are the same.</summary>
    public YamlMapping With(ImmutableArray<YamlEntry> entries) => entries == Entries ? this : new YamlMapping(Source, Span, entries) { Mark = Mark };

    /// <summary>The same mapping with one value changed, or added at the end.</summary>
    public YamlMapping With(YamlScalar key, YamlNode value) => Entry(key.Value) is { } entry
        ? ReferenceEquals(entry.Value, value) ? this : With(Entries.Replace(entry, new YamlEntry(entry.Key, value), ReferenceEqualityComparer.Instance))
        : With(Entries.Add(new YamlEntry(key, value)));

    /// <summary>The same mapping without a key; the same instance where it has none of that name.</summary>
    public YamlMapping Without(string name) => Entry(name) is { } entry ? With(Entries.Remove(entry, ReferenceEqualityComparer.Instance)) : this;

    /// <inheritdoc/>
    protected override YamlNode Copy(YamlMark mark) => new YamlMapping(Source, Span, Entries) { Mark = mark };

    private Dictionary<string, YamlEntry> Index()
    {
        var byName = new Dictionary<string, YamlEntry>(Entries.Length, StringComparer.Ordinal);
        foreach (var entry in Entries)
        {
            byName.TryAdd(entry.Name, entry);
        }

        return byName;
    }
}
