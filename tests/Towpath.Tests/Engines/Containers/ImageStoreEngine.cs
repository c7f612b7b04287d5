using System.Collections.Immutable;
using Towpath.Core.Containers;
using Towpath.Engines.Containers;

namespace Towpath.Tests.Engines.Containers;

/// <summary>An engine that has images and nothing else. Names are compared as they are given, in canonical form.</summary>
internal sealed class ImageStoreEngine : IContainerEngine
{
    public HashSet<string> Images { get; } = new(StringComparer.Ordinal);

    public HashSet<string> Registry { get; } = new(StringComparer.Ordinal);

    public List<string> Calls { get; } = [];

    public Dictionary<string, Dictionary<string, string>> Contexts { get; } = new(StringComparer.Ordinal);

    public Exception? BuildFailure { get; set; }

    public string Kind => "fake";

    public Task<ImageDetails?> InspectImageAsync(string image, CancellationToken cancellationToken) =>
        Task.FromResult(Images.Contains(StandIns.Canonical(image)) ? new ImageDetails("sha256:0", [image], ImmutableDictionary<string, string>.Empty, 1) : null);

    public Task PullImageAsync(string reference, Action<string> progress, CancellationToken cancellationToken)
    {
        Calls.Add("pull " + reference);
        if (!Registry.Contains(reference))
        {
            throw new EngineException(EngineError.ImageUnavailable, "manifest unknown");
        }

        Images.Add(reference);
        return Task.CompletedTask;
    }

    public async Task<string> ImportImageAsync(Stream rootfsTar, string reference, IReadOnlyList<string> changes, CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(rootfsTar);
        Calls.Add($"import {reference} {await reader.ReadToEndAsync(cancellationToken)}");
        Images.Add(reference);
        return "sha256:1";
    }

    public async Task<string> BuildImageAsync(BuildRequest request, Action<string> log, CancellationToken cancellationToken)
    {
        Calls.Add("build " + request.Tags[0]);
        using var context = new MemoryStream();
        await request.WriteContext(context, cancellationToken);
        context.Position = 0;
        Contexts[request.Tags[0]] = await ReadTarAsync(context);
        log("STEP 1/9");
        if (BuildFailure is not null)
        {
            throw BuildFailure;
        }

        Images.Add(request.Tags[0]);
        return "sha256:2";
    }

    public Task<string> VersionAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IReadOnlyList<ObservedContainer>> ListContainersAsync(IReadOnlyCollection<string> labels, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<ContainerDetails?> InspectContainerAsync(string container, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<string> CreateContainerAsync(ContainerPlan plan, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task StartContainerAsync(string container, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task StopContainerAsync(string container, TimeSpan grace, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task SignalContainerAsync(string container, string signal, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task RemoveContainerAsync(string container, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<int> WaitContainerAsync(string container, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<ExecResult> ExecAsync(string container, IReadOnlyList<string> command, TimeSpan timeout, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IReadOnlyList<string>> TailLogsAsync(string container, int lines, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task TagImageAsync(string image, string reference, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task ExportContainerAsync(string container, Func<Stream, CancellationToken, Task> read, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task PushImageAsync(string image, string destination, RegistryAccess access, Action<string> progress, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<bool> RemoveImageAsync(string image, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IReadOnlyList<ImageDetails>> ListImagesAsync(IReadOnlyCollection<string> labels, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task PruneImagesAsync(string label, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task CreateNetworkAsync(NetworkPlan plan, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<NetworkDetails?> InspectNetworkAsync(string name, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IReadOnlyList<NetworkDetails>> ListNetworksAsync(IReadOnlyCollection<string> labels, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task RemoveNetworkAsync(string name, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task CreateVolumeAsync(string name, IReadOnlyDictionary<string, string> labels, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IReadOnlyList<string>> ListVolumesAsync(IReadOnlyCollection<string> labels, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IReadOnlyList<string>> ListVolumeUsersAsync(string volume, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task RemoveVolumeAsync(string name, CancellationToken cancellationToken) => throw new NotSupportedException();

    private static async Task<Dictionary<string, string>> ReadTarAsync(Stream context)
    {
        var files = new Dictionary<string, string>(StringComparer.Ordinal);
        await using var tar = new System.Formats.Tar.TarReader(context);
        while (await tar.GetNextEntryAsync(copyData: true) is { } entry)
        {
            using var reader = new StreamReader(entry.DataStream!);
            files[entry.Name] = await reader.ReadToEndAsync();
        }

        return files;
    }
}
