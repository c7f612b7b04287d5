namespace Towpath.Core.Diagnostics;

/// <summary>The text of one file with an index of its lines, so that a position becomes a <see cref="Location"/>.</summary>
public sealed class SourceText
{
    /// <summary>Most characters of a line that an excerpt shows.</summary>
    public const int MaxExcerpt = 400;

    private readonly List<int> _lineStarts = [0];

    /// <summary>Indexes the lines; any of LF, CRLF and CR ends one.</summary>
    /// <param name="path">Path relative to the folder of the Compose file, with forward slashes.</param>
    /// <param name="text">The whole text.</param>
    public SourceText(string path, string text)
    {
        Path = path;
        Text = text;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\n' || (text[i] == '\r' && (i + 1 == text.Length || text[i + 1] != '\n')))
            {
                _lineStarts.Add(i + 1);
            }
        }
    }

    /// <summary>Path relative to the folder of the Compose file.</summary>
    public string Path { get; }

    /// <summary>The whole text.</summary>
    public string Text { get; }

    /// <summary>Number of lines; a last line feed begins one more.</summary>
    public int Lines => _lineStarts.Count;

    /// <summary>Number of lines; a line end at the end of the text begins one more.</summary>
    public int LineCount => _lineStarts.Count;

    /// <summary>The place of a whole line.</summary>
    /// <param name="line">From 1.</param>
    public Location WholeLine(int line) => Locate(line, 1, line, Line(line).Length + 1);

    /// <summary>The text of a line without its end; empty for a line that is not there.</summary>
    /// <param name="line">From 1.</param>
    public string Line(int line) => Line(line, int.MaxValue);

    /// <summary>The place of a span with its excerpt. Lines and columns count from 1; the end is exclusive.</summary>
    public Location Locate(int line, int column, int endLine, int endColumn) =>
        new(Path, line, column, endLine, endColumn, Line(line, MaxExcerpt));

    // Only what is shown is copied: a file may be one line of megabytes with thousands of places in it.
    private string Line(int line, int most)
    {
        if (line < 1 || line > _lineStarts.Count)
        {
            return "";
        }

        var start = _lineStarts[line - 1];
        var end = line < _lineStarts.Count ? _lineStarts[line] : Text.Length;
        return Text.AsSpan(start, Math.Min(end - start, most)).TrimEnd("\r\n").ToString();
    }

    /// <summary>The place of a run of characters.</summary>
    /// <param name="offset">Index of the first character in <see cref="Text"/>.</param>
    /// <param name="length">Number of characters; 0 is shown as one.</param>
    public Location LocateOffset(int offset, int length)
    {
        var (line, column) = Position(offset);
        var (endLine, endColumn) = Position(offset + Math.Max(length, 1));
        return Locate(line, column, endLine, endColumn);
    }

    /// <summary>Index in <see cref="Text"/> of a line and column, clamped to the text.</summary>
    public int Offset(int line, int column) =>
        line < 1 || line > _lineStarts.Count ? Text.Length : Math.Min(_lineStarts[line - 1] + Math.Max(column, 1) - 1, Text.Length);

    private (int Line, int Column) Position(int offset)
    {
        var index = _lineStarts.BinarySearch(offset);
        var line = index >= 0 ? index : ~index - 1;
        return (line + 1, offset - _lineStarts[line] + 1);
    }
}
