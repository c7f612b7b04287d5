using System.CommandLine;
using Towpath.Core.Diagnostics;
using Towpath.Server.Api;

namespace Towpath.Cli.Commands;

/// <summary>A verb that brings a release into an environment and follows it there.</summary>
internal abstract class BringVerb : Verb
{
    private readonly Argument<string> _environment = new("ENV") { Description = "Environment." };
    private readonly Argument<string?> _release;
    private readonly Option<bool> _noWait = new("--no-wait") { Description = "Return once the deployment is asked for." };

    /// <summary>Declares it.</summary>
    /// <param name="name">The verb.</param>
    /// <param name="description">What it does.</param>
    /// <param name="otherwise">Which release it takes where none is named.</param>
    /// <param name="examples">Command lines without the program's name.</param>
    protected BringVerb(string name, string description, string otherwise, params string[] examples)
        : base(name, description, examples)
    {
        _release = new("RELEASE") { Description = $"Release, or the first digits of it or its commit (default: {otherwise}).", Arity = ArgumentArity.ZeroOrOne };
        Arguments.Add(_environment);
        Arguments.Add(_release);
        Options.Add(_noWait);
    }

    /// <inheritdoc/>
    public sealed override async Task<ExitCode> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var plane = await invocation.ConnectAsync(cancellationToken);
        var application = await invocation.ApplicationAsync(plane, cancellationToken);
        var answer = await AskAsync(invocation, plane, application, invocation.Arguments.GetValue(_environment)!, invocation.Arguments.GetValue(_release), cancellationToken);
        return await invocation.EndOfAsync(plane, application, answer, !invocation.Arguments.GetValue(_noWait), cancellationToken);
    }

    /// <summary>Asks the control plane for it.</summary>
    protected abstract Task<DeploymentAnswer> AskAsync(
        Invocation invocation, IControlPlane plane, string application, string environment, string? release, CancellationToken cancellationToken);
}
