using Towpath.Core.Identity;

namespace Towpath.Server.Api;

// Differences.
internal sealed partial class JudgedControlPlane
{
    /// <inheritdoc/>
    public async Task<DifferencesAnswer> DifferencesAsync(string application, string environment, string? release, CancellationToken cancellationToken)
    {
        await JudgeAsync(Deed.Compare, application, environment, cancellationToken);
        return await plane.DifferencesAsync(application, environment, release, cancellationToken);
    }
}
