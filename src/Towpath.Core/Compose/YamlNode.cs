using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Towpath.Core.Diagnostics;

namespace Towpath.Core.Compose;

/// <summary>Where a node stands in its source. Lines and columns count from 1; the end is exclusive.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Span(int Line, int Column, int EndLine, int EndColumn);

/// <summary>One node of a YAML document, after aliases and merge keys were followed, that knows its place.</summary>
internal abstract class YamlNode(SourceText source, Span span)
{
    /// <summary>The file it stands in.</summary>
    public SourceText Source { get; } = source;

    /// <summary>Its place in the file. A node reached by an alias keeps the place of its anchor.</summary>
    public Span Span { get; } = span;

    /// <summary>Nodes at and below it, aliases counted each time they are used.</summary>
    public abstract int Size { get; }

    /// <summary>Levels at and below it.</summary>
    public abstract int Height { get; }

    /// <summary>What it is, for messages: <c>a mapping</c>, <c>a list</c> ...</summary>
    public abstract string Kind { get; }

    /// <summary>Its place with the line of text. Made anew on each call.</summary>
    public Location Location => Source.Locate(Span.Line, Span.Column, Span.EndLine, Span.EndColumn);

    /// <summary>Whether it is <c>null</c>, <c>~</c> or left empty.</summary>
    public bool IsNull => this is YamlScalar { IsPlain: true, Value: "" or "~" or "null" or "Null" or "NULL" };
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

    /// <inheritdoc/>
    public override int Size => 1;

    /// <inheritdoc/>
    public override int Height => 1;

    /// <inheritdoc/>
    public override string Kind =>
        IsNull ? "nothing"
        : !IsPlain ? "text"
        : Value is "true" or "false" ? "a boolean"
        : double.TryParse(Value, System.Globalization.CultureInfo.InvariantCulture, out _) ? "a number"
        : "text";
}

/// <summary>A list.</summary>
internal sealed class YamlSequence(SourceText source, Span span, ImmutableArray<YamlNode> items) : YamlNode(source, span)
{
    /// <summary>In source order.</summary>
    public ImmutableArray<YamlNode> Items { get; } = items;

    /// <inheritdoc/>
    public override int Size { get; } = 1 + items.Sum(i => i.Size);

    /// <inheritdoc/>
    public override int Height { get; } = 1 + items.Select(i => i.Height).DefaultIfEmpty().Max();

    /// <inheritdoc/>
    public override string Kind => "a list";
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
}

/// <summary>A mapping; each key once, those of merge keys after its own.</summary>
internal sealed class YamlMapping(SourceText source, Span span, ImmutableArray<YamlEntry> entries) : YamlNode(source, span)
{
    private readonly Dictionary<string, YamlEntry> _byName = entries.ToDictionary(e => e.Name, StringComparer.Ordinal);

    /// <summary>In source order.</summary>
    public ImmutableArray<YamlEntry> Entries { get; } = entries;

    /// <inheritdoc/>
    public override int Size { get; } = 1 + entries.Sum(e => 1 + e.Value.Size);

    /// <inheritdoc/>
    public override int Height { get; } = 1 + entries.Select(e => e.Value.Height).DefaultIfEmpty().Max();

    /// <inheritdoc/>
    public override string Kind => "a mapping";

    /// <summary>The entry of that key, or null.</summary>
    public YamlEntry? Entry(string name) => _byName.GetValueOrDefault(name);

    /// <summary>The value of that key, or null where the key is missing or its value is null.</summary>
    public YamlNode? Get(string name) => Entry(name) is { Value: { IsNull: false } value } ? value : null;
}
