using System.Globalization;
using System.Text;
using Towpath.Core.Announcements;
using Towpath.Core.Diagnostics;
using Towpath.Core.Environments;

namespace Towpath.Core.Reviews;

/// <summary>The sheet as Markdown, and what is told of it. What people wrote is shown as text, never as Markdown or HTML.</summary>
public static class MarkdownReview
{
    private const int MostTold = 5;
    private const int MostCharacters = 200;

    // Somebody looks four times a minute, and a sheet takes its time.
    private static readonly TimeSpan Late = TimeSpan.FromMinutes(5);

    /// <summary>The whole text.</summary>
    /// <param name="sheet">The sheet.</param>
    /// <param name="due">When it was due; null where somebody asked for it.</param>
    public static string Write(ReviewSheet sheet, DateTimeOffset? due)
    {
        var text = new StringBuilder($"# {MarkdownText.Escape(sheet.Application)}: readiness\n\nAs of {GateWords.Time(sheet.At)}{(due is { } time ? $", due {GateWords.Time(time)}" : "")}.\n");
        foreach (var section in ReviewSection.Of(sheet))
        {
            text.Append($"\n## {section.Title}\n\n");
            if (section.Rows.IsEmpty) text.Append($"{MarkdownText.Escape(section.Otherwise)}\n");
            else if (section.Headings.Length == 1) foreach (var row in section.Rows) text.Append($"- {MarkdownText.Escape(row[0])}\n");
            else MarkdownText.Table(text, section.Headings, section.Rows);
        }

        return text.ToString();
    }

    /// <summary>One sentence for the journal and for chats: how much is open, what first, and what comes next.</summary>
    /// <param name="sheet">The sheet.</param>
    /// <param name="due">When it was due.</param>
    public static string Told(ReviewSheet sheet, DateTimeOffset due)
    {
        var points = ReviewPoints.Of(sheet).ToList();
        var late = sheet.At - due > Late ? $" ({GateWords.Of(sheet.At - due)} late)" : "";
        var text = new StringBuilder($"the readiness sheet of {sheet.Application}, due {GateWords.Time(due)}, is written{late}: ");
        text.Append(points.Count == 0 ? "nothing is open" : string.Create(CultureInfo.InvariantCulture, $"{points.Count} open {(points.Count == 1 ? "point" : "points")}: "));
        text.AppendJoin("; ", points.Take(MostTold).Select(p => CutText.At(p, MostCharacters)));
        if (points.Count > MostTold) text.Append(CultureInfo.InvariantCulture, $"; and {points.Count - MostTold} more");
        foreach (var ahead in sheet.Ahead.Take(MostTold)) text.Append($". {CutText.At($"{ReviewPoints.Of(ahead)}; {ReviewPoints.DueBefore(ahead)}", MostCharacters)}");
        return text.ToString();
    }
}
