using System.Text;

namespace Towpath.Core.Pipelines;

/// <summary>One instruction of a Dockerfile.</summary>
/// <param name="Name">In capitals.</param>
/// <param name="Rest">What follows it, continued lines joined.</param>
/// <param name="Line">Line of the name, from 1.</param>
/// <param name="Excerpt">That line as written.</param>
internal readonly record struct DockerfileInstruction(string Name, string Rest, int Line, string Excerpt);

/// <summary>Cuts a Dockerfile into instructions: comments gone, continued lines joined, here-documents skipped.</summary>
internal static class DockerfileInstructions
{
    /// <summary>The instructions in order.</summary>
    public static IEnumerable<DockerfileInstruction> Split(string text)
    {
        var lines = text.TrimStart('\uFEFF').Split('\n');
        var escape = EscapeOf(lines);
        for (var index = 0; index < lines.Length;)
        {
            var first = index;
            var logical = Join(lines, ref index, escape);
            if (logical.Length == 0)
            {
                continue;
            }

            var end = logical.AsSpan().IndexOfAny(' ', '\t');
            var name = (end < 0 ? logical : logical[..end]).ToUpperInvariant();
            var rest = end < 0 ? "" : logical[end..].Trim();
            if (name is "RUN" or "COPY" or "ADD")
            {
                SkipHereDocuments(rest, lines, ref index);
            }

            yield return new DockerfileInstruction(name, rest, first + 1, lines[first].TrimEnd());
        }
    }

    /// <summary>The escape character: the directive <c># escape=`</c> counts only among the comments at the very top.</summary>
    private static char EscapeOf(string[] lines)
    {
        foreach (var line in lines)
        {
            var trimmed = line.Trim();
            if (!trimmed.StartsWith('#'))
            {
                break;
            }

            var parts = trimmed[1..].Split('=', 2, StringSplitOptions.TrimEntries);
            if (parts.Length == 2 && parts[0].Equals("escape", StringComparison.OrdinalIgnoreCase))
            {
                return parts[1] == "`" ? '`' : '\\';
            }
        }

        return '\\';
    }

    /// <summary>Joins the line at <paramref name="index"/> with those that continue it; comments and empty lines among them vanish.</summary>
    private static string Join(string[] lines, ref int index, char escape)
    {
        var joined = new StringBuilder();
        while (index < lines.Length)
        {
            var line = lines[index++].TrimEnd();
            var trimmed = line.TrimStart();
            if (trimmed.StartsWith('#') || (trimmed.Length == 0 && joined.Length > 0))
            {
                if (joined.Length == 0)
                {
                    return "";
                }

                continue;
            }

            if (!line.EndsWith(escape))
            {
                return joined.Append(line).ToString().Trim();
            }

            joined.Append(line, 0, line.Length - 1).Append(' ');
        }

        return joined.ToString().Trim();
    }

    /// <summary>Moves past the bodies of <c>&lt;&lt;NAME</c>: a line in them may look like an instruction and is none.</summary>
    private static void SkipHereDocuments(string rest, string[] lines, ref int index)
    {
        foreach (var word in rest.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries))
        {
            if (!word.StartsWith("<<", StringComparison.Ordinal))
            {
                continue;
            }

            var tabs = word.StartsWith("<<-", StringComparison.Ordinal);
            var name = word[(tabs ? 3 : 2)..].Trim('"', '\'');
            if (name.Length == 0 || !name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_'))
            {
                continue;
            }

            while (index < lines.Length)
            {
                var line = lines[index++].TrimEnd('\r');
                if ((tabs ? line.TrimStart('\t') : line) == name)
                {
                    break;
                }
            }
        }
    }
}
