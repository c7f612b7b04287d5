namespace Towpath.Cli.Terminal;

/// <summary>Columns as wide as they must be, two blanks between, nothing at line ends: readable, and easy to cut.</summary>
internal sealed class TextTable(params string[] headings)
{
    private readonly List<string[]> _rows = [headings];

    /// <summary>Adds a row with as many cells as there are headings.</summary>
    public void Add(params string[] cells)
    {
        if (cells.Length != headings.Length)
        {
            throw new ArgumentException($"{cells.Length} cells for {headings.Length} headings", nameof(cells));
        }

        _rows.Add([.. cells.Select(Plain.Clean)]);
    }

    /// <summary>Writes headings and rows.</summary>
    public void Write(TextWriter writer)
    {
        var widths = headings.Select((_, column) => _rows.Max(row => row[column].Length)).ToArray();
        foreach (var row in _rows)
        {
            writer.WriteLine(string.Join("  ", row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd());
        }
    }
}
