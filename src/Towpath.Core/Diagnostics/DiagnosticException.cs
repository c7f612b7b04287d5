using System.Collections.Immutable;

namespace Towpath.Core.Diagnostics;

/// <summary>Carries diagnostics out of a call that can't go on. Always caught at the edge and shown as diagnostics, never as a stack trace.</summary>
public sealed class DiagnosticException : Exception
{
    /// <summary>One or more diagnostics with an error among them.</summary>
    public DiagnosticException(ExitCode exitCode, params ImmutableArray<Diagnostic> diagnostics)
        : base(diagnostics[0].Headline)
    {
        ExitCode = exitCode;
        Diagnostics = diagnostics;
    }

    /// <summary>What is wrong.</summary>
    public ImmutableArray<Diagnostic> Diagnostics { get; }

    /// <summary>How the program ends.</summary>
    public ExitCode ExitCode { get; }
}
