using System.Buffers;
using Towpath.Core.Diagnostics;

namespace Towpath.Core.Compose;

/// <summary>
/// Reads the plain part of YAML that nearly all files keep to, in one pass over the text and with nothing made but the tree:
/// mappings and lists in blocks and in brackets, values of one line, comments. It never judges: whatever it does not know for
/// certain, be it rare or wrong, makes it give up, and <see cref="YamlReader"/> reads the whole text and tells what is to be told.
/// </summary>
internal sealed partial class QuickYaml
{
    /// <summary>A longer key is none to YAML. Some are left for its quotes and what stands behind it.</summary>
    private const int LongestKey = 1000;

    // Tabs, other line ends than LF and CRLF, and what does not print have rules of their own.
    private static readonly SearchValues<char> Doubtful = SearchValues.Create(
        [.. Enumerable.Range(0, 0xA1).Select(i => (char)i).Where(c => c is not ('\n' or '\r') and (< ' ' or > '~')), '\u2028', '\u2029', '\uFEFF', '\uFFFE', '\uFFFF']);

    private readonly SourceText _source;
    private readonly string _text;
    private readonly bool _textKeys;
    private readonly OpenNodes _open = new();

    private int _at;
    private int _line = 1;
    private int _lineStart;
    private int _written;

    // That of the block around the outermost bracket.
    private int _indent;

    private QuickYaml(SourceText source, bool textKeys)
    {
        _source = source;
        _text = source.Text;
        _textKeys = textKeys;
    }

    // From 0. The indentation of a block is the column that it begins in.
    private int Column => _at - _lineStart;

    private bool AtEnd => _at == _text.Length;

    // The end reads as a character that stands in no text.
    private char Current => At(_at);

    private bool IsDash => Current == '-' && IsBlank(At(_at + 1));

    private bool IsColon => Current == ':' && IsBlank(At(_at + 1));

    /// <summary>The root of the only document, a mapping or a list; null where this reader gives up.</summary>
    /// <param name="source">The text.</param>
    /// <param name="textKeys">Gives up at a key that is a number, a boolean or nothing.</param>
    /// <param name="excess">Where the text holds more values than any reader takes; null where it does not.</param>
    public static YamlNode? Read(SourceText source, bool textKeys, out Location? excess)
    {
        excess = null;
        if (source.Text.AsSpan().ContainsAny(Doubtful))
        {
            return null;
        }

        var reader = new QuickYaml(source, textKeys);
        var root = reader.ReadRoot();
        excess = reader._written > YamlReader.MaxNodes ? source.LocateOffset(Math.Min(reader._at, source.Text.Length), 1) : null;
        return root;
    }

    private YamlNode? ReadRoot()
    {
        if (_text.StartsWith("---", StringComparison.Ordinal))
        {
            _at = 3;
            if (!MoveToNextLine())
            {
                return null;
            }
        }

        return Move() && ReadNode(indent: -1, depth: 1, mayBeBlock: true) is { } root and not YamlScalar && AtEnd ? root : null;
    }

    private YamlMapping? ReadMapping(YamlScalar key, int depth)
    {
        var first = _open.Entries.Count;
        var indent = key.Span.Column - 1;
        HashSet<string>? names = null;
        while (_open.Known(key.Value, first, ref names) is null && ReadValue(indent, depth + 1) is { } value)
        {
            _open.Entries.Add(new YamlEntry(key, value));
            if (AtEnd || Column < indent)
            {
                return new YamlMapping(_source, BlockSpan(_open.Entries[first].Key.Span, indent), OpenNodes.Take(_open.Entries, first));
            }

            if (Column > indent || ReadScalar(isFlow: false) is not { } next || !IsKey(next, depth + 1))
            {
                break;
            }

            key = next;
        }

        return null;
    }

