using System.Buffers;
using System.Collections.Immutable;
using System.Text;
using Towpath.Core.Diagnostics;

namespace Towpath.Core.Dockerfiles;

/// <summary>One simple command of a <c>RUN</c>: <c>apt-get update &amp;&amp; apt-get install curl</c> has two.</summary>
/// <param name="Words">Quotes resolved; assignments and words such as <c>then</c> before the program left out.</param>
/// <param name="Location">Where it stands.</param>
public sealed record ShellCommand(ImmutableArray<string> Words, Location Location)
{
    private static readonly string[] Prefixes = ["!", "{", "(", "if", "then", "else", "elif", "do", "while", "until", "time", "exec", "command"];

    private static readonly SearchValues<char> NameCharacters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_");

    /// <summary>The program, its folder left out; empty for none.</summary>
    public string Program => Words.IsEmpty ? "" : Words[0][(Words[0].LastIndexOf('/') + 1)..];

    /// <summary>Whether one of the words is that one.</summary>
    public bool Has(params ReadOnlySpan<string> any)
    {
        foreach (var word in any)
        {
            if (Words.Contains(word))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The first word after the program that is no option, or null: <c>install</c> of <c>apt-get -y install</c>.</summary>
    public string? Verb => Words.Skip(1).FirstOrDefault(w => !w.StartsWith('-'));

    /// <summary>The commands of a <c>RUN</c>, in order; one for its exec form. Other instructions have none.</summary>
    public static ImmutableArray<ShellCommand> Of(DockerfileInstruction instruction)
    {
        if (instruction.Name != "RUN")
        {
            return [];
        }

        if (instruction.IsExec)
        {
            return [new ShellCommand([.. instruction.Words.Select(w => w.Value)], instruction.Location)];
        }

        return
        [
            .. Cut(instruction.Arguments, instruction.Locate),
            .. instruction.Heredocs.SelectMany(h => Cut(h.Text, h.Locate)),
        ];
    }

    private static IEnumerable<ShellCommand> Cut(string text, Func<int, int, Location> locate)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        var (quote, inWord, start, end) = ('\0', false, -1, 0);
        for (var i = 0; i <= text.Length; i++)
        {
            var c = i < text.Length ? text[i] : '\n';
            if (quote != '\0' && i < text.Length)
            {
                quote = c == quote ? '\0' : quote;
                if (quote != '\0')
                {
                    word.Append(c);
                }

                end = i + 1;
            }
            else if (c is '"' or '\'')
            {
                (quote, inWord) = (c, true);
                (start, end) = (start < 0 ? i : start, i + 1);
            }
            else if (c == '\\' && i + 1 < text.Length)
            {
                var next = text[++i];
                if (next is not ('\n' or '\r'))
                {
                    word.Append(next);
                    inWord = true;
                    (start, end) = (start < 0 ? i - 1 : start, i + 1);
                }
            }
            else if (char.IsWhiteSpace(c) || c is ';' or '|' or ')' || (c == '&' && !IsRedirection(text, i)))
            {
                if (inWord)
                {
                    words.Add(word.ToString());
                    word.Clear();
                    inWord = false;
                }

                if (c is '\n' or ';' or '|' or ')' or '&' && words.Count > 0)
                {
                    yield return Make(words, locate(start, end - start));
                    words = [];
                    start = -1;
                }
            }
            else
            {
                word.Append(c);
                inWord = true;
                (start, end) = (start < 0 ? i : start, i + 1);
            }
        }
    }

    private static ShellCommand Make(List<string> words, Location location) =>
        new([.. words.SkipWhile(w => Prefixes.Contains(w) || IsAssignment(w))], location);

    // 2>&1 and &>log are no ends of a command.
    private static bool IsRedirection(string text, int at) => (at > 0 && text[at - 1] == '>') || (at + 1 < text.Length && text[at + 1] == '>');

    private static bool IsAssignment(string word)
    {
        var equals = word.IndexOf('=', StringComparison.Ordinal);
        return equals > 0 && word.AsSpan(0, equals).IndexOfAnyExcept(NameCharacters) < 0;
    }
}
