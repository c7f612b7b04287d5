using System.CommandLine;
using Towpath.Cli.Terminal;
using Towpath.Core.Diagnostics;
using Towpath.Server.Api;

namespace Towpath.Cli.Commands;

/// <summary><c>towpath gates</c>.</summary>
internal sealed class GatesVerb : Verb
{
    private readonly Argument<string?> _environment = new("ENV") { Description = "Environment (default: all of them).", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<string?> _release = new("--release") { Description = "Release, or the first digits of it or its commit (default: the one that could come next).", HelpName = "RELEASE" };

    /// <summary>Declares it.</summary>
    public GatesVerb()
        : base("gates", "Shows every gate and its evidence; the exit code says whether all that count are open.", "gates production", "gates --release r-3f2a91 --output json")
    {
        Arguments.Add(_environment);
        Options.Add(_release);
    }

    /// <inheritdoc/>
    public override async Task<ExitCode> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var plane = await invocation.ConnectAsync(cancellationToken);
        var application = await invocation.ApplicationAsync(plane, cancellationToken);
        var arguments = invocation.Arguments;
        var gates = await plane.GatesAsync(application, arguments.GetValue(_environment), arguments.GetValue(_release), cancellationToken);
        invocation.Terminal.Result(gates, writer =>
        {
            foreach (var answer in gates) Write(writer, answer);
        });
        return gates.All(g => g.MayEnter) ? ExitCode.Success : ExitCode.GateClosed;
    }

    private static void Write(TextWriter writer, GatesAnswer answer)
    {
        writer.WriteLine($"{answer.Release} {(answer.MayEnter ? "may" : "may not")} enter {answer.Environment}:");
        foreach (var gate in answer.Gates)
        {
            var opens = gate.HoldsAt is { } at ? $" (opens by itself at {at.UtcDateTime:yyyy-MM-dd HH:mm} UTC)" : "";
            writer.WriteLine($"  {(gate.Holds ? "yes" : "no ")} {gate.Name}: {Plain.Clean(gate.Evidence)}{opens}");
        }
    }
}
