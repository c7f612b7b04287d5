namespace Towpath.Core.Diagnostics;

/// <summary>The line ends of a text.</summary>
public static class LineEnds
{
    /// <summary>The line end that a text uses: that of its first line, and a line feed where it has one line.</summary>
    public static string Of(string text)
    {
        var end = text.AsSpan().IndexOfAny('\r', '\n');
        return end < 0 || text[end] == '\n' ? "\n" : end + 1 < text.Length && text[end + 1] == '\n' ? "\r\n" : "\r";
    }
}
