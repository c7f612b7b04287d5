using System.CommandLine;
using Towpath.Server.Api;

namespace Towpath.Cli.Commands;

/// <summary><c>towpath proceed</c>.</summary>
internal sealed class ProceedVerb : AskVerb
{
    private readonly Argument<string> _environment = new("ENV") { Description = "Environment." };
    private readonly Option<string?> _service = new("--service") { Description = "Only this service (default: all that roll by weights).", HelpName = "NAME" };
    private readonly Option<bool> _whole = new("--whole") { Description = "All that is left at once, not one step." };

    /// <summary>Declares it.</summary>
    public ProceedVerb()
        : base("proceed", "Lets a canary or blue-green rollout take its next step now.", "proceed production", "proceed production --service api --whole")
    {
        Arguments.Add(_environment);
        Options.Add(_service);
        Options.Add(_whole);
    }

    /// <inheritdoc/>
    protected override async Task<AskedAnswer> AskAsync(Invocation invocation, IControlPlane plane, CancellationToken cancellationToken)
    {
        var arguments = invocation.Arguments;
        var request = new ProceedRequest(arguments.GetValue(_environment)!, arguments.GetValue(_service), arguments.GetValue(_whole), invocation.Actor);
        return await plane.ProceedAsync(await invocation.ApplicationAsync(plane, cancellationToken), request, cancellationToken);
    }
}
