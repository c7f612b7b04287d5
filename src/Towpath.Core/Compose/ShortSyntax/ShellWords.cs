using System.Collections.Immutable;
using System.Text;

namespace Towpath.Core.Compose.ShortSyntax;

/// <summary>Splits a command line as a POSIX shell splits words: quotes and backslashes, but no expansion and no operators.</summary>
internal static class ShellWords
{
    /// <summary>The words, or null where a quote is never closed.</summary>
    public static ImmutableArray<string>? TrySplit(string text)
    {
        var words = ImmutableArray.CreateBuilder<string>();
        StringBuilder? word = null;
        var quote = '\0';
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c == '\\' && quote != '\'' && i + 1 < text.Length && (quote == '\0' || text[i + 1] is '"' or '\\' or '$' or '`'))
            {
                (word ??= new StringBuilder()).Append(text[++i]);
            }
            else if (quote != '\0')
            {
                quote = c == quote ? '\0' : Append(word!, c, quote);
            }
            else if (c is '"' or '\'')
            {
                quote = c;
                word ??= new StringBuilder();
            }
            else if (!char.IsWhiteSpace(c))
            {
                (word ??= new StringBuilder()).Append(c);
            }
            else if (word is not null)
            {
                words.Add(word.ToString());
                word = null;
            }
        }

        if (word is not null)
        {
            words.Add(word.ToString());
        }

        return quote == '\0' ? words.ToImmutable() : null;
    }

    private static char Append(StringBuilder word, char c, char quote)
    {
        word.Append(c);
        return quote;
    }
}
