using System.Text.RegularExpressions;
using Towpath.Core.Diagnostics;
using Towpath.Engines.Containers;

namespace Towpath.Engines.Registries;

/// <summary>A repository in a registry, as <c>registry.example:5000/shop/api</c>.</summary>
/// <param name="Host">Host of the registry, with its port where it has one.</param>
/// <param name="Path">Path in the registry.</param>
internal sealed partial record RegistryRepository(string Host, string Path)
{
    /// <summary>How Docker's own registry is called in names of images.</summary>
    public const string DockerHub = "docker.io";

    // The name that people write is not the host that serves.
    private const string DockerHubServer = "registry-1.docker.io";

    // Most that engines take for host and path together (distribution/reference, NameTotalLengthMax).
    private const int Longest = 255;

    /// <summary>Host that the API is asked at.</summary>
    public string Server => Host == DockerHub ? DockerHubServer : Host;

    /// <summary>It is on this machine.</summary>
    public bool IsOfThisMachine => ImageNames.IsOfThisMachine(Host);

    /// <summary>Takes a name apart.</summary>
    /// <exception cref="DiagnosticException">It names no registry, or its path is none that registries take.</exception>
    public static RegistryRepository Parse(string name) =>
        Name().Match(name) is { Success: true } match && name.Length <= Longest && Uri.TryCreate($"https://{match.Groups["host"].Value}/", UriKind.Absolute, out _)
            ? new RegistryRepository(match.Groups["host"].Value, match.Groups["path"].Value)
            : throw new DiagnosticException(ExitCode.InvalidInput, RegistryDiagnostics.NoRepository(name));

    /// <inheritdoc/>
    public override string ToString() => $"{Host}/{Path}";

    // Host: with a dot or a port, or localhost, else it would be a path at Docker Hub. Path: OCI distribution specification 1.1, "Pulling manifests".
    [GeneratedRegex(
        @"\A(?<host>(?:localhost|\[[0-9A-Fa-f:]+\]|[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)(?::[0-9]{1,5})?|[A-Za-z0-9-]+:[0-9]{1,5})/(?<path>[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*)\z",
        RegexOptions.CultureInvariant,
        1000)]
    private static partial Regex Name();
}
