using Towpath.Server.Api;

namespace Towpath.Cli.Commands;

/// <summary><c>towpath rollback</c>.</summary>
internal sealed class RollbackVerb() : BringVerb(
    "rollback",
    "Brings an earlier release back into an environment.",
    "the last good one before the current",
    "rollback production",
    "rollback staging r-3f2a91")
{
    /// <inheritdoc/>
    protected override Task<DeploymentAnswer> AskAsync(
        Invocation invocation, IControlPlane plane, string application, string environment, string? release, CancellationToken cancellationToken) =>
        plane.RollbackAsync(application, new RollbackRequest(environment, release, invocation.Actor), cancellationToken);
}
