using System.Collections.Immutable;
using System.Net;
using System.Text;

namespace Towpath.Core.Handover;

/// <summary>The sheet as one HTML file that needs nothing else: for a browser in light and dark, and for paper.</summary>
public static class HtmlSheet
{
    private const string Style = """
        :root { color-scheme: light dark; --line: #8884; --soft: #8881; --bad: #c33; --warn: #a70; }
        body { font: 15px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
        h1, h2, h3 { line-height: 1.2; } h2 { border-bottom: 1px solid var(--line); padding-bottom: .2rem; margin-top: 2.5rem; }
        table { border-collapse: collapse; width: 100%; margin: .5rem 0 1rem; }
        th, td { text-align: left; vertical-align: top; padding: .25rem .6rem; border-bottom: 1px solid var(--line); overflow-wrap: anywhere; }
        thead th { background: var(--soft); } tbody th { width: 12rem; font-weight: 600; }
        .missing { color: var(--warn); font-style: italic; } .error b { color: var(--bad); } .warning b { color: var(--warn); }
        li { margin: .2rem 0; } small { opacity: .75; }
        @media print { body { margin: 0; max-width: none; font-size: 11px; } section { break-inside: avoid; } }
        """;

    /// <summary>The whole file. Whatever stands in the application's files is shown as text, never as HTML.</summary>
    public static string Write(HandoverSheet sheet)
    {
        var html = new StringBuilder();
        var title = $"{Escape(sheet.Application)}: what Dev hands to Ops";
        html.Append($"<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width\">\n<title>{title}</title>\n");
        html.Append($"<style>\n{Style}\n</style>\n</head>\n<body>\n<h1>{title}</h1>\n<h2>Open points</h2>\n");
        Open(html, sheet);
        html.Append(sheet.RulesOff.IsEmpty ? "" : $"<p>Rules of the contract that are off: {Escape(string.Join(", ", sheet.RulesOff))}.</p>\n");
        if (sheet.Delivery is { } delivery)
        {
            html.Append($"<h2>Last delivery</h2>\n<p>{Escape(SheetWords.Of(delivery))}</p>\n");
            Table(html, SheetWords.CheckHeadings, SheetWords.Rows(delivery));
        }

        html.Append("<h2>Services</h2>\n");
        foreach (var service in sheet.Services)
        {
            html.Append($"<section>\n<h3>{Escape(service.Name)}</h3>\n");
            Facts(html, service.Facts);
            Table(html, SheetWords.VariableHeadings, [.. service.Variables.Select(SheetWords.Row)]);
            html.Append("</section>\n");
        }

        html.Append("<h2>Environments</h2>\n");
        foreach (var environment in sheet.Environments)
        {
            html.Append($"<section>\n<h3>{Escape(environment.Name)}</h3>\n");
            Facts(html, environment.Facts);
            html.Append("</section>\n");
        }

        html.Append(sheet.Secrets.IsEmpty ? "" : "<h2>Secrets</h2>\n");
        Table(html, SheetWords.SecretHeadings, [.. sheet.Secrets.Select(SheetWords.Row)]);
        return html.Append("</body>\n</html>\n").ToString();
    }

    private static void Open(StringBuilder html, HandoverSheet sheet)
    {
        html.Append(sheet.Open.IsEmpty ? "<p>None.</p>\n" : "");
        foreach (var side in sheet.Open.GroupBy(point => point.Side))
        {
            html.Append($"<h3>{SheetWords.Of(side.Key)}</h3>\n<ul>\n");
            foreach (var point in side)
            {
                var word = SheetWords.Of(point.Severity);
                html.Append($"<li class=\"{word}\"><b>{word} {Escape(point.Code)}</b> {Escape(point.Text)}");
                html.Append(point.Place is { } place ? $" <small>{Escape(place)}</small>" : "");
                html.Append(point.Help is { } help ? $"<br><small>{Escape(help)}</small></li>\n" : "</li>\n");
            }

            html.Append("</ul>\n");
        }
    }

    private static void Facts(StringBuilder html, ImmutableArray<SheetFact> facts)
    {
        html.Append("<table>\n<tbody>\n");
        foreach (var fact in facts)
        {
            html.Append($"<tr><th scope=\"row\">{Escape(fact.Name)}</th><td{(fact.Value is null ? " class=\"missing\"" : "")}>{Escape(fact.Value ?? SheetWords.Missing)}</td></tr>\n");
        }

        html.Append("</tbody>\n</table>\n");
    }

    private static void Table(StringBuilder html, ImmutableArray<string> headings, ImmutableArray<ImmutableArray<string>> rows)
    {
        if (rows.IsEmpty)
        {
            return;
        }

        html.Append($"<table>\n<thead><tr>{string.Concat(headings.Select(h => $"<th scope=\"col\">{Escape(h)}</th>"))}</tr></thead>\n<tbody>\n");
        foreach (var row in rows)
        {
            html.Append($"<tr>{string.Concat(row.Select(cell => $"<td>{Escape(cell)}</td>"))}</tr>\n");
        }

        html.Append("</tbody>\n</table>\n");
    }

    private static string Escape(string text) => WebUtility.HtmlEncode(string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c)));
}
