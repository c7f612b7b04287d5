using System.CommandLine;
using Towpath.Core.Diagnostics;

namespace Towpath.Cli;

/// <summary>One verb of the program: its words, its examples, and what it does.</summary>
internal abstract class Verb : Command
{
    /// <summary>A verb with a description and at least one example (without the program's name).</summary>
    protected Verb(string name, string description, params string[] examples)
        : base(name, description)
    {
        if (examples.Length == 0)
        {
            throw new ArgumentException($"`{name}` has no example", nameof(examples));
        }

        Examples = examples;
    }

    /// <summary>Command lines that show how it is used.</summary>
    public IReadOnlyList<string> Examples { get; }

    /// <summary>The values of <c>--output</c> that it knows.</summary>
    public virtual IReadOnlyList<string> Outputs { get; } = [GlobalOptions.TextOutput, GlobalOptions.JsonOutput];

    /// <summary>Does it.</summary>
    /// <exception cref="DiagnosticException">It can't be done.</exception>
    public abstract Task<ExitCode> RunAsync(Invocation invocation, CancellationToken cancellationToken);
}
