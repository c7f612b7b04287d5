using System.Collections.Immutable;
using System.Globalization;
using Towpath.Core.Diagnostics;

namespace Towpath.Core.Environments;

/// <summary>What is wrong with ports of environments: TP4840 to TP4849.</summary>
public static class PortDiagnostics
{
    /// <summary>TP4840: a commit asks for another port than the one that an operator assigned.</summary>
    public static Diagnostic OtherAssigned(Location? place, string environment, int port, PortHolding assigned) => new(
        "TP4840", Severity.Error, string.Create(CultureInfo.InvariantCulture, $"{environment} has the port {assigned.Port}, not {port}"), place, "assigned otherwise",
        Notes: [string.Create(CultureInfo.InvariantCulture, $"{assigned.Actor} assigned {assigned.Port} on {assigned.At.UtcDateTime:yyyy-MM-dd}.")],
        Help: string.Create(CultureInfo.InvariantCulture, $"Take `port:` out, or have an operator assign it: `towpath port assign {environment} {port}`."));

    /// <summary>TP4841: another environment has the port.</summary>
    public static Diagnostic Taken(Location? place, int port, string environment, ImmutableArray<int> free) => new(
        "TP4841", Severity.Error, string.Create(CultureInfo.InvariantCulture, $"the port {port} is another environment's"), place, "taken",
        Notes: ["Gateways of all applications share this machine's ports. `towpath port list` shows those of the applications that you may see."],
        Help: Proposal(environment, free));

    /// <summary>TP4842: operators assign ports here, and none assigned this one.</summary>
    public static Diagnostic NotAssigned(Location? place, int port, string environment, ImmutableArray<int> free) => new(
        "TP4842", Severity.Error, string.Create(CultureInfo.InvariantCulture, $"nobody assigned the port {port} to {environment}"), place, "not assigned",
        Notes: ["Operators assign ports on this control plane."],
        Help: string.Create(CultureInfo.InvariantCulture, $"Have an operator say `towpath port assign {environment} {port}`. {Proposal(environment, free)}"));

    /// <summary>TP4843: no port is free in the range.</summary>
    public static Diagnostic NoneFree(int first, int last) => new(
        "TP4843", Severity.Error, string.Create(CultureInfo.InvariantCulture, $"no port from {first} to {last} is free"),
        Help: "Widen `ports: { range }` in server.yaml, take back what nobody needs with `towpath port free`, or remove an application.");

    private static string Proposal(string environment, ImmutableArray<int> free) => free.IsEmpty
        ? "Use another one."
        : $"Free are {string.Join(", ", free.Select(p => p.ToString(CultureInfo.InvariantCulture)))}; without `port:` Towpath chooses one for {environment} and keeps it.";
}
