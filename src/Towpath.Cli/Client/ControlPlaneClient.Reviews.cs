using Towpath.Server.Api;

namespace Towpath.Cli.Client;

// Readiness sheets.
internal sealed partial class ControlPlaneClient
{
    /// <inheritdoc/>
    public Task<ReviewAnswer> ReviewAsync(string application, CancellationToken cancellationToken) => GetAsync<ReviewAnswer>(Of(application, "/review"), cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<WrittenReviewAnswer>> WrittenReviewsAsync(string application, CancellationToken cancellationToken) =>
        GetAsync<IReadOnlyList<WrittenReviewAnswer>>(Of(application, "/reviews"), cancellationToken);
}
