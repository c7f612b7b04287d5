using System.Buffers;
using System.Text;

namespace Towpath.Core.Dockerfiles;

/// <summary>Variables as a Dockerfile writes them.</summary>
internal static class DockerfileVariables
{
    private const int MostDepth = 32;
    private static readonly SearchValues<char> Marks = SearchValues.Create(":-+?#%/");

    /// <summary>
    /// Replaces <c>$X</c>, <c>${X}</c>, and <c>${X:-default}</c>, <c>${X:+other}</c>, <c>${X:?message}</c> with and without the colon; a variable
    /// without a value is empty, and one of another form, such as <c>${X#prefix}</c>, keeps its value.
    /// </summary>
    public static string Expand(string text, IReadOnlyDictionary<string, string> variables, char escape = '\\') => Expand(text, variables, escape, 0);

    private static string Expand(string text, IReadOnlyDictionary<string, string> variables, char escape, int depth)
    {
        if (!text.Contains('$', StringComparison.Ordinal) || depth > MostDepth)
        {
            return text;
        }

        var result = new StringBuilder();
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == escape && i + 1 < text.Length && text[i + 1] == '$')
            {
                result.Append(text[++i]);
            }
            else if (text[i] != '$' || i + 1 == text.Length)
            {
                result.Append(text[i]);
            }
            else if (text[i + 1] == '{' && ClosingBrace(text, i + 1) is var close and > 0)
            {
                result.Append(Braced(text[(i + 2)..close], variables, escape, depth));
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

    private static string Braced(string inner, IReadOnlyDictionary<string, string> variables, char escape, int depth)
    {
        var end = inner.AsSpan().IndexOfAny(Marks);
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
            '-' => isSet ? value! : Expand(word, variables, escape, depth + 1),
            '+' => isSet ? Expand(word, variables, escape, depth + 1) : "",
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
