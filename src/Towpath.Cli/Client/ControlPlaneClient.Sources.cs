using Towpath.Server.Api;

namespace Towpath.Cli.Client;

// Repositories that are watched.
internal sealed partial class ControlPlaneClient
{
    /// <inheritdoc/>
    public Task<IReadOnlyList<SourceAnswer>> SourcesAsync(CancellationToken cancellationToken) => GetAsync<IReadOnlyList<SourceAnswer>>("/api/v1/sources", cancellationToken);
}
