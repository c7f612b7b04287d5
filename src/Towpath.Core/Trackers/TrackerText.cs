using System.Text;

namespace Towpath.Core.Trackers;

/// <summary>
/// Words of others in a comment: as a text that rings nobody, links nothing, hides nothing and is no command. GitLab runs lines that begin with a slash ("Quick actions") with the
/// rights of who writes them, here the token's.
/// </summary>
public static class TrackerText
{
    private const int Most = 1500;

    /// <summary>One line of Markdown that shows exactly the text, cut where it is long.</summary>
    public static string Line(string text)
    {
        var shown = new StringBuilder();
        foreach (var c in text.Length <= Most ? text : text[..Most] + "…")
        {
            _ = c switch
            {
                _ when char.IsControl(c) => shown.Append(' '),
                // As characters by number both services show them, and neither sees a mention, a reference, a comment or a beginning of HTML.
                '@' or '#' or '<' or '>' or '&' or '!' or '~' or '/' or ':' or '$' or '%' => shown.Append("&#").Append((int)c).Append(';'),
                '\\' or '`' or '*' or '_' or '[' or ']' or '|' => shown.Append('\\').Append(c),
                _ => shown.Append(c),
            };
        }

        return shown.ToString().Trim();
    }

    /// <summary>The hidden mark by which a comment is found again: not shown, and kept by both services.</summary>
    /// <param name="key">Letters and digits.</param>
    public static string Mark(string key) => $"<!-- towpath:{key} -->";
}
