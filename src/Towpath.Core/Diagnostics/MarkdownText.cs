using System.Collections.Immutable;
using System.Text;

namespace Towpath.Core.Diagnostics;

/// <summary>Text of others in Markdown.</summary>
internal static class MarkdownText
{
    /// <summary>The text on one line, in which nothing is Markdown or HTML.</summary>
    public static string Escape(string text)
    {
        var escaped = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            escaped.Append(c switch
            {
                '&' => "&amp;",
                '<' => "&lt;",
                '>' => "&gt;",
                '|' or '*' or '_' or '`' or '[' or ']' or '\\' or '#' or '~' => $"\\{c}",
                _ when char.IsControl(c) => " ",
                _ => c.ToString(),
            });
        }

        return escaped.ToString();
    }

    /// <summary>Adds a table; all cells are text of others.</summary>
    public static void Table(StringBuilder text, IReadOnlyCollection<string> headings, IEnumerable<ImmutableArray<string>> rows)
    {
        text.Append($"| {string.Join(" | ", headings)} |\n|{string.Concat(Enumerable.Repeat("---|", headings.Count))}\n");
        foreach (var row in rows)
        {
            text.Append($"| {string.Join(" | ", row.Select(Escape))} |\n");
        }
    }
}
