using System.CommandLine;
using Towpath.Core.Diagnostics;
using Towpath.Server.Api;

namespace Towpath.Cli.Commands;

/// <summary><c>towpath secret set</c>.</summary>
internal sealed class SecretSetVerb : Verb
{
    private const int MostCharacters = 500_000;
    private readonly Argument<string> _environment = new("ENV") { Description = "Environment." };
    private readonly Argument<string> _name = new("NAME") { Description = "Name of the secret in the Compose file." };

    /// <summary>Declares it.</summary>
    public SecretSetVerb()
        : base("set", "Gives a secret its value in one environment. The value is read from standard input, so that it stands in no command line.", "secret set production api_key < api_key.txt")
    {
        Arguments.Add(_environment);
        Arguments.Add(_name);
    }

    /// <inheritdoc/>
    public override async Task<ExitCode> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var name = invocation.Arguments.GetValue(_name)!;
        var environment = invocation.Arguments.GetValue(_environment)!;
        var value = await ReadAsync(invocation.Surroundings.In, cancellationToken);
        if (value.Length == 0)
        {
            throw new DiagnosticException(ExitCode.Usage, CliDiagnostics.EmptySecret(name));
        }

        var plane = await invocation.ConnectAsync(cancellationToken);
        var application = await invocation.ApplicationAsync(plane, cancellationToken);
        await plane.SetSecretAsync(application, new SecretRequest(environment, name, value, invocation.Actor), cancellationToken);
        invocation.Terminal.Say($"secret {name} of {application} has its value in {environment}");
        invocation.Terminal.Result(new { Application = application, Environment = environment, Name = name }, _ => { });
        return ExitCode.Success;
    }

    // One line end is what `echo` and editors add; it is hardly ever part of a secret.
    private static async Task<string> ReadAsync(TextReader reader, CancellationToken cancellationToken)
    {
        var buffer = new char[MostCharacters];
        var length = await reader.ReadBlockAsync(buffer, cancellationToken);
        var text = new string(buffer, 0, length);
        return text.EndsWith("\r\n", StringComparison.Ordinal) ? text[..^2] : text.EndsWith('\n') ? text[..^1] : text;
    }
}
