using System.Text;

namespace Towpath.Core.Pipelines;

/// <summary>Words and variables as a Dockerfile writes them.</summary>
internal static class DockerfileWords
{
    /// <summary>Splits at blanks outside quotes; the quotes go.</summary>
    public static List<string> Split(string text)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        var quote = '\0';
        var inWord = false;
        foreach (var c in text)
        {
            if (quote != '\0')
            {
                if (c == quote)
                {
                    quote = '\0';
                }
                else
                {
                    word.Append(c);
                }
            }
            else if (c is '"' or '\'')
            {
                quote = c;
                inWord = true;
            }
            else if (c is ' ' or '\t')
            {
                if (inWord)
                {
                    words.Add(word.ToString());
                    word.Clear();
                    inWord = false;
                }
            }
            else
            {
                word.Append(c);
                inWord = true;
            }
        }

        if (inWord)
        {
            words.Add(word.ToString());
        }

        return words;
    }

    /// <summary>Replaces <c>$X</c>, <c>${X}</c>, <c>${X:-default}</c> and <c>${X:+other}</c>; a variable without a value is empty.</summary>
    public static string Expand(string text, IReadOnlyDictionary<string, string> variables)
    {
        var result = new StringBuilder();
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '$' || i + 1 == text.Length)
            {
                result.Append(text[i]);
            }
            else if (text[i + 1] == '{' && ClosingBrace(text, i + 1) is var close and > 0)
            {
                result.Append(Braced(text[(i + 2)..close], variables));
                i = close;
            }
            else
            {
                var end = i + 1;
                while (end < text.Length && (char.IsAsciiLetterOrDigit(text[end]) || text[end] == '_'))
                {
                    end++;
                }

                result.Append(end == i + 1 ? "$" : variables.GetValueOrDefault(text[(i + 1)..end], ""));
                i = end - 1;
            }
        }

        return result.ToString();
    }

    private static string Braced(string inner, IReadOnlyDictionary<string, string> variables)
    {
        var end = inner.AsSpan().IndexOfAny(':', '-', '+');
        if (end < 0)
        {
            return variables.GetValueOrDefault(inner, "");
        }

        var value = variables.GetValueOrDefault(inner[..end]);
        var colon = inner[end] == ':';
        var mark = end + (colon ? 1 : 0);
        var isSet = colon ? !string.IsNullOrEmpty(value) : value is not null;
        var word = mark < inner.Length ? inner[(mark + 1)..] : "";
        return (mark < inner.Length ? inner[mark] : '\0') switch
        {
            '-' => isSet ? value! : Expand(word, variables),
            '+' => isSet ? Expand(word, variables) : "",
            _ => value ?? "",
        };
    }

    private static int ClosingBrace(string text, int open)
    {
        var depth = 0;
        for (var i = open; i < text.Length; i++)
        {
            depth += text[i] switch { '{' => 1, '}' => -1, _ => 0 };
            if (depth == 0)
            {
                return i;
            }
        }

        return -1;
    }
}