    private YamlSequence? ReadSequence(int depth)
    {
        var first = _open.Items.Count;
        var (start, indent) = (Here(), Column);
        if (!Counts(depth))
        {
            return null;
        }

        while (!AtEnd && Column == indent && IsDash)
        {
            if (ReadValue(indent, depth + 1, isItem: true) is not { } item)
            {
                return null;
            }

            _open.Items.Add(item);
        }

        // A list may end at a key of its own indentation, if it is the value of the key above.
        return AtEnd || Column <= indent ? new YamlSequence(_source, BlockSpan(start, indent), OpenNodes.Take(_open.Items, first)) : null;
    }

    // What follows a dash or a colon, here or on the next lines.
    private YamlNode? ReadValue(int indent, int depth, bool isItem = false)
    {
        _at++;
        var (empty, line) = (Here(), _line);
        if (!Move())
        {
            return null;
        }

        var isFresh = _line > line;
        if (AtEnd || (isFresh && Column <= indent && !(Column == indent && IsDash && !isItem)))
        {
            return Counts(depth) ? new YamlScalar(_source, empty, "", isPlain: true) : null;
        }

        return ReadNode(indent, depth, isFresh || isItem);
    }

    // A node, and the way to what follows it. A block begins on a fresh line or behind a dash, never behind a key.
    private YamlNode? ReadNode(int indent, int depth, bool mayBeBlock)
    {
        switch (Current)
        {
            case '[' or '{':
                _indent = indent;
                return ReadFlowNode(depth) is { } flow && MoveToNextLine() ? flow : null;
            case '-' when IsDash:
                return mayBeBlock ? ReadSequence(depth) : null;
        }

        if (ReadScalar(isFlow: false) is not { } scalar)
        {
            return null;
        }

        if (!IsColon)
        {
            return Counts(depth) && MoveToNextLine() && (AtEnd || Column <= indent) ? scalar : null;
        }

        return mayBeBlock && Counts(depth) && IsKey(scalar, depth + 1) ? ReadMapping(scalar, depth) : null;
    }

    private bool IsKey(YamlScalar key, int depth) =>
        IsColon && Counts(depth) && key.Span.EndColumn - key.Span.Column <= LongestKey
        && !(key.IsPlain && (key.Value == "<<" || (_textKeys && key.Type != YamlType.Text)));

    private bool Counts(int depth) => depth <= YamlReader.MaxDepth && ++_written <= YamlReader.MaxNodes;

    // To what follows on the same or a later line; false at what parts documents, and where a comment is none.
    private bool Move()
    {
        while (true)
        {
            while (Current == ' ')
            {
                _at++;
            }

            if (Current == '#')
            {
                if (Column > 0 && _text[_at - 1] != ' ')
                {
                    return false;
                }

                var length = _text.AsSpan(_at).IndexOfAny('\n', '\r');
                _at = length < 0 ? _text.Length : _at + length;
            }

            if (Current == '\r')
            {
                _at++;
                if (Current != '\n')
                {
                    return false;
                }
            }

            if (Current != '\n')
            {
                return Column > 0 || !(_text.AsSpan(_at).StartsWith("---") || _text.AsSpan(_at).StartsWith("..."));
            }

            _at++;
            _line++;
            _lineStart = _at;
        }
    }

    // Nothing but a comment may follow on this line.
    private bool MoveToNextLine()
    {
        var line = _line;
        return IsBlank(Current) && Move() && (_line > line || AtEnd);
    }

    private char At(int index) => index < _text.Length ? _text[index] : '\0';

    private static bool IsBlank(char c) => c is ' ' or '\n' or '\r' or '\0';

    private Span Here() => new(_line, Column + 1, _line, Column + 1);

    private Span SpanTo(Span start) => start with { EndLine = _line, EndColumn = Column + 1 };

    // A block ends where the next thing begins. The end of the text stands at the beginning of a line, for all that it is not less indented than.
    private Span BlockSpan(Span start, int indent) => AtEnd && Column > 0 && indent <= Column
        ? start with { EndLine = _line + 1, EndColumn = 1 }
        : SpanTo(start);
}
