using System.CommandLine;
using System.Globalization;
using Towpath.Core.Diagnostics;
using Towpath.Server.Api;

namespace Towpath.Cli.Commands;

/// <summary><c>towpath logs</c>.</summary>
internal sealed class LogsVerb : Verb
{
    private readonly Argument<string?> _service = new("SERVICE") { Description = "Service (default: all).", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<string?> _environment = new("--env", "-e") { Description = "Environment (default: the only one that runs something).", HelpName = "ENV" };
    private readonly Option<bool> _follow = new("--follow", "-f") { Description = "Go on as new lines come." };
    private readonly Option<int> _tail = new("--tail", "-n") { Description = "Begin with this many lines.", DefaultValueFactory = _ => 100, HelpName = "LINES" };

    /// <summary>Declares it.</summary>
    public LogsVerb()
        : base("logs", "Shows what the containers or pods of an environment wrote.", "logs api --env production --follow", "logs --env staging --tail 20 --output json")
    {
        Arguments.Add(_service);
        Options.Add(_environment);
        Options.Add(_follow);
        Options.Add(_tail);
        _tail.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && !(int.TryParse(result.Tokens[0].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var lines) && lines <= 1_000_000))
            {
                result.AddError("--tail is a number from 0 to 1000000");
            }
        });
    }

    /// <inheritdoc/>
    public override async Task<ExitCode> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var arguments = invocation.Arguments;
        var plane = await invocation.ConnectAsync(cancellationToken);
        var application = await invocation.ApplicationAsync(plane, cancellationToken);
        var environment = arguments.GetValue(_environment) ?? await OnlyEnvironmentAsync(plane, application, cancellationToken);
        var lines = plane.LogsAsync(application, environment, arguments.GetValue(_service), arguments.GetValue(_tail), arguments.GetValue(_follow), cancellationToken);
        await foreach (var line in lines)
        {
            // The text stays as the program wrote it, colours included.
            invocation.Terminal.Line(line, string.Create(CultureInfo.InvariantCulture, $"{line.At:HH:mm:ss.fff} {line.Container} | {line.Text}"));
        }

        return ExitCode.Success;
    }

    private static async Task<string> OnlyEnvironmentAsync(IControlPlane plane, string application, CancellationToken cancellationToken)
    {
        var status = await plane.StatusAsync(application, cancellationToken);
        var running = status.Environments.Where(environment => environment.Services.Count > 0).Select(environment => environment.Name).ToArray();
        return running.Length == 1 ? running[0] : throw new DiagnosticException(ExitCode.Usage, CliDiagnostics.WhichEnvironment(running));
    }
}
