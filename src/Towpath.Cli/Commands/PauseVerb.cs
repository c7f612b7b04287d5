using System.CommandLine;
using Towpath.Server.Api;

namespace Towpath.Cli.Commands;

/// <summary><c>towpath pause</c>.</summary>
internal sealed class PauseVerb : AskVerb
{
    private readonly Argument<string> _environment = new("ENV") { Description = "Environment." };
    private readonly Option<string?> _reason = new("--reason") { Description = "Why, for those who look at the status.", HelpName = "TEXT" };

    /// <summary>Declares it.</summary>
    public PauseVerb()
        : base("pause", "Makes a deployment stand still: what is under way ends, nothing new begins.", "pause production", "pause production --reason \"the checkout looks slow\"")
    {
        Arguments.Add(_environment);
        Options.Add(_reason);
    }

    /// <inheritdoc/>
    protected override async Task<AskedAnswer> AskAsync(Invocation invocation, IControlPlane plane, CancellationToken cancellationToken)
    {
        var request = new PauseRequest(invocation.Arguments.GetValue(_environment)!, invocation.Arguments.GetValue(_reason), invocation.Actor);
        return await plane.PauseAsync(await invocation.ApplicationAsync(plane, cancellationToken), request, cancellationToken);
    }
}
