using System.CommandLine;
using Towpath.Server.Api;

namespace Towpath.Cli.Commands;

/// <summary><c>towpath promote</c>.</summary>
internal sealed class PromoteVerb : BringVerb
{
    private readonly Option<bool> _emergency = new("--emergency") { Description = "Enter past window, lead time, soak and error budget. It is announced and counted." };
    private readonly Option<string?> _reason = new("--reason") { Description = "Which emergency it is.", HelpName = "TEXT" };

    /// <summary>Declares it.</summary>
    public PromoteVerb()
        : base(
            "promote",
            "Brings a release into an environment, if its gates hold.",
            "what runs in the environment below",
            "promote staging",
            "promote production r-3f2a91 --as ada",
            "promote production --emergency --reason \"checkout answers 500\"")
    {
        Options.Add(_emergency);
        Options.Add(_reason);
    }

    /// <inheritdoc/>
    protected override Task<DeploymentAnswer> AskAsync(
        Invocation invocation, IControlPlane plane, string application, string environment, string? release, CancellationToken cancellationToken)
    {
        var request = new PromoteRequest(environment, release, invocation.Actor)
        {
            Emergency = invocation.Arguments.GetValue(_emergency),
            Reason = invocation.Arguments.GetValue(_reason),
        };
        return plane.PromoteAsync(application, request, cancellationToken);
    }
}
