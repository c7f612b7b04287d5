using Towpath.Server.Api;

namespace Towpath.Server;

// Readiness sheets, for callers who wait.
public sealed partial class ControlPlane
{
    /// <inheritdoc/>
    public Task<ReviewAnswer> ReviewAsync(string application, CancellationToken cancellationToken) => Task.FromResult(_reviews.Show(application));

    /// <inheritdoc/>
    public Task<IReadOnlyList<WrittenReviewAnswer>> WrittenReviewsAsync(string application, CancellationToken cancellationToken) => Task.FromResult(_reviews.Written(application));
}
