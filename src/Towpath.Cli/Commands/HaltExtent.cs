using System.CommandLine;
using Towpath.Core.Diagnostics;
using Towpath.Server.Api;

namespace Towpath.Cli.Commands;

/// <summary>What stands still or goes on: an environment, the application, or everything.</summary>
internal sealed class HaltExtent
{
    private readonly Argument<string?> _environment = new("ENV") { Description = "Environment (default: all of the application).", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<bool> _everything = new("--everything") { Description = "All environments of all applications." };

    /// <summary>Declares its argument and option.</summary>
    public void AddTo(Verb verb)
    {
        verb.Arguments.Add(_environment);
        verb.Options.Add(_everything);
    }

    /// <summary>What was meant; no reason yet.</summary>
    /// <exception cref="DiagnosticException">An environment was named together with everything.</exception>
    public async Task<HaltRequest> ReadAsync(Invocation invocation, IControlPlane plane, string verb, CancellationToken cancellationToken)
    {
        var environment = invocation.Arguments.GetValue(_environment);
        if (!invocation.Arguments.GetValue(_everything))
            return new HaltRequest(await invocation.ApplicationAsync(plane, cancellationToken), environment, null, invocation.Actor);
        if (environment is not null)
            throw new DiagnosticException(ExitCode.Usage, CliDiagnostics.WrongArguments("an environment and `--everything` can't both be meant", $"towpath {verb}"));
        return new HaltRequest(null, null, null, invocation.Actor);
    }
}
