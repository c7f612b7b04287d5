using System.Collections.Immutable;
using System.Text;
using System.Text.Json;

namespace Towpath.Core.Dockerfiles;

/// <summary>One instruction's text to its parts: name, flags, arguments, here-documents.</summary>
internal sealed class InstructionReader(DockerfileLines lines, List<DockerfileProblem> problems)
{
    private static readonly string[] WithHeredocs = ["RUN", "COPY", "ADD"];
    private static readonly string[] WithFlags = ["FROM", "RUN", "COPY", "ADD", "HEALTHCHECK"];
    private static readonly string[] WithExecForm = ["RUN", "CMD", "ENTRYPOINT", "SHELL", "VOLUME", "COPY", "ADD", "HEALTHCHECK"];

    /// <summary>The instruction; its here-documents are taken from the lines that follow.</summary>
    public DockerfileInstruction Read(DockerfileText text)
    {
        var whole = text.Text;
        var end = whole.AsSpan().IndexOfAny(" \t\v\f");
        var name = (end < 0 ? whole : whole[..end]).ToUpperInvariant();
        var words = new DockerfileWords(text, lines.Escape);
        var at = SkipBlanks(whole, end < 0 ? whole.Length : end);
        var flags = ImmutableArray.CreateBuilder<DockerfileFlag>();
        while (WithFlags.Contains(name) && words.At(at) is { } word && word.Raw.StartsWith("--", StringComparison.Ordinal))
        {
            at = SkipBlanks(whole, at + word.Raw.Length);
            if (word.Raw == "--")
            {
                break;
            }

            var parts = word.Value[2..].Split('=', 2);
            flags.Add(new DockerfileFlag(parts[0], parts.Length == 2 ? parts[1] : "", word));
        }

        var list = WithExecForm.Contains(name) ? ReadList(text, name == "HEALTHCHECK" ? SkipKeyword(whole, at, "CMD") : at) : null;
        var cut = list ?? [.. words.Split(at)];
        return new DockerfileInstruction(name, text, at)
        {
            Flags = flags.ToImmutable(),
            Words = cut,
            IsExec = list is not null,
            Heredocs = list is null && WithHeredocs.Contains(name) ? ReadHeredocs(cut) : [],
        };
    }

    /// <summary>The elements of a list of texts in JSON; null for anything else, which builders then take as a shell's text.</summary>
    private static ImmutableArray<DockerfileWord>? ReadList(DockerfileText text, int at)
    {
        if (at >= text.Text.Length || text.Text[at] != '[')
        {
            return null;
        }

        var bytes = Encoding.UTF8.GetBytes(text.Text[at..]);
        var reader = new Utf8JsonReader(bytes);
        var elements = ImmutableArray.CreateBuilder<DockerfileWord>();
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType == JsonTokenType.String)
                {
                    var start = Encoding.UTF8.GetCharCount(bytes.AsSpan(0, (int)reader.TokenStartIndex));
                    var length = Encoding.UTF8.GetCharCount(reader.ValueSpan) + 2;
                    elements.Add(new DockerfileWord(reader.GetString()!, text, at + start, length));
                }
                else if (reader.TokenType is not (JsonTokenType.StartArray or JsonTokenType.EndArray) || reader.CurrentDepth > 0)
                {
                    return null;
                }
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null; // InvalidOperationException: half a surrogate pair
        }

        return elements.ToImmutable();
    }

    private ImmutableArray<DockerfileHeredoc> ReadHeredocs(ImmutableArray<DockerfileWord> words)
    {
        var heredocs = ImmutableArray.CreateBuilder<DockerfileHeredoc>();
        foreach (var word in words)
        {
            if (MarkOf(word.Raw) is not var (mark, stripTabs))
            {
                continue;
            }

            var name = mark.Trim('"', '\'');
            if (lines.ReadHeredoc(name, stripTabs) is not { } body)
            {
                problems.Add(new DockerfileProblem($"the here-document `{name}` is never closed", word.Location));
                break;
            }

            heredocs.Add(new DockerfileHeredoc(name, name == mark, body));
        }

        return heredocs.ToImmutable();
    }

    /// <summary>The mark of <c>&lt;&lt;MARK</c>, <c>&lt;&lt;-MARK</c> or <c>3&lt;&lt;"MARK"</c> as written.</summary>
    private static (string Mark, bool StripTabs)? MarkOf(string word)
    {
        var arrows = word.IndexOf("<<", StringComparison.Ordinal);
        if (arrows < 0 || !word.AsSpan(0, arrows).ContainsOnlyDigits())
        {
            return null;
        }

        var stripTabs = word.Length > arrows + 2 && word[arrows + 2] == '-';
        var mark = word[(arrows + (stripTabs ? 3 : 2))..];
        return mark.Trim('"', '\'').Length == 0 || mark.Contains('<', StringComparison.Ordinal) ? null : (mark, stripTabs);
    }

    private static int SkipKeyword(string text, int at, string keyword) =>
        string.Compare(text, at, keyword, 0, keyword.Length, StringComparison.OrdinalIgnoreCase) == 0 ? SkipBlanks(text, at + keyword.Length) : at;

    private static int SkipBlanks(string text, int at)
    {
        while (at < text.Length && char.IsWhiteSpace(text[at]))
        {
            at++;
        }

        return at;
    }
}

/// <summary>Tests of runs of characters.</summary>
internal static class CharacterRuns
{
    /// <summary>Whether each character is a digit; true for none.</summary>
    public static bool ContainsOnlyDigits(this ReadOnlySpan<char> text) => !text.ContainsAnyExceptInRange('0', '9');
}
