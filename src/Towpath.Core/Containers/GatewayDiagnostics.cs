using System.Globalization;
using Towpath.Core.Diagnostics;

namespace Towpath.Core.Containers;

/// <summary>What can go wrong with the gateway of an environment: TP55xx.</summary>
public static class GatewayDiagnostics
{
    /// <summary>HAProxy does not accept the configuration; what runs is untouched.</summary>
    public static Diagnostic ConfigurationRefused(string gateway, string output) => new(
        "TP5501",
        Severity.Error,
        $"HAProxy refuses the configuration of gateway {gateway}",
        Notes: [$"HAProxy says: {Shorten(output)}.", "The configuration before it is still in use, so requests are not touched."],
        Help: "Report this as a fault of Towpath, with the configuration from the gateway's folder.");

    /// <summary>The published port is in use on the host.</summary>
    public static Diagnostic PortTaken(string gateway, string address, int port, Location? location = null) => new(
        "TP5502",
        Severity.Error,
        $"Port {Text(port)} on {address} is taken, so gateway {gateway} can't start",
        location,
        "this port is in use by another program",
        Notes: ["The gateway is the only public entry of its environment and needs the port to itself."],
        Help: $"Find the program with `ss -ltnp 'sport = :{Text(port)}'` and stop it, or give the environment another `port` in towpath.yaml.");

    /// <summary>A replica that the gateway was told of did not become usable.</summary>
    public static Diagnostic ServerNotUp(string service, string server, string address, string lastCheck, TimeSpan waited) => new(
        "TP5503",
        Severity.Error,
        $"The gateway does not reach replica {server} of service {service}",
        Notes:
        [
            $"It checked {address} for {Text(waited.TotalSeconds)} s; the last result was {lastCheck}.",
            "No request was sent to it; the replicas before it still serve.",
        ],
        Help: $"Look at `towpath logs {service}`. The service must listen on all addresses (0.0.0.0), not only on 127.0.0.1.");

    /// <summary>Code of <see cref="NotAnswering"/>: a state that may pass by itself.</summary>
    public const string NotAnsweringCode = "TP5504";

    /// <summary>The gateway's container runs but HAProxy in it does not answer.</summary>
    public static Diagnostic NotAnswering(string socket, string reason) => new(
        NotAnsweringCode,
        Severity.Error,
        "The gateway does not answer on its command socket",
        Notes: [$"The socket is {socket}.", $"The system says: {reason}."],
        Help: "Towpath starts the gateway again by itself at the next deployment; run `towpath doctor` if that does not help.");

    /// <summary>A reload was asked for, and the new worker did not take over.</summary>
    public static Diagnostic ReloadFailed(string gateway, TimeSpan waited) => new(
        "TP5505",
        Severity.Error,
        $"Gateway {gateway} did not take over its new configuration",
        Notes: [$"It was given {Text(waited.TotalSeconds)} s.", "The worker before it still serves with the old routes."],
        Help: "Look at the last lines of the gateway's container; memory or file descriptors may have run out.");

    /// <summary>A service's port is one that the gateway keeps for itself.</summary>
    public static Diagnostic PortReserved(string service, int port, Location? location) => new(
        "TP5506",
        Severity.Error,
        $"Service {service} uses port {Text(port)}, which the gateway keeps for itself",
        location,
        "reserved port",
        Notes: ["The gateway listens on every service's port, so that other services reach it under its own name and port."],
        Help: $"Let the service listen on another port than {Text(GatewayPorts.Public)} and {Text(GatewayPorts.Metrics)}.");

    /// <summary>The gateway's process ended right after its start.</summary>
    public static Diagnostic EndedAtOnce(string gateway, int exitCode, string lastLines) => new(
        "TP5507",
        Severity.Error,
        $"Gateway {gateway} ended right after its start with exit code {Text(exitCode)}",
        Notes: [$"Its last lines: {Shorten(lastLines)}."],
        Help: "Check that the gateway's image holds HAProxy 2.6 or newer with Lua, and that its folder can be mounted.");

    /// <summary>The folder's path leaves no room for a socket's name.</summary>
    public static Diagnostic FolderTooLong(string folder, int longest) => new(
        "TP5508",
        Severity.Error,
        "The path of the gateway's folder is too long for a socket in it",
        Notes: [$"The folder is {folder}.", $"A socket's path may have {Text(longest)} bytes."],
        Help: "Set XDG_STATE_HOME to a folder with a shorter path.");

    /// <summary>The gateway holds another weight than the one that it was given.</summary>
    public static Diagnostic WeightNotTaken(string service, string server, int wanted, int found) => new(
        "TP5509",
        Severity.Error,
        $"The gateway does not share the requests of service {service} as it was told",
        Notes: [$"Replica {server} was given weight {Text(wanted)} and has {Text(found)}."],
        Help: "Somebody else may be changing weights on the gateway's socket; Towpath tries again by itself.");

    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Text(double value) => value.ToString("0.#", CultureInfo.InvariantCulture);

    private static string Shorten(string text)
    {
        var line = string.Join("; ", text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)).TrimEnd('.');
        return line.Length <= 600 ? line : line[..600] + "…";
    }
}
