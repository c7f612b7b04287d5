using System.Globalization;
using NodaTime;
using Towpath.Core.Environments;

namespace Towpath.Core.Reviews;

/// <summary>What of a sheet somebody has to do something about.</summary>
public static class ReviewPoints
{
    /// <summary>Digits of a commit that people are shown.</summary>
    public const int CommitDigits = 12;

    /// <summary>Open points, each in a sentence part; the next demo and other days ahead are told apart, by <see cref="Of(DaysAhead)"/>.</summary>
    public static IEnumerable<string> Of(ReviewSheet sheet)
    {
        if (sheet.Runs is [{ Failed: { } step } newest, ..]) yield return $"the pipeline of {Beginning(newest.Commit)} failed in {step}";
        if (sheet.Contract is { Found.Length: > 0 } contract) yield return $"{Beginning(contract.Commit)} does not keep the contract: {contract.Found}";
        if (sheet.Agreement is { Missing: [_, ..] missing } agreement) yield return $"{agreement.File} waits for the signature of {string.Join(" and ", missing)}";
        foreach (var environment in sheet.Environments)
        {
            if (environment.StandsStill is { } why) yield return $"{environment.Name} stands still: {why}";
            if (environment.Stability.BudgetLeft is 0) yield return $"{environment.Name} has no error budget left";
            if (environment is { Next: { } next, Waits: [_, ..] waits }) yield return $"{next} is not in {environment.Name}: {string.Join("; ", waits)}";
        }

        foreach (var request in sheet.Requests.Where(r => r.State == RequestState.Open))
            yield return $"the deploy request of {request.Release} for {request.Environment} is not complete";
    }

    /// <summary>Days ahead, in a sentence part.</summary>
    public static string Of(DaysAhead ahead)
    {
        var days = ahead.From == ahead.Until ? Day(ahead.From) : $"{Day(ahead.From)} to {Day(ahead.Until)}";
        var when = ahead.Days switch { 0 => "today", 1 => "tomorrow", _ => string.Create(CultureInfo.InvariantCulture, $"in {ahead.Days} days") };
        return ahead.IsDemo
            ? $"demo {when}: nothing enters {ahead.Environment} on {days}"
            : $"{when}: nothing enters {ahead.Environment} on {days}{(ahead.Reason is { } reason ? $", {reason}" : "")}";
    }

    /// <summary>What must have happened before days ahead, in a sentence part.</summary>
    public static string DueBefore(DaysAhead ahead)
    {
        if (ahead.LastEntry is not { } last) return "no release can enter before";
        var deliver = ahead.DeliverBy is { } by ? $", delivered by {Local(by, ahead.Zone)}" : "";
        return $"the last release enters by {Local(last, ahead.Zone)}{deliver}";
    }

    /// <summary>The beginning of a commit's name.</summary>
    public static string Beginning(string commit) => commit.Length <= CommitDigits ? commit : commit[..CommitDigits];

    private static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static string Local(DateTimeOffset time, string zone) =>
        DateTimeZoneProviders.Tzdb.GetZoneOrNull(zone) is { } known ? GateWords.Local(Instant.FromDateTimeOffset(time), known) : GateWords.Time(time);
}
