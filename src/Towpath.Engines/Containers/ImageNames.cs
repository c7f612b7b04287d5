using System.Net;

namespace Towpath.Engines.Containers;

/// <summary>Names of images in one form for both engines: Docker leaves out <c>docker.io/library/</c>, Podman says it.</summary>
public static class ImageNames
{
    /// <summary>The name with registry, and with <c>:latest</c> where it has neither tag nor digest.</summary>
    /// <param name="reference">Such as <c>debian:12</c> or <c>ghcr.io/x/y@sha256:...</c>.</param>
    public static string Full(string reference)
    {
        var slash = reference.IndexOf('/', StringComparison.Ordinal);
        var first = slash < 0 ? "" : reference[..slash];
        var hasRegistry = first.Contains('.', StringComparison.Ordinal) || first.Contains(':', StringComparison.Ordinal) || first == "localhost";
        var full = hasRegistry ? reference : slash < 0 ? $"docker.io/library/{reference}" : $"docker.io/{reference}";
        var tail = full[(full.LastIndexOf('/') + 1)..];
        return tail.Contains(':', StringComparison.Ordinal) || tail.Contains('@', StringComparison.Ordinal) ? full : $"{full}:latest";
    }

    /// <summary>Name and tag (or digest) of a reference.</summary>
    internal static (string Name, string Tag) Split(string reference)
    {
        var full = Full(reference);
        var at = full.IndexOf('@', StringComparison.Ordinal);
        if (at >= 0)
        {
            return (full[..at], full[(at + 1)..]);
        }

        var colon = full.LastIndexOf(':');
        return (full[..colon], full[(colon + 1)..]);
    }

    /// <summary>The registry of a full name is on this machine: nobody listens between, and engines speak plain HTTP to it.</summary>
    internal static bool IsOfThisMachine(string reference)
    {
        var host = reference.Split('/')[0];
        var name = host.StartsWith('[') ? host[..(host.IndexOf(']', StringComparison.Ordinal) + 1)].Trim('[', ']') : host.Split(':')[0];
        return name == "localhost" || (IPAddress.TryParse(name, out var address) && IPAddress.IsLoopback(address));
    }

    /// <summary>An identifier with its <c>sha256:</c>, which some routes of Podman leave out.</summary>
    internal static string Id(string id) => id.Length == 64 && !id.Contains(':', StringComparison.Ordinal) ? $"sha256:{id}" : id;
}
