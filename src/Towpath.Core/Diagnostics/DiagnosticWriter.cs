using System.Globalization;
using System.Text;

namespace Towpath.Core.Diagnostics;

/// <summary>Writes diagnostics for people: what, where with the line itself, why, and what to do.</summary>
public static class DiagnosticWriter
{
    private const string Reset = "\e[0m";
    private const string Bold = "\e[1m";
    private const string Blue = "\e[1;34m";

    /// <summary>All of them, an empty line between two, each ending in a line feed.</summary>
    /// <param name="diagnostics">In the order to show.</param>
    /// <param name="color">Whether to use ANSI colours.</param>
    public static string Write(IEnumerable<Diagnostic> diagnostics, bool color = false) =>
        string.Join('\n', diagnostics.Select(d => Write(d, color)));

    /// <summary>One diagnostic over several lines, the last ending in a line feed.</summary>
    public static string Write(Diagnostic diagnostic, bool color = false)
    {
        var text = new StringBuilder();
        var paint = new Paint(color);
        var head = $"{Word(diagnostic.Severity)}[{diagnostic.Code}]";
        text.Append(paint.In(Tone(diagnostic.Severity), head)).Append(paint.In(Bold, ": " + Clean(diagnostic.Headline))).Append('\n');
        var gutter = diagnostic.Location is { } place ? place.Line.ToString(CultureInfo.InvariantCulture).Length : 1;
        if (diagnostic.Location is { } location)
        {
            WriteExcerpt(text, paint, diagnostic, location, gutter);
        }

        var indent = new string(' ', gutter + 1);
        foreach (var note in diagnostic.Notes)
        {
            WriteTail(text, paint, indent, "note", note);
        }

        if (diagnostic.Help is { } help)
        {
            WriteTail(text, paint, indent, "help", help);
        }

        return text.ToString();
    }

    /// <summary>One diagnostic on one line, for logs and for editors: <c>file:line:column: severity[CODE]: headline</c>.</summary>
    public static string WriteLine(Diagnostic diagnostic) =>
        $"{(diagnostic.Location is { } place ? place + ": " : "")}{Word(diagnostic.Severity)}[{diagnostic.Code}]: {Clean(diagnostic.Headline)}";

    private static void WriteExcerpt(StringBuilder text, Paint paint, Diagnostic diagnostic, Location location, int gutter)
    {
        var blank = new string(' ', gutter);
        text.Append(blank).Append(paint.In(Blue, "-->")).Append(' ').Append(Clean(location.ToString())).Append('\n');
        if (location.Excerpt is not { } excerpt)
        {
            return;
        }

        text.Append(blank).Append(' ').Append(paint.In(Blue, "|")).Append('\n');
        text.Append(paint.In(Blue, $"{location.Line} |")).Append(' ').Append(Clean(excerpt)).Append('\n');
        var start = Math.Clamp(location.Column - 1, 0, excerpt.Length);
        var end = location.EndLine > location.Line ? excerpt.TrimEnd().Length : Math.Min(location.EndColumn - 1, excerpt.Length);
        var marks = new string('^', Math.Max(1, end - start));
        var label = diagnostic.Label is { } words ? marks + " " + Clean(words) : marks;

        // Tabs before the mark stay tabs, so that it stands under its text at any tab width.
        var lead = string.Concat(excerpt[..start].Select(c => c == '\t' ? '\t' : ' '));
        text.Append(blank).Append(' ').Append(paint.In(Blue, "|")).Append(' ').Append(lead);
        text.Append(paint.In(Tone(diagnostic.Severity), label)).Append('\n');
    }

    private static void WriteTail(StringBuilder text, Paint paint, string indent, string word, string sentence)
    {
        var lines = sentence.Split('\n');
        text.Append(indent).Append(paint.In(Blue, "=")).Append(' ').Append(paint.In(Bold, word + ":")).Append(' ').Append(Clean(lines[0])).Append('\n');
        foreach (var line in lines.Skip(1))
        {
            text.Append(indent).Append("        ").Append(Clean(line)).Append('\n');
        }
    }

    // Text from a user's file must not move the cursor or recolour the terminal.
    private static string Clean(string text) =>
        text.Any(c => char.IsControl(c) && c != '\t') ? string.Concat(text.Select(c => char.IsControl(c) && c != '\t' ? '\uFFFD' : c)) : text;

    private static string Word(Severity severity) => severity switch
    {
        Severity.Error => "error",
        Severity.Warning => "warning",
        _ => "note",
    };

    private static string Tone(Severity severity) => severity switch
    {
        Severity.Error => "\e[1;31m",
        Severity.Warning => "\e[1;33m",
        _ => "\e[1;36m",
    };

    private readonly record struct Paint(bool Color)
    {
        public string In(string tone, string text) => Color ? tone + text + Reset : text;
    }
}
