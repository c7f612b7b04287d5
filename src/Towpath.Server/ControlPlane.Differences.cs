using Towpath.Server.Api;

namespace Towpath.Server;

// Differences.
public sealed partial class ControlPlane
{
    /// <inheritdoc/>
    public Task<DifferencesAnswer> DifferencesAsync(string application, string environment, string? release, CancellationToken cancellationToken) =>
        _differences.OfAsync(application, environment, release, cancellationToken);
}
