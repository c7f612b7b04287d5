using System.Collections.Immutable;
using System.Text;
using Towpath.Core.Compose.Composition;
using Towpath.Core.Diagnostics;

namespace Towpath.Core.Compose;

/// <summary>
/// Reads <c>.env</c> and <c>env_file</c>: <c>NAME=value</c> lines, <c>export</c>, comments, single quotes (verbatim, over several lines) and
/// double quotes (escapes and variables). Such files hold secrets, so that their diagnostics never show the line.
/// </summary>
internal sealed class DotEnv
{
    private readonly SourceText _source;
    private readonly string _text;
    private readonly IReadOnlyDictionary<string, string> _outer;
    private readonly DiagnosticBag _bag;
    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);
    private readonly Layered _known;
    private int _at;
    private long _expanded;

    private DotEnv(SourceText source, IReadOnlyDictionary<string, string> outer, DiagnosticBag bag)
    {
        _source = source;
        _text = source.Text.TrimStart('\uFEFF').ReplaceLineEndings("\n");
        _outer = outer;
        _bag = bag;
        _known = new Layered(outer, _values);
    }

    /// <summary>The variables of a file.</summary>
    /// <param name="source">The file.</param>
    /// <param name="outer">Variables known before it; they win where a value refers to a name that both have.</param>
    /// <param name="bag">Receives an error per line that can't be read.</param>
    public static ImmutableSortedDictionary<string, string> Read(SourceText source, IReadOnlyDictionary<string, string> outer, DiagnosticBag bag)
    {
        var reader = new DotEnv(source, outer, bag);
        while (reader._at < reader._text.Length && !bag.IsFull && reader._expanded <= YamlText.MaxBytes)
        {
            reader.ReadLine();
        }

        if (reader._expanded > YamlText.MaxBytes)
        {
            bag.Add(ComposeDiagnostics.FileTooLarge(source.Path, reader._expanded, YamlText.MaxBytes));
        }

        return reader._values.ToImmutableSortedDictionary(StringComparer.Ordinal);
    }

    private void ReadLine()
    {
        SkipBlanks();
        if (_at >= _text.Length || _text[_at] is '\n' or '#')
        {
            SkipLine();
            return;
        }

        var start = _at;
        if (_text.AsSpan(_at).StartsWith("export") && _at + 6 < _text.Length && _text[_at + 6] is ' ' or '\t')
        {
            _at += 6;
            SkipBlanks();
        }

        var end = _text.AsSpan(_at).IndexOfAny('=', '\n') is var length && length < 0 ? _text.Length : _at + length;
        var name = _text[_at..end].TrimEnd();
        if (name.Any(c => !char.IsLetterOrDigit(c) && c is not ('_' or '.' or '-' or '[' or ']')))
        {
            Fail(start, "a name has letters, digits, `_`, `.` and `-` only");
            SkipLine();
        }
        else if (end == _text.Length || _text[end] == '\n')
        {
            // A name alone takes the value from around the file, or is left out.
            if (_outer.TryGetValue(name, out var inherited))
            {
                _values[name] = inherited;
            }

            SkipLine();
        }
        else
        {
            _at = end + 1;
            SkipBlanks();
            ReadValue(name, start);
        }
    }

    private void ReadValue(string name, int start)
    {
        if (_at < _text.Length && _text[_at] is '"' or '\'')
        {
            ReadQuoted(name, start, _text[_at]);
            return;
        }

        var end = LineEnd();
        var raw = _text[_at..end];
        var comment = raw.StartsWith('#') ? 0 : raw.AsSpan().IndexOf(" #") is var at && at >= 0 ? at : raw.AsSpan().IndexOf("\t#");
        _values[name] = Expand((comment >= 0 ? raw[..comment] : raw).Trim(), start);
        _at = end + 1;
    }

    private void ReadQuoted(string name, int start, char quote)
    {
        var text = new StringBuilder();
        var i = _at + 1;
        while (i < _text.Length && _text[i] != quote)
        {
            if (_text[i] == '\\' && i + 1 < _text.Length)
            {
                i += quote == '"' ? Escape(i, text) : SingleQuoteEscape(i, text);
            }
            else
            {
                text.Append(_text[i++]);
            }
        }

        if (i >= _text.Length)
        {
            Fail(start, "its quote is never closed");
            SkipLine();
            return;
        }

        _values[name] = quote == '"' ? Expand(text.ToString(), start) : text.ToString();
        _at = i + 1;
        SkipBlanks();
        if (_at < _text.Length && _text[_at] is not ('\n' or '#'))
        {
            Fail(start, "text follows its closing quote");
        }

        SkipLine();
    }

    private int SingleQuoteEscape(int at, StringBuilder text)
    {
        var escaped = _text[at + 1] == '\'';
        text.Append(escaped ? '\'' : '\\');
        return escaped ? 2 : 1;
    }

    // Appends what an escape stands for and says how many characters it took. `\$` becomes `$$`, which expansion turns into one.
    private int Escape(int at, StringBuilder text)
    {
        var next = _text[at + 1];
        if (next == '0' && at + 4 < _text.Length && _text.AsSpan(at + 2, 3).IndexOfAnyExceptInRange('0', '7') < 0)
        {
            text.Append((char)Convert.ToInt32(_text.Substring(at + 2, 3), 8));
            return 5;
        }

        text.Append(next switch
        {
            'a' => "\a",
            'b' => "\b",
            'f' => "\f",
            'n' => "\n",
            'r' => "\r",
            't' => "\t",
            'v' => "\v",
            '\\' => "\\",
            '"' => "\"",
            '$' => "$$",
            _ => "\\" + next,
        });
        return 2;
    }

    private string Expand(string template, int start)
    {
        var text = Interpolation.Expand(template, _known, problem => _bag.Add(problem.Kind switch
        {
            TemplateProblemKind.Unset => ComposeDiagnostics.VariableUnset(Place(start), problem.Name),
            TemplateProblemKind.Required => ComposeDiagnostics.VariableRequired(Place(start), problem.Name, problem.Message),
            _ => ComposeDiagnostics.BadEnvLine(Place(start), "its value is no valid template"),
        })) ?? "";
        _expanded += text.Length;
        return text;
    }

    private void Fail(int start, string why) => _bag.Add(ComposeDiagnostics.BadEnvLine(Place(start), why));

    private Location Place(int start)
    {
        var line = _text.AsSpan(0, start).Count('\n') + 1;
        var column = start - (start == 0 ? 0 : _text.LastIndexOf('\n', start - 1) + 1) + 1;
        return new Location(_source.Path, line, column, line, column + 1);
    }

    private void SkipBlanks()
    {
        while (_at < _text.Length && _text[_at] is ' ' or '\t')
        {
            _at++;
        }
    }

    private void SkipLine() => _at = LineEnd() + 1;

    private int LineEnd() => _at >= _text.Length || _text.IndexOf('\n', _at) is var end && end < 0 ? _text.Length : end;
}
