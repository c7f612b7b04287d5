using System.Runtime.InteropServices;
using Towpath.Core.Diagnostics;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Towpath.Core.Compose;

/// <summary>One document of a file.</summary>
/// <param name="Root">Its content.</param>
/// <param name="HasMarks">Whether any value is marked <c>!reset</c> or <c>!override</c>.</param>
internal sealed record YamlDocument(YamlNode Root, bool HasMarks);

/// <summary>
/// Phase 2: text to trees with places. Follows aliases and merge keys. An alias takes no memory, as its node is shared, but a few
/// lines of aliases can stand for billions of nodes that later phases walk over: so what aliases stand for is limited apart from what
/// is written, in number and in proportion.
/// </summary>
internal sealed partial class YamlReader
{
    /// <summary>Deepest nesting.</summary>
    public const int MaxDepth = 100;

    /// <summary>Most nodes that are written.</summary>
    public const int MaxNodes = 1_000_000;

    /// <summary>Most nodes that aliases stand for.</summary>
    public const int MaxAliased = 1_000_000;

    /// <summary>Most nodes that aliases stand for, for each node that is written.</summary>
    private const int MaxAliasedForEachNode = 99;

    /// <summary>So many nodes aliases may always stand for.</summary>
    private const int FewAliased = 1000;

    private readonly SourceText _source;
    private readonly DiagnosticBag _bag;
    private readonly bool _marks;
    private readonly Parser _parser;
    private readonly Dictionary<string, Anchored> _anchors = new(StringComparer.Ordinal);
    private readonly HashSet<string> _openAnchors = new(StringComparer.Ordinal);
    private readonly OpenNodes _open = new();
    private int _written;
    private int _aliased;
    private int _deepest;
    private bool _hasMarks;
    private (int Size, AnchorAlias? Alias) _largest;

    private YamlReader(SourceText source, DiagnosticBag bag, bool marks)
    {
        _source = source;
        _bag = bag;
        _marks = marks;
        _parser = new Parser(new StringReader(source.Text));
    }

    private ParsingEvent Current => _parser.Current ?? throw new SemanticErrorException("the text ends too early");

    /// <summary>The root of the only document, or null after an error was told. Duplicate keys and unknown tags are told and reading goes on.</summary>
    public static YamlNode? Read(SourceText source, DiagnosticBag bag) =>
        IsQuick(source, textKeys: false, bag, out var root) ? root : ReadAny(source, bag);

    /// <summary>All documents of a Compose file that have content, or null after an error was told. <c>!reset</c> and <c>!override</c> become marks.</summary>
    public static IReadOnlyList<YamlDocument>? ReadAll(SourceText source, DiagnosticBag bag) =>
        !IsQuick(source, textKeys: true, bag, out var root) ? ReadAllAny(source, bag) : root is null ? null : [new YamlDocument(root, HasMarks: false)];

    // A text with too much in it is not read again only to be refused: that would cost as much once more.
    private static bool IsQuick(SourceText source, bool textKeys, DiagnosticBag bag, out YamlNode? root)
    {
        Location? excess = null;
        root = bag.IsFull ? null : QuickYaml.Read(source, textKeys, out excess);
        if (excess is not null)
        {
            bag.Add(ComposeDiagnostics.TooManyNodes(excess, MaxNodes));
        }

        return root is not null || excess is not null;
    }

    /// <summary><see cref="Read"/> without the quick reader for plain files.</summary>
    internal static YamlNode? ReadAny(SourceText source, DiagnosticBag bag)
    {
        var reader = new YamlReader(source, bag, marks: false);
        return reader.Guarded(() => reader.ReadStream(single: true)) switch
        {
            null => null,
            [{ Root.IsNull: false } only] => only.Root,
            _ => reader.Empty(),
        };
    }

    /// <summary><see cref="ReadAll"/> without the quick reader for plain files.</summary>
    internal static IReadOnlyList<YamlDocument>? ReadAllAny(SourceText source, DiagnosticBag bag)
    {
        var reader = new YamlReader(source, bag, marks: true);
        return reader.Guarded(() => reader.ReadStream(single: false));
    }

