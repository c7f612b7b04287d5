using System.Globalization;
using Towpath.Core.Applications;

namespace Towpath.Core.Handover;

/// <summary>What must hold before a release enters an environment, in words for both sides.</summary>
internal static class GateFacts
{
    private static readonly DayOfWeek[] Week =
        [DayOfWeek.Monday, DayOfWeek.Tuesday, DayOfWeek.Wednesday, DayOfWeek.Thursday, DayOfWeek.Friday, DayOfWeek.Saturday, DayOfWeek.Sunday];

    /// <summary>One sentence part for each gate.</summary>
    public static IEnumerable<string> Of(GateSpecs gates, bool isLowest)
    {
        yield return "the pipeline is green and nobody rejected the release";
        if (!isLowest) yield return "it runs in the environment below" + (gates.Soak > TimeSpan.Zero ? $", for {ServiceFacts.Time(gates.Soak)}" : "");
        if (gates.Verification) yield return "its verification below passed";
        if (gates.Contract) yield return "its commit keeps the contract";
        if (gates.Ci is { } ci) yield return $"its commit was green in {(ci.System is { } system ? system.ToString() : "CI")} too";
        if (gates.Agreement is { } agreement) yield return $"its agreement is signed by {string.Join(" and ", agreement.Sides)}";
        if (gates.Request) yield return "a complete deploy request";
        if (gates.Confirmation is { } confirmation) yield return Of(confirmation);
        if (gates.Window is { } window) yield return Of(window);
        if (gates.Lead is { } lead) yield return $"its images are delivered {(gates.LeadFrom == DeliveryKind.Final ? "for good " : "")}{ServiceFacts.Time(lead)} ahead";
        if (gates.Delivery is { } delivery) yield return $"the validation of its delivery shows no failure{(delivery.Final ? ", and it is delivered for good" : "")}";
        if (gates.Budget is { } budget) yield return $"{Share(budget)} of the error budget is left";
        if (gates.Vulnerabilities is { } vulnerabilities) yield return $"no known vulnerability of severity {vulnerabilities.Severity.ToString().ToLowerInvariant()} or worse";
        if (gates.Image is { } image) yield return $"its images are {string.Join(", ", Of(image))}";
    }

    private static string Of(ConfirmationSpec confirmation) =>
        $"a yes of {string.Join(" and ", confirmation.Roles)}"
        + (confirmation.Distinct ? ", by different people" : "")
        + (confirmation.NotAuthor ? ", not by its author" : "")
        + (confirmation.ValidFor is { } time ? $", not older than {ServiceFacts.Time(time)}" : "");

    private static string Of(WindowSpec window) => string.Create(
        CultureInfo.InvariantCulture,
        $"it is {string.Join(", ", Week.Where(d => window.Days.Contains(d)).Select(d => d.ToString()[..3]))} from {window.From:HH\\:mm} to {window.Until:HH\\:mm} in {window.Zone}{DaysOff(window)}");

    private static string DaysOff(WindowSpec window)
    {
        var once = window.Freezes.Select(f => Days($"{f.First:yyyy-MM-dd}", $"{f.Last:yyyy-MM-dd}"));
        var yearly = window.Yearly.Select(f => $"{Days($"{f.First.Month:00}-{f.First.Day:00}", $"{f.Last.Month:00}-{f.Last.Day:00}")} of each year");
        var all = string.Join(", ", once.Concat(yearly));
        return all.Length == 0 ? "" : $", but not on {all}";
    }

    private static string Days(FormattableString first, FormattableString last) =>
        FormattableString.Invariant(first) is var begin && FormattableString.Invariant(last) is var end && begin == end ? begin : $"{begin} to {end}";

    private static IEnumerable<string> Of(ImageGateSpec image)
    {
        yield return "those that were built";
        if (image.MostBytes is { } bytes) yield return string.Create(CultureInfo.InvariantCulture, $"at most {bytes / 1_000_000} MB");
        if (image.NonRoot) yield return "not run as root";
        if (image.HasSignature) yield return "signed";
    }

    /// <summary>A share as a percentage.</summary>
    public static string Share(double share) => string.Create(CultureInfo.InvariantCulture, $"{share * 100:0.###} %");
}
