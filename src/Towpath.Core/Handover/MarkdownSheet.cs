using System.Collections.Immutable;
using System.Text;
using Towpath.Core.Diagnostics;

namespace Towpath.Core.Handover;

/// <summary>The sheet as Markdown, for a repository or a merge request.</summary>
public static class MarkdownSheet
{
    /// <summary>The whole text. Whatever stands in the application's files is shown as text, never as Markdown or HTML.</summary>
    public static string Write(HandoverSheet sheet)
    {
        var text = new StringBuilder();
        text.Append($"# {Escape(sheet.Application)}: what Dev hands to Ops\n");
        text.Append("\n## Open points\n\n");
        if (sheet.Open.IsEmpty)
        {
            text.Append("None.\n");
        }

        foreach (var side in sheet.Open.GroupBy(point => point.Side))
        {
            text.Append($"{(side.Key == sheet.Open[0].Side ? "" : "\n")}**{SheetWords.Of(side.Key)}**\n\n");
            foreach (var point in side)
            {
                text.Append($"- {SheetWords.Of(point.Severity)} {point.Code}: {Escape(point.Text)}{(point.Place is { } place ? $" ({Escape(place)})" : "")}\n");
            }
        }

        text.Append(sheet.RulesOff.IsEmpty ? "" : $"\nRules of the contract that are off: {string.Join(", ", sheet.RulesOff.Select(Escape))}.\n");
        if (sheet.Delivery is { } delivery)
        {
            text.Append($"\n## Last delivery\n\n{Escape(SheetWords.Of(delivery))}\n\n");
            MarkdownText.Table(text, SheetWords.CheckHeadings, SheetWords.Rows(delivery));
        }

        text.Append("\n## Services\n");
        foreach (var service in sheet.Services)
        {
            text.Append($"\n### {Escape(service.Name)}\n\n");
            MarkdownText.Table(text, ["", ""], service.Facts.Select(Row));
            if (!service.Variables.IsEmpty)
            {
                text.Append('\n');
                MarkdownText.Table(text, SheetWords.VariableHeadings, service.Variables.Select(SheetWords.Row));
            }
        }

        text.Append("\n## Environments\n");
        foreach (var environment in sheet.Environments)
        {
            text.Append($"\n### {Escape(environment.Name)}\n\n");
            MarkdownText.Table(text, ["", ""], environment.Facts.Select(Row));
        }

        if (!sheet.Secrets.IsEmpty)
        {
            text.Append("\n## Secrets\n\n");
            MarkdownText.Table(text, SheetWords.SecretHeadings, sheet.Secrets.Select(SheetWords.Row));
        }

        return text.ToString();
    }

    private static ImmutableArray<string> Row(SheetFact fact) => [fact.Name, fact.Value ?? SheetWords.Missing];

    private static string Escape(string text) => MarkdownText.Escape(text);
}
