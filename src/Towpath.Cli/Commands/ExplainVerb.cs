using System.CommandLine;
using Towpath.Cli.Terminal;
using Towpath.Core.Diagnostics;

namespace Towpath.Cli.Commands;

/// <summary><c>towpath explain</c>.</summary>
internal sealed class ExplainVerb : Verb
{
    private readonly Argument<string?> _code = new("CODE") { Description = "Code of a diagnostic, such as TP7120 (default: all of them).", Arity = ArgumentArity.ZeroOrOne, HelpName = "CODE" };

    /// <summary>Declares it.</summary>
    public ExplainVerb()
        : base("explain", "Explains a diagnostic: what it means, why it is one, an example, what to do.", "explain TP7120", "explain")
    {
        // Help shows all completions in place of a name that is not given: with hundreds of codes no description would be on the screen.
        _code.CompletionSources.Add(_ => DiagnosticPages.All);
        Arguments.Add(_code);
    }

    /// <inheritdoc/>
    public override Task<ExitCode> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        if (invocation.Arguments.GetValue(_code) is not { } written)
        {
            List(invocation.Terminal);
            return Task.FromResult(ExitCode.Success);
        }

        var code = written.Trim().ToUpperInvariant();
        var page = DiagnosticPages.Page(code) ?? throw new DiagnosticException(ExitCode.NotFound, CliDiagnostics.UnknownCode(code));
        var picture = invocation.Surroundings.IsDrawn && !invocation.Arguments.GetValue(invocation.Options.NoColor) ? PagePicture.Draw(page.Markdown) : page.Markdown;
        invocation.Terminal.Result(new { page.Code, page.Title, Text = page.Markdown }, writer => writer.Write(picture));
        return Task.FromResult(ExitCode.Success);
    }

    private static void List(ITerminal terminal)
    {
        var pages = DiagnosticPages.All.Select(DiagnosticPages.Page).OfType<DiagnosticPage>().ToList();
        terminal.Result(pages.Select(page => new { page.Code, page.Title }), writer =>
        {
            var table = new TextTable("CODE", "WHAT IT SAYS");
            pages.ForEach(page => table.Add(page.Code, page.Title));
            table.Write(writer);
        });
    }
}
