using System.Text;
using System.Text.RegularExpressions;

namespace Towpath.Cli.Terminal;

/// <summary>A page of Markdown as a terminal shows it: headings stand out, code is told from text, marks are gone.</summary>
internal static partial class PagePicture
{
    private const string Reset = "\e[0m";
    private const string Bold = "\e[1m";
    private const string Blue = "\e[1;34m";
    private const string Dim = "\e[2m";

    /// <summary>The page with ANSI colours; the same words in the same lines, but for the fences of code.</summary>
    public static string Draw(string markdown)
    {
        var text = new StringBuilder();
        var isCode = false;
        foreach (var line in markdown.TrimEnd('\n').Split('\n'))
        {
            if (line.StartsWith("```", StringComparison.Ordinal))
            {
                isCode = !isCode;
                continue;
            }

            text.Append(
                isCode ? $"    {Dim}{line}{Reset}"
                : line.StartsWith("# ", StringComparison.Ordinal) ? $"{Bold}{line[2..]}{Reset}"
                : line.StartsWith("## ", StringComparison.Ordinal) ? $"{Blue}{line[3..]}{Reset}"
                : Code().Replace(Link().Replace(line, "${text}"), Bold + "${text}" + Reset));
            text.Append('\n');
        }

        return text.ToString();
    }

    [GeneratedRegex("`(?<text>[^`]+)`", RegexOptions.None, 1000)]
    private static partial Regex Code();

    [GeneratedRegex(@"\[(?<text>[^\]]+)\]\([^)]+\)", RegexOptions.None, 1000)]
    private static partial Regex Link();
}
