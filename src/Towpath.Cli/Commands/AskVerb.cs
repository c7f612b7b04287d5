using Towpath.Core.Diagnostics;
using Towpath.Server.Api;

namespace Towpath.Cli.Commands;

/// <summary>A verb that asks something of a deployment or of the world, and says what happens now.</summary>
internal abstract class AskVerb(string name, string description, params string[] examples) : Verb(name, description, examples)
{
    /// <inheritdoc/>
    public sealed override async Task<ExitCode> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var plane = await invocation.ConnectAsync(cancellationToken);
        var answer = await AskAsync(invocation, plane, cancellationToken);
        invocation.Terminal.Result(answer, text => text.WriteLine(answer.Text));
        return ExitCode.Success;
    }

    /// <summary>Asks the control plane for it.</summary>
    protected abstract Task<AskedAnswer> AskAsync(Invocation invocation, IControlPlane plane, CancellationToken cancellationToken);
}
