using System.Collections.Immutable;
using Towpath.Core.Diagnostics;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Towpath.Core.Compose;

/// <summary>
/// Phase 2: text to a tree with places. Follows aliases and merge keys, with a limit on everything: nested levels, and nodes after
/// aliases were followed, because a few lines of aliases can stand for billions of nodes.
/// </summary>
internal sealed class YamlReader
{
    /// <summary>Deepest nesting.</summary>
    public const int MaxDepth = 100;

    /// <summary>Most nodes, aliases followed.</summary>
    public const int MaxNodes = 200_000;

    private readonly SourceText _source;
    private readonly DiagnosticBag _bag;
    private readonly Parser _parser;
    private readonly Dictionary<string, YamlNode> _anchors = new(StringComparer.Ordinal);
    private readonly HashSet<string> _openAnchors = new(StringComparer.Ordinal);
    private int _nodes;

    private YamlReader(SourceText source, DiagnosticBag bag)
    {
        _source = source;
        _bag = bag;
        _parser = new Parser(new StringReader(source.Text));
    }

    /// <summary>The root of the only document, or null after an error was told. Duplicate keys and unknown tags are told and reading goes on.</summary>
    public static YamlNode? Read(SourceText source, DiagnosticBag bag)
    {
        var reader = new YamlReader(source, bag);
        try
        {
            return reader.ReadDocument();
        }
        catch (StopReading)
        {
            return null;
        }
        catch (YamlException fault)
        {
            bag.Add(ComposeDiagnostics.NotYaml(reader.At(fault.Start, fault.End), fault.Message));
            return null;
        }
#pragma warning disable CA1031 // The parser is known to throw InvalidOperationException and others on malformed text; none may reach the user.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            bag.Add(ComposeDiagnostics.NotYaml(reader.Here(), fault.Message));
            return null;
        }
    }

    private YamlNode? ReadDocument()
    {
        _parser.Consume<StreamStart>();
        if (_parser.Accept<StreamEnd>(out _))
        {
            _bag.Add(ComposeDiagnostics.EmptyFile(_source.Path));
            return null;
        }

        _parser.Consume<DocumentStart>();
        var root = ReadNode(1);
        _parser.Consume<DocumentEnd>();
        if (_parser.TryConsume<DocumentStart>(out var second))
        {
            _bag.Add(ComposeDiagnostics.SeveralDocuments(At(second)));
        }

        if (root.IsNull)
        {
            _bag.Add(ComposeDiagnostics.EmptyFile(_source.Path));
            return null;
        }

        return root;
    }

    private YamlNode ReadNode(int depth)
    {
        if (depth > MaxDepth)
        {
            throw Stop(ComposeDiagnostics.TooDeep(Here(), MaxDepth));
        }

        if (_parser.TryConsume<AnchorAlias>(out var alias))
        {
            return Follow(alias, depth);
        }

        Count(1);
        if (!_parser.Accept<NodeEvent>(out var start))
        {
            throw new SemanticErrorException("a value is expected");
        }

        var anchor = start.Anchor.IsEmpty ? null : start.Anchor.Value;
        if (anchor is not null)
        {
            _openAnchors.Add(anchor);
        }

        CheckTag(start);
        YamlNode node = start switch
        {
            Scalar => ReadScalar(_parser.Consume<Scalar>()),
            SequenceStart => ReadSequence(_parser.Consume<SequenceStart>(), depth),
            _ => ReadMapping(_parser.Consume<MappingStart>(), depth),
        };
        if (anchor is not null)
        {
            _openAnchors.Remove(anchor);
            _anchors[anchor] = node;
        }

        return node;
    }

    private YamlNode Follow(AnchorAlias alias, int depth)
    {
        var name = alias.Value.Value;
        if (_openAnchors.Contains(name))
        {
            throw Stop(ComposeDiagnostics.RecursiveAnchor(At(alias), name));
        }

        if (!_anchors.TryGetValue(name, out var node))
        {
            throw Stop(ComposeDiagnostics.UndefinedAnchor(At(alias), name, _anchors.Keys));
        }

        if (depth + node.Height - 1 > MaxDepth)
        {
            throw Stop(ComposeDiagnostics.TooDeep(At(alias), MaxDepth));
        }

        Count(node.Size, At(alias));
        return node;
    }

    private YamlScalar ReadScalar(Scalar scalar)
    {
        var isText = scalar.Tag is { IsEmpty: false, Value: "tag:yaml.org,2002:str" };
        var isPlain = scalar.Style == ScalarStyle.Plain && !isText;
        return new YamlScalar(_source, SpanOf(scalar.Start, scalar.End), scalar.Value, isPlain);
    }

    private YamlSequence ReadSequence(SequenceStart start, int depth)
    {
        var items = ImmutableArray.CreateBuilder<YamlNode>();
        while (!_parser.Accept<SequenceEnd>(out _))
        {
            items.Add(ReadNode(depth + 1));
        }

        return new YamlSequence(_source, SpanOf(start.Start, _parser.Consume<SequenceEnd>().End), items.ToImmutable());
    }

    private YamlMapping ReadMapping(MappingStart start, int depth)
    {
        var entries = new List<YamlEntry>();
        var byName = new Dictionary<string, YamlEntry>(StringComparer.Ordinal);
        var merged = new List<YamlMapping>();
        while (!_parser.Accept<MappingEnd>(out _))
        {
            var key = ReadNode(depth + 1);
            var value = ReadNode(depth + 1);
            if (key is not YamlScalar name)
            {
                _bag.Add(ComposeDiagnostics.KeyIsNotText(key.Location, key.Kind));
            }
            else if (name is { IsPlain: true, Value: "<<" })
            {
                CollectMerged(value, merged);
            }
            else if (byName.TryGetValue(name.Value, out var first))
            {
                var entry = new YamlEntry(name, value);
                var isRepetition = (value, first.Value) is (YamlScalar later, YamlScalar earlier) && later.Value == earlier.Value && later.IsPlain == earlier.IsPlain;
                _bag.Add(ComposeDiagnostics.DuplicateKey(name.Location, name.Value, first.Key.Location, isRepetition ? entry.Location : null));
            }
            else
            {
                byName[name.Value] = new YamlEntry(name, value);
                entries.Add(byName[name.Value]);
            }
        }

        foreach (var entry in merged.SelectMany(m => m.Entries).Where(e => byName.TryAdd(e.Name, e)))
        {
            entries.Add(entry);
        }

        return new YamlMapping(_source, SpanOf(start.Start, _parser.Consume<MappingEnd>().End), [.. entries]);
    }

    private void CollectMerged(YamlNode value, List<YamlMapping> merged)
    {
        foreach (var part in value is YamlSequence list ? list.Items : [value])
        {
            if (part is YamlMapping mapping)
            {
                merged.Add(mapping);
            }
            else if (!part.IsNull)
            {
                _bag.Add(ComposeDiagnostics.BadMergeKey(part.Location, part.Kind));
            }
        }
    }

    private void CheckTag(NodeEvent node)
    {
        if (!node.Tag.IsEmpty && !node.Tag.IsNonSpecific && !node.Tag.Value.StartsWith("tag:yaml.org,2002:", StringComparison.Ordinal))
        {
            _bag.Add(ComposeDiagnostics.UnknownTag(At(node), node.Tag.Value));
        }
    }

    private void Count(int nodes, Location? place = null)
    {
        _nodes += nodes;
        if (_nodes > MaxNodes)
        {
            throw Stop(ComposeDiagnostics.TooManyNodes(place ?? Here(), MaxNodes));
        }
    }

    private StopReading Stop(Diagnostic diagnostic)
    {
        _bag.Add(diagnostic);
        return new StopReading();
    }

    private Location At(ParsingEvent place) => At(place.Start, place.End);

    private Location At(Mark start, Mark end)
    {
        var span = SpanOf(start, end);
        return _source.Locate(span.Line, span.Column, span.EndLine, span.EndColumn);
    }

    private Location Here() => _parser.Current is { } current ? At(current) : _source.Locate(1, 1, 1, 2);

    private static Span SpanOf(Mark start, Mark end)
    {
        var line = (int)Math.Max(start.Line, 1);
        var column = (int)Math.Max(start.Column, 1);
        var endLine = (int)Math.Max(end.Line, line);
        var endColumn = (int)Math.Max(end.Column, 1);
        return new Span(line, column, endLine, endLine == line ? Math.Max(endColumn, column) : endColumn);
    }

    /// <summary>Ends the reading after a limit was reached; the diagnostic is in the bag already.</summary>
    private sealed class StopReading : Exception;
}
