using System.Text;

namespace Towpath.Core.Dockerfiles;

/// <summary>Cuts a text at blanks outside quotes.</summary>
internal sealed class DockerfileWords(DockerfileText text, char escape)
{
    /// <summary>All words from a position on.</summary>
    public IEnumerable<DockerfileWord> Split(int from)
    {
        for (var at = from; at < text.Text.Length;)
        {
            if (char.IsWhiteSpace(text.Text[at]))
            {
                at++;
            }
            else
            {
                var word = At(at)!;
                yield return word;
                at += word.Raw.Length;
            }
        }
    }

    /// <summary>The word that begins at a position, or null at the end of the text.</summary>
    public DockerfileWord? At(int start)
    {
        var whole = text.Text;
        if (start >= whole.Length)
        {
            return null;
        }

        var value = new StringBuilder();
        var quote = '\0';
        var at = start;
        for (; at < whole.Length; at++)
        {
            var c = whole[at];
            if (c == escape && quote != '\'' && at + 1 < whole.Length)
            {
                // What is escaped is kept with its mark where it is a `$`: the mark says that it is no variable.
                var next = whole[++at];
                value.Append(next == '$' || (quote == '"' && next != '"' && next != escape) ? $"{c}{next}" : next.ToString());
            }
            else if (quote != '\0' ? c == quote : c is '"' or '\'')
            {
                quote = quote == '\0' ? c : '\0';
            }
            else if (quote == '\0' && char.IsWhiteSpace(c))
            {
                break;
            }
            else
            {
                value.Append(c);
            }
        }

        return new DockerfileWord(value.ToString(), text, start, at - start);
    }
}
