using System.Collections.Immutable;
using Towpath.Core.Diagnostics;

namespace Towpath.Core.Containers;

/// <summary>Diagnostics of the container engine and the machine it runs on: TP6001 to TP6099.</summary>
public static class EngineDiagnostics
{
    /// <summary>Neither a running Docker nor Podman.</summary>
    public static Diagnostic PodmanAbsent() => Error(
        "TP6001",
        "No container engine is installed",
        ["Docker does not run on this machine, and the program podman is not there."],
        "Install Podman with `apt-get install -y --no-install-recommends podman`, or run `towpath doctor`.");

    /// <summary>Nothing answers on the socket that was named.</summary>
    public static Diagnostic EngineDoesNotAnswer(string socket) => Error(
        "TP6002",
        $"No container engine answers on {socket}",
        ["The socket is not there, or what listens on it does not speak the Docker-compatible API."],
        "Check the path given with --engine, and that the engine behind it runs.");

    /// <summary>The engine's storage is full.</summary>
    public static Diagnostic DiskFull(string subject, string words, Location? location = null) => Error(
        "TP6003",
        $"The container engine's disk is full while {subject}",
        [Said(words)],
        "Free space in the engine's storage (`towpath doctor` shows where it is), then try again; nothing that ran was touched.",
        location);

    /// <summary>A registry did not give an image.</summary>
    public static Diagnostic ImageUnavailable(string subject, string words, Location? location = null) => Error(
        "TP6004",
        $"An image can't be pulled while {subject}",
        [Said(words)],
        "Check the image's name and the network. Without a registry, load or import the image into the engine under that name.",
        location);

    /// <summary>A host port is in use.</summary>
    public static Diagnostic PortTaken(string subject, string words, Location? location = null) => Error(
        "TP6005",
        $"A port of this machine is taken while {subject}",
        [Said(words)],
        "Find the holder with `ss -ltnp`, end it, or publish another port.",
        location);

    /// <summary>Docker was asked for and does not run.</summary>
    public static Diagnostic DockerDoesNotRun(string socket) => Error(
        "TP6006",
        "Docker was asked for and does not run",
        [$"Nothing answers on {socket}."],
        "Start Docker, or leave out `--engine docker` so that Podman is used.");

    /// <summary>A value of <c>--engine</c> that means nothing.</summary>
    public static Diagnostic UnknownEngine(string choice) => Error(
        "TP6007",
        $"`{choice}` is no container engine",
        [],
        "Use auto, podman, docker, or the path of a socket as unix:///path.");

    /// <summary>Podman is there and its service does not come up.</summary>
    public static Diagnostic PodmanServiceFailed(string log, string words) => Error(
        "TP6008",
        "Podman's service does not start",
        words.Length == 0 ? [$"It wrote nothing to {log}."] : [$"It wrote to {log}: {words}"],
        "Run `towpath doctor`, which checks what Podman needs.");

    /// <summary>The subnet of an environment overlaps another network.</summary>
    public static Diagnostic SubnetTaken(string subject, string words) => Error(
        "TP6009",
        $"A subnet is taken while {subject}",
        [Said(words)],
        "Remove the network that holds it, or give Towpath another range.");

    /// <summary>The engine answered before and does not now.</summary>
    public static Diagnostic EngineStoppedAnswering(string subject, string words) => Error(
        "TP6010",
        $"The container engine stopped answering while {subject}",
        [Said(words), "What runs goes on running; Towpath looks again at what is there before it goes on."],
        "Start the engine again; Podman's service is started by Towpath itself at the next attempt.");

    /// <summary>A call did not end in its time.</summary>
    public static Diagnostic EngineTooSlow(string subject, string words) => Error(
        "TP6011",
        $"The container engine took too long while {subject}",
        [Said(words)],
        "Look at the load and the disk of the machine, then try again.");

    /// <summary>Any other refusal.</summary>
    public static Diagnostic EngineRefused(string subject, string words, Location? location = null) => Error(
        "TP6012",
        $"The container engine refused while {subject}",
        [Said(words)],
        "The engine's words say why. If what it refused is not yours, report it with this message.",
        location);

    /// <summary>Something that Towpath needs is not on the machine.</summary>
    public static Diagnostic HostIncomplete(string what, string command) => Error(
        "TP6020",
        $"This machine lacks {what}",
        [],
        $"Run `{command}`.");

    /// <summary>apt-get failed.</summary>
    public static Diagnostic InstallFailed(string packages, string words) => Error(
        "TP6021",
        $"Packages could not be installed: {packages}",
        [$"apt-get said: {words}"],
        "Mend what apt-get complains about, or install the packages by hand.");

    /// <summary>Packages can be installed by the superuser only.</summary>
    public static Diagnostic NotPrivileged(string command) => Error(
        "TP6022",
        "Installing packages needs root",
        [],
        $"Run `{command}` as root.");

    private static string Said(string words) => $"The engine said: {words}";

    private static Diagnostic Error(string code, string headline, ImmutableArray<string> notes, string help, Location? location = null) =>
        new(code, Severity.Error, headline, location, Label: null, notes, help);
}
