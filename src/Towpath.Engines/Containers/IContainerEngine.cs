using Towpath.Core.Containers;

namespace Towpath.Engines.Containers;

/// <summary>
/// What runs containers on one machine: Podman or Docker, through the Docker-compatible API. Every call is idempotent in the
/// sense of its comment, bounded in time and cancellable. Failures are <see cref="EngineException"/>.
/// </summary>
public interface IContainerEngine
{
    /// <summary><c>podman</c> or <c>docker</c>.</summary>
    string Kind { get; }

    /// <summary>Version of the engine. Throws where it does not answer.</summary>
    Task<string> VersionAsync(CancellationToken cancellationToken);

    /// <summary>Containers, running or not, that carry all of the labels (<c>name</c> or <c>name=value</c>).</summary>
    Task<IReadOnlyList<ObservedContainer>> ListContainersAsync(IReadOnlyCollection<string> labels, CancellationToken cancellationToken);

    /// <summary>A container by name or identifier, or null.</summary>
    Task<ContainerDetails?> InspectContainerAsync(string container, CancellationToken cancellationToken);

    /// <summary>Creates a container, does not start it. A container of that name is <see cref="EngineError.Conflict"/>.</summary>
    /// <returns>Identifier.</returns>
    Task<string> CreateContainerAsync(ContainerPlan plan, CancellationToken cancellationToken);

    /// <summary>Starts a container; one that runs is left alone.</summary>
    Task StartContainerAsync(string container, CancellationToken cancellationToken);

    /// <summary>Asks the process to end and kills it after the grace period; one that does not run or does not exist is left alone.</summary>
    Task StopContainerAsync(string container, TimeSpan grace, CancellationToken cancellationToken);

    /// <summary>Sends a signal (<c>SIGUSR2</c>, <c>SIGKILL</c> ...).</summary>
    Task SignalContainerAsync(string container, string signal, CancellationToken cancellationToken);

    /// <summary>Removes a container and its anonymous volumes, killing its process; one that does not exist is left alone.</summary>
    Task RemoveContainerAsync(string container, CancellationToken cancellationToken);

    /// <summary>Waits until the process has ended.</summary>
    /// <returns>Exit code.</returns>
    Task<int> WaitContainerAsync(string container, CancellationToken cancellationToken);

    /// <summary>Runs a command in a running container.</summary>
    Task<ExecResult> ExecAsync(string container, IReadOnlyList<string> command, TimeSpan timeout, CancellationToken cancellationToken);

    /// <summary>The last lines that a container wrote, both streams, oldest first.</summary>
    Task<IReadOnlyList<string>> TailLogsAsync(string container, int lines, CancellationToken cancellationToken);

    /// <summary>The whole file system of a container, running or not, as one tar stream, without what is mounted into it.</summary>
    /// <param name="container">Name or identifier.</param>
    /// <param name="read">Reads the stream, to its end or not.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task ExportContainerAsync(string container, Func<Stream, CancellationToken, Task> read, CancellationToken cancellationToken);

    /// <summary>Identifier (<c>sha256:...</c>) of an image by name or identifier, or null.</summary>
    Task<ImageDetails?> InspectImageAsync(string image, CancellationToken cancellationToken);

    /// <summary>Fetches an image from its registry. Failure is <see cref="EngineError.ImageUnavailable"/>.</summary>
    Task PullImageAsync(string reference, Action<string> progress, CancellationToken cancellationToken);

    /// <summary>
    /// Sends an image to a registry under a name. Pushing twice is pushing once: what the registry has is not sent again. The engine keeps no
    /// name for it. Failures are <see cref="EngineError.RegistryDenied"/> and its neighbours; no message holds the login's secret.
    /// </summary>
    /// <param name="image">Name or identifier; none is <see cref="EngineError.NotFound"/>.</param>
    /// <param name="destination">Registry, repository and tag.</param>
    /// <param name="access">How the registry is spoken to.</param>
    /// <param name="progress">Hears each line of the engine.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task PushImageAsync(string image, string destination, RegistryAccess access, Action<string> progress, CancellationToken cancellationToken);

    /// <summary>Makes an image of a root file system and gives it a name; an image that had the name loses it.</summary>
    /// <param name="rootfsTar">Tar stream of the root file system.</param>
    /// <param name="reference">Name for the image.</param>
    /// <param name="changes">Dockerfile instructions that set its configuration, such as <c>CMD ["bash"]</c>.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>Identifier of the image, <c>sha256:...</c>.</returns>
    Task<string> ImportImageAsync(Stream rootfsTar, string reference, IReadOnlyList<string> changes, CancellationToken cancellationToken);

