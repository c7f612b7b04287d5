using Towpath.Core.Identity;

namespace Towpath.Server.Api;

// Repositories that are watched.
internal sealed partial class JudgedControlPlane
{
    /// <inheritdoc/>
    public async Task<IReadOnlyList<SourceAnswer>> SourcesAsync(CancellationToken cancellationToken)
    {
        Judge(Deed.LookAround, null, null);
        return [.. (await plane.SourcesAsync(cancellationToken)).Where(s => Access.Judge(caller.Principal(), Deed.SeeSources, s.Application, null, caller.Now).Allowed)];
    }
}
