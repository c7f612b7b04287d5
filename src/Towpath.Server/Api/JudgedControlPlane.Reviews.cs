using Towpath.Core.Identity;

namespace Towpath.Server.Api;

// Readiness sheets.
internal sealed partial class JudgedControlPlane
{
    /// <inheritdoc/>
    public async Task<ReviewAnswer> ReviewAsync(string application, CancellationToken cancellationToken)
    {
        await JudgeAsync(Deed.Read, application, null, cancellationToken);
        return await plane.ReviewAsync(application, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<WrittenReviewAnswer>> WrittenReviewsAsync(string application, CancellationToken cancellationToken)
    {
        await JudgeAsync(Deed.Read, application, null, cancellationToken);
        return await plane.WrittenReviewsAsync(application, cancellationToken);
    }
}
