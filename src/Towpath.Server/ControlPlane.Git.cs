using Towpath.Server.Git;

namespace Towpath.Server;

// What people push to.
public sealed partial class ControlPlane
{
    /// <inheritdoc/>
    public IGitHost Git => _git;

    /// <inheritdoc/>
    public IHooks Hooks => _hooks;

    /// <summary>Takes back what a process before this one left half taken. Before anybody can push.</summary>
    internal Task RecoverGitAsync(CancellationToken cancellationToken) => _git.RecoverAsync(cancellationToken);
}
