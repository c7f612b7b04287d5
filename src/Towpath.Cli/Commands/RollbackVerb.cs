using System.CommandLine;
using Towpath.Core.Diagnostics;
using Towpath.Server.Api;

namespace Towpath.Cli.Commands;

/// <summary><c>towpath rollback</c>.</summary>
internal sealed class RollbackVerb : Verb
{
    private readonly Argument<string> _environment = new("ENV") { Description = "Environment." };
    private readonly Argument<string?> _release = new("RELEASE") { Description = "Release, or the first digits of it or its commit (default: the last good one before the current).", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<bool> _noWait = new("--no-wait") { Description = "Return once the deployment is asked for." };

    /// <summary>Declares it.</summary>
    public RollbackVerb()
        : base("rollback", "Brings an earlier release back into an environment.", "rollback production", "rollback staging r-3f2a91")
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
        var request = new RollbackRequest(invocation.Arguments.GetValue(_environment)!, invocation.Arguments.GetValue(_release), invocation.Actor);
        var answer = await plane.RollbackAsync(application, request, cancellationToken);
        return await invocation.EndOfAsync(plane, application, answer, !invocation.Arguments.GetValue(_noWait), cancellationToken);
    }
}
