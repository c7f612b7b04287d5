using System.Collections.Immutable;
using Towpath.Core.Configuration;
using Towpath.Server.Git;

namespace Towpath.Server;

// What people push to.
public sealed partial class ControlPlane
{
    /// <inheritdoc/>
    public IGitHost Git => _git;

    /// <inheritdoc/>
    public IHooks Hooks => _hooks;

    private ImmutableArray<HookTarget> Called(ServerConfiguration configuration) =>
    [
        .. configuration.Sources.Where(s => s is { Hook: not null, HookKey: not null }).Select(s => new HookTarget(s.Name, s.Hook!.Value, s.HookKey!, () => _sources.Call(s.Name))),
        .. configuration.Trackers.Where(t => t.HookKey is not null).Select(t => new HookTarget(t.Name, t.Hook, t.HookKey!, () => _trackers.Call(t.Name))),
    ];

    /// <summary>Takes back what a process before this one left half taken. Before anybody can push.</summary>
    internal Task RecoverGitAsync(CancellationToken cancellationToken) => _git.RecoverAsync(cancellationToken);
}
