using System.CommandLine;
using Towpath.Core.Diagnostics;

namespace Towpath.Cli.Commands;

/// <summary><c>towpath explain</c>.</summary>
internal sealed class ExplainVerb : Verb
{
    private readonly Argument<string> _code = new("CODE") { Description = "Code of a diagnostic, such as TP7120." };

    /// <summary>Declares it.</summary>
    public ExplainVerb()
        : base("explain", "Explains a diagnostic: what it means, why it is one, an example, what to do.", "explain TP7120")
    {
        _code.CompletionSources.Add(_ => DiagnosticPages.All);
        Arguments.Add(_code);
    }

    /// <inheritdoc/>
    public override Task<ExitCode> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var code = invocation.Arguments.GetValue(_code)!.Trim().ToUpperInvariant();
        var text = DiagnosticPages.Find(code) ?? throw new DiagnosticException(ExitCode.NotFound, CliDiagnostics.UnknownCode(code));
        invocation.Terminal.Result(new { Code = code, Text = text }, writer => writer.Write(text));
        return Task.FromResult(ExitCode.Success);
    }
}
