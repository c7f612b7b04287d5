using Towpath.Server.Api;

namespace Towpath.Cli.Commands;

/// <summary><c>towpath promote</c>.</summary>
internal sealed class PromoteVerb() : BringVerb(
    "promote",
    "Brings a release into an environment, if its gates hold.",
    "what runs in the environment below",
    "promote staging",
    "promote production r-3f2a91 --as ada")
{
    /// <inheritdoc/>
    protected override Task<DeploymentAnswer> AskAsync(
        IControlPlane plane, string application, string environment, string? release, string actor, CancellationToken cancellationToken) =>
        plane.PromoteAsync(application, new PromoteRequest(environment, release, actor), cancellationToken);
}
