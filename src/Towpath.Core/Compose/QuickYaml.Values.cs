using System.Buffers;
using System.Text;

namespace Towpath.Core.Compose;

/// <summary>The second half: values of one line, and what stands in brackets.</summary>
internal sealed partial class QuickYaml
{
    private static readonly SearchValues<char> Indicators = SearchValues.Create("-?:,[]{}#&*!|>'\"%@` \r\n\0");
    private static readonly SearchValues<char> EndsOfPlain = SearchValues.Create(":#\r\n");
    private static readonly SearchValues<char> EndsOfFlowPlain = SearchValues.Create(":#\r\n?,[]{}");
    private static readonly SearchValues<char> EndsOfDouble = SearchValues.Create("\"\\\r\n");
    private static readonly SearchValues<char> EndsOfSingle = SearchValues.Create("'\r\n");

    private YamlScalar? ReadScalar(bool isFlow)
    {
        var start = Here();
        var quote = Current;
        ReadOnlySpan<char> text;
        if (!(quote switch
        {
            '"' => ReadDouble(out text),
            '\'' => ReadSingle(out text),
            _ => ReadPlain(isFlow, out text),
        }))
        {
            return null;
        }

        return new YamlScalar(_source, SpanTo(start), IsColon ? _open.Shared(text) : text.ToString(), isPlain: quote is not ('"' or '\''));
    }

    // The other reader takes a star behind a space for an alias now and then.
    private bool ReadPlain(bool isFlow, out ReadOnlySpan<char> text)
    {
        text = default;
        if (Indicators.Contains(Current) && (Current != '-' || IsBlank(At(_at + 1)) || (isFlow && !char.IsAsciiLetterOrDigit(At(_at + 1)) && At(_at + 1) != '-')))
        {
            return false;
        }

        var rest = _text.AsSpan(_at);
        for (var length = 0; ; length++)
        {
            var next = rest[length..].IndexOfAny(isFlow ? EndsOfFlowPlain : EndsOfPlain);
            length = next < 0 ? rest.Length : length + next;
            var stop = At(_at + length);
            if (stop == ':' ? IsBlank(At(_at + length + 1)) : stop != '#' || rest[length - 1] == ' ')
            {
                text = rest[..length].TrimEnd(' ');
                _at += text.Length;
                return !(isFlow && stop is '?' or '[' or '{') && !text.Contains(" *", StringComparison.Ordinal);
            }

            // In brackets a colon may part a key from its value without a space.
            if (isFlow && stop == ':' && (rest[length - 1] == ' ' || !(At(_at + length + 1) is '/' or '-' or '.' or '_' || char.IsAsciiLetterOrDigit(At(_at + length + 1)))))
            {
                return false;
            }
        }
    }

    private bool ReadSingle(out ReadOnlySpan<char> text)
    {
        var rest = _text.AsSpan(_at + 1);
        text = default;
        for (var length = 0; ; length += 2)
        {
            var next = rest[length..].IndexOfAny(EndsOfSingle);
            length += next;
            if (next < 0 || rest[length] != '\'')
            {
                return false;
            }

            if (At(_at + length + 2) != '\'')
            {
                text = rest[..length];
                _at += length + 2;
                text = text.Contains('\'') ? text.ToString().Replace("''", "'", StringComparison.Ordinal) : text;
                return true;
            }
        }
    }

    private bool ReadDouble(out ReadOnlySpan<char> text)
    {
        var rest = _text.AsSpan(_at + 1);
        text = default;
        StringBuilder? plain = null;
        for (var from = 0; ;)
        {
            var next = rest[from..].IndexOfAny(EndsOfDouble);
            if (next < 0)
            {
                return false;
            }

            var part = rest.Slice(from, next);
            from += next + 1;
            if (rest[from - 1] == '"')
            {
                text = plain is null ? part : plain.Append(part).ToString();
                _at += from + 1;
                return true;
            }

            if (rest[from - 1] != '\\' || Escaped(At(_at + 1 + from)) is not { } escaped)
            {
                return false;
            }

            (plain ??= new StringBuilder()).Append(part).Append(escaped);
            from++;
        }
    }

    private static char? Escaped(char code) => code switch
    {
        '"' or '\\' or '/' => code,
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        _ => null,
    };

    private YamlNode? ReadFlowNode(int depth)
    {
        if (!Counts(depth))
        {
            return null;
        }

        return Current switch
        {
            '[' => ReadFlowSequence(depth),
            '{' => ReadFlowMapping(depth),
            _ => ReadScalar(isFlow: true) is { } scalar && !IsColon ? scalar : null,
        };
    }

    // To the other reader a collection in brackets ends before its last bracket, and so it does here.
    private YamlSequence? ReadFlowSequence(int depth)
    {
        var (start, first) = (Here(), _open.Items.Count);
        _at++;
        if (!MoveInBrackets())
        {
            return null;
        }

        while (Current != ']')
        {
            if (ReadFlowNode(depth + 1) is not { } item || !MoveToNext(']'))
            {
                return null;
            }

            _open.Items.Add(item);
        }

        var span = SpanTo(start);
        _at++;
        return new YamlSequence(_source, span, OpenNodes.Take(_open.Items, first));
    }

    private YamlMapping? ReadFlowMapping(int depth)
    {
        var (start, first) = (Here(), _open.Entries.Count);
        HashSet<string>? names = null;
        _at++;
        if (!MoveInBrackets())
        {
            return null;
        }

        while (Current != '}')
        {
            if (ReadScalar(isFlow: true) is not { } key || !IsKey(key, depth + 1) || _open.Known(key.Value, first, ref names) is not null)
            {
                return null;
            }

            _at++;
            if (!MoveInBrackets() || ReadFlowNode(depth + 1) is not { } value || !MoveToNext('}'))
            {
                return null;
            }

            _open.Entries.Add(new YamlEntry(key, value));
        }

        var span = SpanTo(start);
        _at++;
        return new YamlMapping(_source, span, OpenNodes.Take(_open.Entries, first));
    }

    // Behind the comma that parts two values, or to the bracket that ends them.
    private bool MoveToNext(char bracket)
    {
        if (!MoveInBrackets())
        {
            return false;
        }

        if (Current != ',')
        {
            return Current == bracket;
        }

        _at++;
        return MoveInBrackets();
    }

    // Lines in brackets are indented more than what they belong to; a last bracket may stand below its beginning.
    private bool MoveInBrackets() => Move() && (Column > _indent || (Column == _indent && Current is ']' or '}'));
}
