using System.Collections.Immutable;
using Towpath.Core.Diagnostics;

namespace Towpath.Core.Containers;

/// <summary>What can go wrong while the base images of a build are made available.</summary>
public static class BaseImageDiagnostics
{
    /// <summary>No registry gave the image and there is no stand-in for it.</summary>
    /// <param name="reference">The image as it was asked for.</param>
    /// <param name="reason">The engine's words.</param>
    /// <param name="standIns">Images that a stand-in exists for.</param>
    public static Diagnostic Unavailable(string reference, string reason, IEnumerable<string> standIns) => new(
        "TP6040",
        Severity.Error,
        $"The image {reference} can't be fetched",
        Notes: [reason, $"Without a registry Towpath can build stand-ins for {string.Join(", ", standIns)}, and for no other image."],
        Help: $"Check the name and the network, or load it by hand: podman pull {reference}");

    /// <summary>The program that makes a Debian root file system is not installed.</summary>
    public static Diagnostic BootstrapMissing() => new(
        "TP6041",
        Severity.Error,
        "The program mmdebstrap is not installed",
        Notes: ["No registry answers, so the base image is made from Debian's packages; mmdebstrap does that."],
        Help: "apt-get install mmdebstrap");

    /// <summary>The program that makes a Debian root file system failed.</summary>
    /// <param name="exitCode">Its exit code.</param>
    /// <param name="tail">Its last lines.</param>
    public static Diagnostic BootstrapFailed(int exitCode, ImmutableArray<string> tail) => new(
        "TP6042",
        Severity.Error,
        $"Debian's packages could not be made into a base image: mmdebstrap ended with {exitCode}",
        Notes: tail,
        Help: "Check with apt-get update that this machine reaches its Debian mirror, and that the disk has room");

    /// <summary>The Dockerfile of a stand-in failed.</summary>
    /// <param name="reference">The image that it stands in for.</param>
    /// <param name="tail">The last lines of its build.</param>
    public static Diagnostic StandInFailed(string reference, ImmutableArray<string> tail) => new(
        "TP6043",
        Severity.Error,
        $"The stand-in for {reference} could not be built",
        Notes: tail,
        Help: $"Check with apt-get update that this machine reaches its Debian mirror, or load the image by hand: podman pull {reference}");
}
