using System.Net;
using Towpath.Engines.Containers.Wire;

namespace Towpath.Engines.Containers;

public sealed partial class DockerApiEngine
{
    /// <inheritdoc/>
    public async Task CreateVolumeAsync(string name, IReadOnlyDictionary<string, string> labels, CancellationToken cancellationToken)
    {
        using var body = EngineTransport.JsonBody(new CreateVolumeBody(name, "local", Sorted(labels)), EngineJson.Default.CreateVolumeBody);
        using var response = await _transport.SendAsync(HttpMethod.Post, "volumes/create", body, EngineTransport.Ordinary, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<string>> ListVolumesAsync(IReadOnlyCollection<string> labels, CancellationToken cancellationToken)
    {
        var path = $"volumes?filters={Filters(("label", [.. labels]))}";
        var answer = await _transport.GetAsync(path, EngineJson.Default.VolumeListAnswer, cancellationToken);
        return [.. (answer.Volumes ?? []).Where(volume => Carries(volume.Labels, labels)).Select(volume => volume.Name)];
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<string>> ListVolumeUsersAsync(string volume, CancellationToken cancellationToken)
    {
        var path = $"containers/json?all=1&filters={Filters(("volume", [volume]))}";
        var items = await ListContainersAtAsync(path, cancellationToken);
        return [.. items.Select(item => Observe(item).Name)];
    }

    /// <inheritdoc/>
    public async Task RemoveVolumeAsync(string name, CancellationToken cancellationToken) =>
        await _transport.CallAsync(
            HttpMethod.Delete, $"volumes/{Escape(name)}", EngineTransport.Ordinary, cancellationToken, HttpStatusCode.NotFound);
}
