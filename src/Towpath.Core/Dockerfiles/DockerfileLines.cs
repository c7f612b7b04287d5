using Towpath.Core.Diagnostics;

namespace Towpath.Core.Dockerfiles;

/// <summary>The lines of a Dockerfile: parser directives at the top, then instructions over one or more lines each.</summary>
internal sealed class DockerfileLines(SourceText source)
{
    private int _line = 1;

    /// <summary>The mark at the end of a line that goes on, <c>\</c> or, by directive, <c>`</c>.</summary>
    public char Escape { get; private set; } = '\\';

    /// <summary>The image of the directive <c>syntax</c>, or null.</summary>
    public string? Syntax { get; private set; }

    /// <summary>Reads the directives; they count only before the first line that is none.</summary>
    /// <param name="problems">Gets what is wrong with them.</param>
    public void ReadDirectives(List<DockerfileProblem> problems)
    {
        for (; _line <= source.LineCount; _line++)
        {
            var trimmed = source.Line(_line).Trim();
            var equals = trimmed.IndexOf('=', StringComparison.Ordinal);
            if (!trimmed.StartsWith('#') || equals < 0 || trimmed[1..equals].Trim() is var name && !IsDirective(name))
            {
                return;
            }

            var value = trimmed[(equals + 1)..].Trim();
            switch (trimmed[1..equals].Trim().ToLowerInvariant())
            {
                case "escape" when value is "\\" or "`":
                    Escape = value[0];
                    break;
                case "escape":
                    problems.Add(new DockerfileProblem("the escape character can be only \\ or `", source.WholeLine(_line)));
                    break;
                case "syntax":
                    Syntax = value;
                    break;
                default:
                    break;
            }
        }
    }

    /// <summary>The next instruction as one text, or null at the end. Comments, and empty lines inside an instruction, are left out.</summary>
    public DockerfileText? Next()
    {
        var text = new DockerfileText(source);
        var began = false;
        while (_line <= source.LineCount)
        {
            var line = source.Line(_line);
            var start = source.Offset(_line, 1);
            _line++;
            var trimmed = line.AsSpan().TrimStart();
            if (trimmed.IsEmpty || trimmed[0] == '#')
            {
                continue;
            }

            var indent = began ? 0 : line.Length - trimmed.Length;
            began = true;
            if (Continued(line) is not { } length)
            {
                text.Append(start + indent, line.AsSpan().TrimEnd().Length - indent);
                return text;
            }

            text.Append(start + indent, length - indent);
        }

        return began ? text : null;
    }

    /// <summary>The lines up to the end mark of a here-document, which is taken too; null where the file ends before it.</summary>
    /// <param name="name">The end mark.</param>
    /// <param name="stripTabs">Tabs before a line do not count.</param>
    public DockerfileText? ReadHeredoc(string name, bool stripTabs)
    {
        var body = new DockerfileText(source);
        while (_line <= source.LineCount)
        {
            var line = source.Line(_line);
            var start = source.Offset(_line, 1);
            var tabs = stripTabs ? line.Length - line.AsSpan().TrimStart('\t').Length : 0;
            _line++;
            if (line.AsSpan(tabs).SequenceEqual(name))
            {
                return body;
            }

            body.Append(start + tabs, Math.Min(source.Offset(_line, 1), source.Text.Length) - start - tabs);
        }

        return null;
    }

    // A mark before which stands another is an escaped one: `dir C:\\` ends there.
    private int? Continued(string line)
    {
        var end = line.AsSpan().TrimEnd(" \t").Length;
        return end > 0 && line[end - 1] == Escape && (end == 1 || line[end - 2] != Escape) ? end - 1 : null;
    }

    private static bool IsDirective(string name) => name.Length > 0 && char.IsAsciiLetter(name[0]) && name.All(char.IsAsciiLetterOrDigit);
}
