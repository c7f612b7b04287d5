using System.Globalization;
using Towpath.Core.Diagnostics;

namespace Towpath.Core.Applications;

/// <summary>TP20xx, first part: <c>towpath.yaml</c> and its environments.</summary>
public static class LadderDiagnostics
{
    /// <summary>There is no <c>towpath.yaml</c>: defaults hold.</summary>
    public static Diagnostic NoLadder(string application, EnvironmentSpec environment) => new(
        "TP2001",
        Severity.Note,
        $"there is no towpath.yaml: the application is called `{application}` and has one environment, `{environment.Name}`",
        Notes: environment.Port is { } port ? [string.Create(CultureInfo.InvariantCulture, $"it answers on {environment.Address}:{port}, the port that the Compose file publishes")] : [],
        Help: "add a towpath.yaml with `application:` and `environments:` to name more");

    /// <summary>No environments are declared.</summary>
    public static Diagnostic NoEnvironments(Location place) => new(
        "TP2002",
        Severity.Error,
        "there is no environment to deploy to",
        place,
        Help: "add `environments:` with at least one name, lowest first");

    /// <summary>Two environments with one port.</summary>
    public static Diagnostic SamePort(Location place, int port, string other) => new(
        "TP2003",
        Severity.Error,
        $"the port {port} is taken by the environment `{other}`",
        place,
        "taken",
        Notes: ["environments run side by side on one machine, each behind its own gateway"],
        Help: "give each environment its own port");

    /// <summary>A gate that nobody knows.</summary>
    public static Diagnostic UnknownGate(Location place, string gate, IEnumerable<string> known) => new(
        "TP2004",
        Severity.Error,
        $"there is no gate `{gate}`",
        place,
        "not known",
        Help: Suggest.Nearest(gate, known) is { } near ? $"did you mean `{near}`?" : $"the gates are {string.Join(", ", known)}",
        Fix: Fix.Rename(place, gate, Suggest.Only(gate, known)));

    /// <summary>A confirmation without roles.</summary>
    public static Diagnostic NoRoles(Location place) => new(
        "TP2007",
        Severity.Error,
        "a confirmation needs at least one role",
        place,
        Help: "write `confirmation: { roles: [ops] }`");

    /// <summary>A probe whose path is no path.</summary>
    public static Diagnostic BadProbePath(Location place, string path) => new(
        "TP2008",
        Severity.Error,
        $"a probe asks for a path at the gateway, but this is `{path}`",
        place,
        Help: "begin it with `/` and leave host and port out: each environment has its own",
        Fix: PathFix.LeadingSlash(place, path));

    /// <summary>An address to listen on that is none.</summary>
    public static Diagnostic BadAddress(Location place, string address) => new(
        "TP2009",
        Severity.Error,
        $"`{address}` is no IP address",
        place,
        Help: "write 127.0.0.1 for this machine only, or 0.0.0.0 for all its addresses");
}
