using System.CommandLine;
using System.Globalization;
using Towpath.Core.Diagnostics;
using Towpath.Core.Journal;
using Towpath.Server.Api;

namespace Towpath.Cli.Commands;

/// <summary><c>towpath audit export</c>.</summary>
internal sealed class AuditExportVerb : Verb
{
    private const string Markdown = "markdown";
    private const string Csv = "csv";
    private readonly Option<string?> _from = Day("--from", "First day, in UTC (default: the journal's first).");
    private readonly Option<string?> _to = Day("--to", "Last day, in UTC (default: today).");
    private readonly Option<string> _format = new("--format") { Description = "Form of the document; JSON by --output json, a fact on each line.", DefaultValueFactory = _ => Markdown, HelpName = "markdown|csv" };

    /// <summary>Declares it.</summary>
    public AuditExportVerb()
        : base(
            "export",
            "Prints what happened in a period: who, what, when, why, on which evidence. Of one application with --app, else of all.",
            "audit export --from 2026-11-01 --to 2026-11-30 > november.md",
            "audit export --app shop --format csv",
            "audit export --output json")
    {
        _format.AcceptOnlyFromAmong(Markdown, Csv);
        Options.Add(_from);
        Options.Add(_to);
        Options.Add(_format);
    }

    /// <inheritdoc/>
    public override async Task<ExitCode> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var arguments = invocation.Arguments;
        var application = arguments.GetValue(invocation.Options.App);
        var from = DayOf(arguments.GetValue(_from)) ?? DateTimeOffset.MinValue;
        var end = DayOf(arguments.GetValue(_to))?.AddDays(1) ?? DateTimeOffset.MaxValue;
        var plane = await invocation.ConnectAsync(cancellationToken);
        var audit = await plane.AuditAsync(null, cancellationToken);
        var isCsv = arguments.GetValue(_format) == Csv;
        if (invocation.Output == GlobalOptions.TextOutput)
        {
            var period = $"{application ?? "All applications"}, {arguments.GetValue(_from) ?? "from the beginning"} to {arguments.GetValue(_to) ?? "now"}";
            invocation.Surroundings.Out.WriteLine(isCsv ? AuditReport.CsvHead : AuditReport.MarkdownHead(period, audit.Seal));
        }

        await foreach (var fact in plane.JournalAsync(application, 0, follow: false, cancellationToken))
        {
            if (fact.At >= from && fact.At < end)
            {
                invocation.Terminal.Line(fact, isCsv ? AuditReport.Csv(fact) : AuditReport.Markdown(fact));
            }
        }

        return End(invocation, audit);
    }

    /// <summary>What is in the journal is shown whatever state it is in; that it was altered is said too.</summary>
    private static ExitCode End(Invocation invocation, AuditAnswer audit)
    {
        if (audit.Broken is not { } broken)
        {
            return ExitCode.Success;
        }

        invocation.Terminal.Report([broken]);
        return ExitCode.Tampered;
    }

    private static Option<string?> Day(string name, string description)
    {
        var option = new Option<string?>(name) { Description = description, HelpName = "YYYY-MM-DD" };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && DayOf(result.Tokens[0].Value) is null)
            {
                result.AddError($"{name} is a day such as 2026-11-28");
            }
        });
        return option;
    }

    private static DateTimeOffset? DayOf(string? text) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            ? new DateTimeOffset(day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero)
            : null;
}
