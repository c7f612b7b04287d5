using System.Collections.Immutable;
using System.Globalization;
using Towpath.Core.Diagnostics;
using Towpath.Core.Environments;

namespace Towpath.Core.Reviews;

/// <summary>A part of the sheet as people read it, whatever it is written on.</summary>
/// <param name="Title">Its title.</param>
/// <param name="Headings">Headings of its table.</param>
/// <param name="Rows">Rows of its table, each with as many cells.</param>
/// <param name="Otherwise">What stands in place of a table without rows.</param>
public sealed record ReviewSection(string Title, ImmutableArray<string> Headings, ImmutableArray<ImmutableArray<string>> Rows, string Otherwise)
{
    private const string None = "-";

    /// <summary>The whole sheet: first what is open, then what is due, then how things stand.</summary>
    public static ImmutableArray<ReviewSection> Of(ReviewSheet sheet) =>
    [
        new("Open points", ["What"], [.. ReviewPoints.Of(sheet).Select(p => ImmutableArray.Create(p))], "Nothing is open."),
        new("Days ahead", ["When", "Due before"], [.. sheet.Ahead.Select(a => ImmutableArray.Create(ReviewPoints.Of(a), ReviewPoints.DueBefore(a)))], "No window names days ahead on which nothing enters."),
        new("Environments", ["Environment", "Release", "Since", "Next", "Waits for"], [.. sheet.Environments.Select(Row)], "There is none."),
        new(
            string.Create(CultureInfo.InvariantCulture, $"Stability in {Stability.Days} days"),
            ["Environment", "Came in", "Taken back", "Refused", "Frozen", "Returned", "Budget left", "Stands still"], [.. sheet.Environments.Select(StabilityRow)], "There is none."),
        new("Pipelines", ["Commit", "Subject", "Run", "State", "When", "Release"], [.. sheet.Runs.Select(Row)], "Nothing was shipped."),
        new("Contract", ["Severity", "Code", "What", "Where"], [.. (sheet.Contract?.Open ?? []).Select(Row)], Contract(sheet.Contract)),
        new("Deploy requests", ["Environment", "Release", "State", "Missing", "Blocked since"], [.. sheet.Requests.Select(Row)], "No request is under way."),
        new("Agreement", ["Text", "Release", "Hash", "Waits for"], sheet.Agreement is { } agreement ? [Row(agreement)] : [], "The newest release brings none."),
    ];

    private static string Contract(ReviewedContract? contract) => contract switch
    {
        null => "No run says whether it is kept.",
        { Found: "" } => $"Nothing was found in {ReviewPoints.Beginning(contract.Commit)}.",
        _ => $"Found in {ReviewPoints.Beginning(contract.Commit)}: {contract.Found}.",
    };

    private static ImmutableArray<string> Row(ReviewedEnvironment e) =>
        [e.Name, e.Release ?? None, Time(e.Since), e.Next ?? None, e.Next is null ? None : e.Waits.Count == 0 ? "nothing" : string.Join("; ", e.Waits)];

    private static ImmutableArray<string> StabilityRow(ReviewedEnvironment e) =>
    [
        e.Name, Count(e.Stability.Succeeded), Count(e.Stability.TakenBack), Count(e.Stability.Refused), Count(e.Stability.Frozen), Count(e.Stability.Returned),
        e.Stability.BudgetLeft is { } left ? GateWords.Share(left) : None, e.StandsStill ?? None,
    ];

    private static ImmutableArray<string> Row(ReviewedRun r) =>
        [ReviewPoints.Beginning(r.Commit), r.Subject, r.Run, r.Failed is { } step ? $"{r.State} in {step}" : r.State, Time(r.At), r.Release ?? None];

    private static ImmutableArray<string> Row(ReviewedFinding f) => [f.Severity == Severity.Error ? "error" : "warning", f.Code, f.Text, f.Place ?? None];

    private static ImmutableArray<string> Row(ReviewedRequest r) =>
        [r.Environment, r.Release, r.State.ToString().ToLowerInvariant(), r.Missing.Count == 0 ? "nothing" : string.Join("; ", r.Missing), Time(r.BlockedSince)];

    private static ImmutableArray<string> Row(ReviewedAgreement a) =>
        [a.File, a.Release, a.Hash.Length <= ReviewPoints.CommitDigits ? a.Hash : a.Hash[..ReviewPoints.CommitDigits], a.Missing.Count == 0 ? "nobody" : string.Join(", ", a.Missing)];

    private static string Time(DateTimeOffset? time) => time is { } known ? GateWords.Time(known) : None;

    private static string Count(int count) => count.ToString(CultureInfo.InvariantCulture);
}
