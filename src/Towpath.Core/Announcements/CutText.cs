using System.Text;

namespace Towpath.Core.Announcements;

/// <summary>Texts within the limits of a service.</summary>
internal static class CutText
{
    private const string End = "…";

    /// <summary>The text, or as much of it as fits with a mark that something is missing; no character is cut in two.</summary>
    /// <param name="text">The text.</param>
    /// <param name="most">Most UTF-16 units; at least 1.</param>
    public static string At(string text, int most) => Escaped(text, most, static c => c.ToString());

    /// <summary>The same for a text in which some characters become longer: what counts is the length that is sent.</summary>
    /// <param name="text">The text.</param>
    /// <param name="most">Most UTF-16 units of the outcome; at least 1.</param>
    /// <param name="escape">What a character is sent as.</param>
    public static string Escaped(string text, int most, Func<Rune, string> escape)
    {
        var sent = new StringBuilder();
        var fits = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            sent.Append(escape(rune));
            if (sent.Length > most)
            {
                return sent.ToString(0, fits) + End;
            }

            fits = sent.Length <= most - End.Length ? sent.Length : fits;
        }

        return sent.ToString();
    }
}
