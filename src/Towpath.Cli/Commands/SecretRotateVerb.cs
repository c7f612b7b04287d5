using Towpath.Core.Diagnostics;
using Towpath.Server.Api;

namespace Towpath.Cli.Commands;

/// <summary><c>towpath secret rotate</c>.</summary>
internal sealed class SecretRotateVerb() : Verb(
    "rotate", "Seals all secrets by another key: a new one, or the first of those that server.yaml gives. Nothing that runs is touched.", "secret rotate")
{
    /// <inheritdoc/>
    public override async Task<ExitCode> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var plane = await invocation.ConnectAsync(cancellationToken);
        var done = await plane.RotateSecretKeysAsync(new RotateKeysRequest(invocation.Actor), cancellationToken);
        invocation.Terminal.Say($"{done.Sealed} values are sealed anew, by key {done.Key}");
        if (!done.IsOwn && done.Unneeded.Count > 0)
        {
            invocation.Terminal.Say($"nothing needs {string.Join(", ", done.Unneeded)} any more: take them out of `secrets: {{ keys }}`");
        }

        if (done.Unopened.Count > 0)
        {
            invocation.Terminal.Report([CliDiagnostics.UnopenedSecrets(done.Unopened)]);
        }

        invocation.Terminal.Result(done, writer => writer.WriteLine(done.Key));
        return done.Unopened.Count > 0 ? ExitCode.NotFound : ExitCode.Success;
    }
}
