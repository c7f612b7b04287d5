using System.Buffers;
using System.Collections.Frozen;
using System.Globalization;
using System.Text;

namespace Towpath.Core.Compose.Printing;

/// <summary>Text as YAML: plain where no reader can take it for anything else, in quotes or as a block of lines where one could.</summary>
internal static class YamlQuoting
{
    // Words that YAML 1.1 or 1.2 takes for booleans, for nothing, or for keys with a meaning.
    private static readonly FrozenSet<string> Words = new[]
    {
        "y", "n", "yes", "no", "on", "off", "true", "false", "null", "~", "=", "<<", ".inf", "-.inf", "+.inf", ".nan",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    private static readonly SearchValues<char> FirstOfNumber = SearchValues.Create("0123456789+-.");
    private static readonly SearchValues<char> Indicators = SearchValues.Create("-?:,[]{}#&*!|>'\"%@` \t");

    // Of a text that begins like a number, one of these says that it is none: `1m30s`, `1.2.3-alpine`, `./web`.
    private static readonly SearchValues<char> NeverInNumbers = SearchValues.Create("ghijklmnpqrsuvwyGHIJKLMNPQRSUVWY/ @=");

    private static readonly SearchValues<char> Plain = SearchValues.Create([.. Enumerable.Range(' ', '~' - ' ' + 1).Select(i => (char)i)]);

    /// <summary>Writes a text.</summary>
    /// <param name="text">Receives it.</param>
    /// <param name="value">The text itself.</param>
    /// <param name="indent">How far a block of lines is indented; null where none may stand.</param>
    public static void Write(StringBuilder text, string value, int? indent)
    {
        if (IsPlain(value))
        {
            text.Append(value);
        }
        else if (indent is { } spaces && IsBlock(value))
        {
            WriteBlock(text, value, spaces);
        }
        else
        {
            WriteQuoted(text, value);
        }
    }

    private static bool IsPlain(string value)
    {
        if (value.Length == 0 || Indicators.Contains(value[0]) || value[^1] is ' ' or ':' || value.AsSpan().ContainsAnyExcept(Plain))
        {
            return false;
        }

        if (value.Contains(": ", StringComparison.Ordinal) || value.Contains(" #", StringComparison.Ordinal) || Words.Contains(value))
        {
            return false;
        }

        return !FirstOfNumber.Contains(value[0]) || (value.AsSpan().ContainsAny(NeverInNumbers) && !IsDate(value));
    }

    private static bool IsDate(string value) => value.Length > 4 && value[4] == '-' && !value.AsSpan(0, 4).ContainsAnyExceptInRange('0', '9');

    // Lines of printable characters that do not begin with a space, which would be taken for indentation.
    private static bool IsBlock(string value)
    {
        if (!value.Contains('\n') || value[0] is ' ' or '\n' || value.Contains(" \n", StringComparison.Ordinal) || value.EndsWith(' '))
        {
            return false;
        }

        foreach (var c in value)
        {
            if (c != '\n' && !Plain.Contains(c))
            {
                return false;
            }
        }

        return value.AsSpan().TrimEnd('\n').Length > 0;
    }

    private static void WriteBlock(StringBuilder text, string value, int indent)
    {
        var body = value.AsSpan().TrimEnd('\n');
        var ends = value.Length - body.Length;
        text.Append('|').Append(ends switch { 0 => "-", 1 => "", _ => "+" }).Append('\n');
        foreach (var line in body.Split('\n'))
        {
            var content = body[line];
            text.Append(' ', content.IsEmpty ? 0 : indent).Append(content).Append('\n');
        }

        text.Append('\n', Math.Max(0, ends - 1));
    }

    private static void WriteQuoted(StringBuilder text, string value)
    {
        text.Append('"');
        foreach (var c in value)
        {
            switch (c)
            {
                case '"' or '\\':
                    text.Append('\\').Append(c);
                    break;
                case '\n':
                    text.Append("\\n");
                    break;
                case '\t':
                    text.Append("\\t");
                    break;
                case '\r':
                    text.Append("\\r");
                    break;
                case < ' ' or (>= '\u007f' and <= '\u00a0') or '\u2028' or '\u2029' or '\ufeff' or (>= '\ufffe' and <= '\uffff'):
                    text.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
                    break;
                default:
                    text.Append(c);
                    break;
            }
        }

        text.Append('"');
    }
}