    /// <summary>Gives an image another name.</summary>
    Task TagImageAsync(string image, string reference, CancellationToken cancellationToken);

    /// <summary>Takes a name from an image and deletes it when that was the last; false where it is in use or not there.</summary>
    Task<bool> RemoveImageAsync(string image, CancellationToken cancellationToken);

    /// <summary>Images that carry all of the labels, or all images.</summary>
    Task<IReadOnlyList<ImageDetails>> ListImagesAsync(IReadOnlyCollection<string> labels, CancellationToken cancellationToken);

    /// <summary>Deletes unnamed images that carry the label and that no container uses.</summary>
    Task PruneImagesAsync(string label, CancellationToken cancellationToken);

    /// <summary>
    /// Builds an image with the engine's cache. Failure of a step is <see cref="EngineError.BuildFailed"/>, with the engine's words.
    /// </summary>
    /// <returns>Identifier of the image, <c>sha256:...</c>.</returns>
    Task<string> BuildImageAsync(BuildRequest request, Action<string> log, CancellationToken cancellationToken);

    /// <summary>Creates a bridge network with that subnet, separated from other networks; one of that name is left alone.</summary>
    Task CreateNetworkAsync(NetworkPlan plan, CancellationToken cancellationToken);

    /// <summary>A network, or null.</summary>
    Task<NetworkDetails?> InspectNetworkAsync(string name, CancellationToken cancellationToken);

    /// <summary>Networks that carry all of the labels; all of them without labels.</summary>
    Task<IReadOnlyList<NetworkDetails>> ListNetworksAsync(IReadOnlyCollection<string> labels, CancellationToken cancellationToken);

    /// <summary>Removes a network; one that does not exist is left alone.</summary>
    Task RemoveNetworkAsync(string name, CancellationToken cancellationToken);

    /// <summary>Creates a named volume; one of that name is left alone.</summary>
    Task CreateVolumeAsync(string name, IReadOnlyDictionary<string, string> labels, CancellationToken cancellationToken);

    /// <summary>Names of volumes that carry all of the labels.</summary>
    Task<IReadOnlyList<string>> ListVolumesAsync(IReadOnlyCollection<string> labels, CancellationToken cancellationToken);

    /// <summary>Names of containers (anybody's) that mount the volume.</summary>
    Task<IReadOnlyList<string>> ListVolumeUsersAsync(string volume, CancellationToken cancellationToken);

    /// <summary>Removes a volume and its data; one that does not exist is left alone.</summary>
    Task RemoveVolumeAsync(string name, CancellationToken cancellationToken);
}

/// <summary>Result of a command in a container.</summary>
/// <param name="ExitCode">Of the command.</param>
/// <param name="Output">Both streams, at most 64 KiB.</param>
public sealed record ExecResult(int ExitCode, string Output);

/// <summary>An image.</summary>
/// <param name="Id"><c>sha256:</c> and 64 hexadecimal digits.</param>
/// <param name="References">Names that it has.</param>
/// <param name="Labels">Labels in it.</param>
/// <param name="Size">Bytes on disk.</param>
public sealed record ImageDetails(string Id, IReadOnlyList<string> References, IReadOnlyDictionary<string, string> Labels, long Size)
{
    /// <summary>User that its processes run as, empty for root; null where the engine does not say.</summary>
    public string? User { get; init; }
}

/// <summary>What to build.</summary>
/// <param name="WriteContext">Writes the context as a tar stream.</param>
/// <param name="Dockerfile">Path in the context.</param>
/// <param name="Target">Stage to stop at, or null.</param>
/// <param name="Args">Build arguments.</param>
/// <param name="Labels">Labels of the image.</param>
/// <param name="Tags">Names for the image.</param>
public sealed record BuildRequest(
    Func<Stream, CancellationToken, Task> WriteContext,
    string Dockerfile,
    string? Target,
    IReadOnlyDictionary<string, string> Args,
    IReadOnlyDictionary<string, string> Labels,
    IReadOnlyList<string> Tags);

/// <summary>A network to create.</summary>
/// <param name="Name">Unique on the engine.</param>
/// <param name="Subnet">IPv4 subnet in CIDR form; one that overlaps another network is <see cref="EngineError.SubnetTaken"/>.</param>
/// <param name="Labels">Labels.</param>
public sealed record NetworkPlan(string Name, string Subnet, IReadOnlyDictionary<string, string> Labels);

/// <summary>A network.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Subnet">IPv4 subnet in CIDR form, or null.</param>
/// <param name="Labels">Labels.</param>
public sealed record NetworkDetails(string Name, string? Subnet, IReadOnlyDictionary<string, string> Labels);
