using System.CommandLine;
using Towpath.Core.Diagnostics;

namespace Towpath.Cli.Commands;

/// <summary><c>towpath demo</c>.</summary>
internal sealed class DemoVerb : Verb
{
    private readonly Option<bool> _down = new("--down") { Description = "Remove every trace of the demo." };

    /// <summary>Declares it.</summary>
    public DemoVerb()
        : base("demo", "Takes three commits of a sample application to production under load, the third one broken.", "demo", "demo --down") => Options.Add(_down);

    /// <inheritdoc/>
    public override Task<ExitCode> RunAsync(Invocation invocation, CancellationToken cancellationToken) => throw new NotSupportedException("to come");
}
