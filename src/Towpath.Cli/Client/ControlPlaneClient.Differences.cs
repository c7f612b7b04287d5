using Towpath.Server.Api;

namespace Towpath.Cli.Client;

// Differences.
internal sealed partial class ControlPlaneClient
{
    /// <inheritdoc/>
    public Task<DifferencesAnswer> DifferencesAsync(string application, string environment, string? release, CancellationToken cancellationToken) =>
        GetAsync<DifferencesAnswer>(Of(application, $"/environments/{Escape(environment)}/differences{(release is null ? "" : $"?release={Escape(release)}")}"), cancellationToken);
}
