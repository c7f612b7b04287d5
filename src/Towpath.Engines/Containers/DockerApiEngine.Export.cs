namespace Towpath.Engines.Containers;

public sealed partial class DockerApiEngine
{
    private static readonly TimeSpan ExportBound = TimeSpan.FromMinutes(10);

    /// <inheritdoc/>
    public async Task ExportContainerAsync(string container, Func<Stream, CancellationToken, Task> read, CancellationToken cancellationToken)
    {
        using var response = await _transport.SendAsync(HttpMethod.Get, $"containers/{Escape(container)}/export", content: null, ExportBound, cancellationToken);
        await EngineTransport.GuardAsync(
            async token =>
            {
                await using var stream = await response.Content.ReadAsStreamAsync(token);
                await read(stream, token);
                return true;
            },
            ExportBound,
            cancellationToken);
    }
}