    private List<YamlDocument>? Guarded(Func<List<YamlDocument>> read)
    {
        try
        {
            return read();
        }
        catch (StopReading)
        {
            return null;
        }
        catch (YamlException fault)
        {
            _bag.Add(ComposeDiagnostics.NotYaml(At(fault.Start, fault.End), fault.Message));
            return null;
        }
#pragma warning disable CA1031 // The parser is known to throw InvalidOperationException and others on malformed text; none may reach the user.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            _bag.Add(ComposeDiagnostics.NotYaml(Here(), fault.Message));
            return null;
        }
    }

    private YamlNode? Empty()
    {
        _bag.Add(ComposeDiagnostics.EmptyFile(_source.Path));
        return null;
    }

    private List<YamlDocument> ReadStream(bool single)
    {
        var documents = new List<YamlDocument>();
        _parser.MoveNext();
        _parser.MoveNext();
        while (Current is DocumentStart start)
        {
            if (single && documents.Count > 0)
            {
                _bag.Add(ComposeDiagnostics.SeveralDocuments(At(start)));
                break;
            }

            _parser.MoveNext();
            _anchors.Clear();
            _hasMarks = false;
            var root = ReadNode(1);
            CheckProportion();
            _parser.MoveNext();
            if (!root.IsNull)
            {
                documents.Add(new YamlDocument(root, _hasMarks));
            }
        }

        return documents;
    }

    // Reads the node that begins at the current event, and moves behind it.
    private YamlNode ReadNode(int depth)
    {
        if (depth > MaxDepth)
        {
            throw Stop(ComposeDiagnostics.TooDeep(Here(), MaxDepth));
        }

        if (Current is AnchorAlias alias)
        {
            _parser.MoveNext();
            return Follow(alias, depth);
        }

        if (++_written > MaxNodes)
        {
            throw Stop(ComposeDiagnostics.TooManyNodes(Here(), MaxNodes));
        }

        _deepest = Math.Max(_deepest, depth);
        var start = Current as NodeEvent ?? throw new SemanticErrorException("a value is expected");
        return start.Anchor.IsEmpty ? ReadContent(start, depth) : ReadAnchored(start, depth);
    }

    private YamlNode ReadAnchored(NodeEvent start, int depth)
    {
        var name = start.Anchor.Value;
        var (size, deepest) = (_written + _aliased - 1, _deepest);
        _deepest = depth;
        _openAnchors.Add(name);
        var node = ReadContent(start, depth);
        _openAnchors.Remove(name);
        _anchors[name] = new Anchored(node, _written + _aliased - size, _deepest - depth + 1);
        _deepest = Math.Max(_deepest, deepest);
        return node;
    }

    private YamlNode ReadContent(NodeEvent start, int depth)
    {
        var mark = start.Tag.IsEmpty ? YamlMark.None : ReadTag(start);
        _parser.MoveNext();
        return start switch
        {
            Scalar scalar => ReadScalar(scalar, mark),
            SequenceStart => ReadSequence(start, depth, mark),
            _ => ReadMapping(start, depth, mark),
        };
    }

    private YamlScalar ReadScalar(Scalar scalar, YamlMark mark)
    {
        var isPlain = scalar.Tag.IsEmpty || scalar.Tag.IsNonSpecific ? scalar.Style == ScalarStyle.Plain : scalar.Tag.Value switch
        {
            "tag:yaml.org,2002:str" => false,
            "tag:yaml.org,2002:int" or "tag:yaml.org,2002:float" or "tag:yaml.org,2002:bool" or "tag:yaml.org,2002:null" => true,
            _ => scalar.Style == ScalarStyle.Plain,
        };
        return new YamlScalar(_source, SpanOf(scalar.Start, scalar.End), scalar.Value, isPlain) { Mark = mark };
    }

    private YamlSequence ReadSequence(ParsingEvent start, int depth, YamlMark mark)
    {
        var first = _open.Items.Count;
        while (Current is not SequenceEnd)
        {
            var item = ReadNode(depth + 1);
            if (item.Mark != YamlMark.Reset)
            {
                _open.Items.Add(item);
            }
        }

        var end = Current.End;
        _parser.MoveNext();
        return new YamlSequence(_source, SpanOf(start.Start, end), OpenNodes.Take(_open.Items, first)) { Mark = mark };
    }

    private YamlMark ReadTag(NodeEvent node)
    {
        var mark = !_marks || node.Tag.IsNonSpecific ? YamlMark.None : node.Tag.Value switch
        {
            "!reset" => YamlMark.Reset,
            "!override" => YamlMark.Override,
            _ => YamlMark.None,
        };
        _hasMarks |= mark != YamlMark.None;
        if (mark == YamlMark.None && !node.Tag.IsNonSpecific && !node.Tag.Value.StartsWith("tag:yaml.org,2002:", StringComparison.Ordinal))
        {
            _bag.Add(ComposeDiagnostics.UnknownTag(At(node), node.Tag.Value));
        }

        return mark;
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

    /// <summary>A node with an anchor.</summary>
    /// <param name="Node">The node.</param>
    /// <param name="Size">Nodes at and below it, aliases counted each time they are used.</param>
    /// <param name="Height">Levels at and below it.</param>
    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Anchored(YamlNode Node, int Size, int Height);

    /// <summary>Ends the reading after a limit was reached; the diagnostic is in the bag already.</summary>
    private sealed class StopReading : Exception;
}
