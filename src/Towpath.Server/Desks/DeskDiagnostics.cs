using Towpath.Core.Diagnostics;

namespace Towpath.Server.Desks;

/// <summary>What the delivery desk refuses beyond gates: TP4040 to TP4049.</summary>
public static class DeskDiagnostics
{
    /// <summary>TP4040: a deployment is to do something, and there is none.</summary>
    public static Diagnostic NothingUnderWay(string environment) => new(
        "TP4040", Severity.Error, $"nothing is on its way into {environment}",
        Notes: ["Only a deployment that has not ended can be paused, taken further or taken back."],
        Help: $"Run `towpath status` to see what runs; `towpath rollback {environment}` goes back to the release before.");

    /// <summary>TP4041: something is to go on that does not stand still.</summary>
    /// <param name="extent">What was to go on.</param>
    /// <param name="wider">What stands still around it, or null for nothing.</param>
    public static Diagnostic NothingStandsStill(string extent, string? wider) => new(
        "TP4041", Severity.Error, $"{extent} does not stand still by itself",
        Notes: wider is null ? [] : [$"A halt of {wider} keeps it from going on."],
        Help: wider is null ? "Run `towpath status` to see what stands still." : "Take that one back: `towpath resume` for the application, `towpath resume --everything` for everything.");

    /// <summary>TP4042: a service that the release does not have.</summary>
    public static Diagnostic UnknownService(string release, string service, IEnumerable<string> known) => new(
        "TP4042", Severity.Error, $"release {release} has no service \"{service}\"",
        Help: $"Its services are {string.Join(", ", known)}.");
}
