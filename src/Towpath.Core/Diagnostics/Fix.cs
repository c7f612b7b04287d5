using System.Collections.Immutable;

namespace Towpath.Core.Diagnostics;

/// <summary>A run of text and what stands there afterwards.</summary>
/// <param name="Place">What is replaced; an empty span inserts. Its excerpt is how a later reader knows that the file is still the one that was judged.</param>
/// <param name="Replacement">The new text; <c>\n</c> becomes the line end that the file uses.</param>
public sealed record Edit(Location Place, string Replacement);

/// <summary>A repair that is certain: applying it makes the diagnostic go away and changes nothing else that the file means.</summary>
/// <param name="Title">What it does, as an order: <c>write `image`</c>.</param>
/// <param name="Edits">All of them, or none, are applied.</param>
public sealed record Fix(string Title, params ImmutableArray<Edit> Edits)
{
    /// <summary>
    /// Replaces a word by the one that was meant. Null where none was meant, or where the place does not hold the word as it was written:
    /// behind a variable, or in an escape.
    /// </summary>
    /// <param name="place">Where the word stands: it alone, in quotes, or as the name before the first colon of a short mount.</param>
    /// <param name="written">The word.</param>
    /// <param name="meant">Its replacement.</param>
    public static Fix? Rename(Location place, string written, string? meant)
    {
        if (meant is null || TextAt(place) is not { } text)
        {
            return null;
        }

        var quote = text.Length > 0 && text[0] is '"' or '\'' ? 1 : 0;
        var isWhole = text.Length == written.Length + (2 * quote);
        if (!text.AsSpan(quote).StartsWith(written, StringComparison.Ordinal) || !(isWhole || text.AsSpan(quote + written.Length).StartsWith(":")))
        {
            return null;
        }

        var column = place.Column + quote;
        return new Fix($"write `{meant}`", new Edit(place with { Column = column, EndColumn = column + written.Length }, meant));
    }

    /// <summary>Puts a text in front of a word, inside its quotes. Null where the place does not hold the word as it was written.</summary>
    public static Fix? Prefix(Location place, string written, string prefix) =>
        Rename(place, written, prefix + written);

    /// <summary>
    /// Takes away an entry of a mapping that has its line for itself, with the line; a comment behind it stays. Null for an entry that shares
    /// its line, that has several, or that others may refer to by its anchor.
    /// </summary>
    /// <param name="entry">From the first character of the key to the last of the value.</param>
    /// <param name="name">The key.</param>
    public static Fix? RemoveEntry(Location entry, string name)
    {
        if (TextAt(entry) is not { } text || text.Contains('&') || entry.Excerpt!.Length >= SourceText.MaxExcerpt)
        {
            return null;
        }

        var before = entry.Excerpt[..(entry.Column - 1)];
        var after = entry.Excerpt[(entry.EndColumn - 1)..].TrimStart();
        if (!string.IsNullOrWhiteSpace(before) || (after.Length > 0 && after[0] != '#'))
        {
            return null;
        }

        var place = after.Length == 0
            ? entry with { Column = 1, EndLine = entry.Line + 1, EndColumn = 1 }
            : entry with { EndColumn = entry.Excerpt.IndexOf(after, entry.EndColumn - 1, StringComparison.Ordinal) + 1 };
        return new Fix($"remove `{name}`", new Edit(place, ""));
    }

    // Null for a place of several lines, or one whose line was cut off before its end.
    private static string? TextAt(Location place) =>
        place.EndLine == place.Line && place.Excerpt is { } line && place.Column >= 1 && place.EndColumn >= place.Column && place.EndColumn - 1 <= line.Length
            ? line[(place.Column - 1)..(place.EndColumn - 1)]
            : null;
}
