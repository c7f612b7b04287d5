using System.CommandLine;
using Towpath.Core.Diagnostics;
using Towpath.Server.Api;

namespace Towpath.Cli.Commands;

/// <summary><c>towpath promote</c>.</summary>
internal sealed class PromoteVerb : Verb
{
    private readonly Argument<string> _environment = new("ENV") { Description = "Environment." };
    private readonly Argument<string?> _release = new("RELEASE") { Description = "Release, or the first digits of it or its commit (default: what runs in the environment below).", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<bool> _noWait = new("--no-wait") { Description = "Return once the deployment is asked for." };

    /// <summary>Declares it.</summary>
    public PromoteVerb()
        : base("promote", "Brings a release into an environment, if its gates hold.", "promote staging", "promote production r-3f2a91 --as ada")
    {
        Arguments.Add(_environment);
        Arguments.Add(_release);
        Options.Add(_noWait);
    }

    /// <inheritdoc/>
    public override async Task<ExitCode> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var plane = await invocation.ConnectAsync(cancellationToken);
        var application = await invocation.ApplicationAsync(plane, cancellationToken);
        var request = new PromoteRequest(invocation.Arguments.GetValue(_environment)!, invocation.Arguments.GetValue(_release), invocation.Actor);
        var answer = await plane.PromoteAsync(application, request, cancellationToken);
        return await invocation.EndOfAsync(plane, application, answer, !invocation.Arguments.GetValue(_noWait), cancellationToken);
    }
}
