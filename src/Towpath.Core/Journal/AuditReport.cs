using System.Globalization;
using Towpath.Core.Diagnostics;

namespace Towpath.Core.Journal;

/// <summary>Facts as a document for people who have to know who did what, when, why and on which evidence.</summary>
public static class AuditReport
{
    private static readonly string[] Columns = ["number", "when", "who", "what", "application", "environment", "release", "about", "text", "evidence"];

    /// <summary>The first line of the CSV form (RFC 4180).</summary>
    public static string CsvHead { get; } = string.Join(',', Columns);

    /// <summary>The first lines of the Markdown form.</summary>
    /// <param name="period">Which facts it is about, in words.</param>
    /// <param name="seal">The journal's last seal, as <c>NUMBER:SEAL</c>.</param>
    public static string MarkdownHead(string period, string seal) =>
        $"# Audit trail\n\n{period}. Seal of the journal: `{seal}`.\n\n| {string.Join(" | ", Columns)} |\n|{string.Concat(Columns.Select(_ => "---|"))}";

    /// <summary>One line of the CSV form, without its end.</summary>
    public static string Csv(Fact fact) => string.Join(',', Cells(fact).Select(CsvCell));

    /// <summary>One row of the Markdown form, without its end.</summary>
    public static string Markdown(Fact fact) => $"| {string.Join(" | ", Cells(fact).Select(MarkdownText.Escape))} |";

    private static string[] Cells(Fact fact) =>
    [
        fact.Sequence.ToString(CultureInfo.InvariantCulture),
        fact.At.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture),
        fact.Actor ?? "towpath",
        fact.Kind,
        fact.Application,
        fact.Environment ?? "",
        fact.Release ?? "",
        string.Join(' ', new[] { fact.Run, fact.Deployment, fact.Service, fact.Step }.OfType<string>()),
        fact.Text,
        string.Join("; ", Evidence(fact)),
    ];

    private static IEnumerable<string> Evidence(Fact fact)
    {
        if (fact.Role is { } role) yield return $"as {role}";
        if (fact.Covers is { } covers) yield return $"covers {covers}";
        if (fact.Share is { } share) yield return string.Create(CultureInfo.InvariantCulture, $"{share} % of the requests");
        if (fact.Duration is { } took) yield return string.Create(CultureInfo.InvariantCulture, $"took {took.TotalSeconds:0.0} s");
        if (fact.Diagnostic is { } diagnostic) yield return $"{diagnostic.Code}: {string.Join(' ', [diagnostic.Headline + ".", .. diagnostic.Notes])}";
    }

    /// <summary>A spreadsheet takes a cell that begins so for a formula, and would run what somebody wrote into a reason.</summary>
    private static string CsvCell(string text)
    {
        if (text is ['=' or '+' or '-' or '@' or '\t' or '\r', ..]) text = "'" + text;
        return text.AsSpan().IndexOfAny("\",\r\n") < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }
}
