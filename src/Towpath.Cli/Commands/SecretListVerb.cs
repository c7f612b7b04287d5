using System.CommandLine;
using System.Globalization;
using Towpath.Cli.Terminal;
using Towpath.Core.Diagnostics;

namespace Towpath.Cli.Commands;

/// <summary><c>towpath secret list</c>.</summary>
internal sealed class SecretListVerb : Verb
{
    private readonly Argument<string> _environment = new("ENV") { Description = "Environment." };

    /// <summary>Declares it.</summary>
    public SecretListVerb()
        : base("list", "Lists the secrets of an environment: where each comes from, and which version its value has. Values are never shown.", "secret list production") =>
        Arguments.Add(_environment);

    /// <inheritdoc/>
    public override async Task<ExitCode> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var plane = await invocation.ConnectAsync(cancellationToken);
        var application = await invocation.ApplicationAsync(plane, cancellationToken);
        var secrets = await plane.SecretsAsync(application, invocation.Arguments.GetValue(_environment)!, cancellationToken);
        invocation.Terminal.Result(secrets, writer =>
        {
            var table = new TextTable("SECRET", "SOURCE", "VERSION");
            foreach (var secret in secrets)
            {
                table.Add(secret.Name, secret.Source, secret.Version?.ToString(CultureInfo.InvariantCulture) ?? "no value");
            }

            table.Write(writer);
        });
        return ExitCode.Success;
    }
}
