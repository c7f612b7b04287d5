using System.CommandLine;
using Towpath.Core.Diagnostics;

namespace Towpath.Cli.Commands;

/// <summary><c>towpath sbom</c>.</summary>
internal sealed class BillVerb : Verb
{
    private readonly Argument<string?> _release = new("RELEASE") { Description = "Release, or the first digits of it or its commit (default: the newest).", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<string?> _service = new("--service") { Description = "One service only.", HelpName = "SERVICE" };
    private readonly Option<string?> _file = new("--output-file") { Description = "File to write to, in place of the standard output.", HelpName = "FILE" };

    /// <summary>Declares it.</summary>
    public BillVerb()
        : base("sbom", "Prints the software bill of materials of a release as CycloneDX 1.6.", "sbom", "sbom r-3f2a91 --service api --output-file api.cdx.json")
    {
        Arguments.Add(_release);
        Options.Add(_service);
        Options.Add(_file);
    }

    /// <inheritdoc/>
    public override async Task<ExitCode> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var plane = await invocation.ConnectAsync(cancellationToken);
        var application = await invocation.ApplicationAsync(plane, cancellationToken);
        var arguments = invocation.Arguments;
        var bill = await plane.BillAsync(application, arguments.GetValue(_release), arguments.GetValue(_service), cancellationToken);
        foreach (var (service, summary) in bill.Summaries.OrderBy(s => s.Key, StringComparer.Ordinal))
        {
            invocation.Terminal.Say($"{bill.Release} {service}: {summary}");
        }

        // The document is JSON by itself, in either form of output: others read it, byte for byte.
        if (arguments.GetValue(_file) is { } file) await WriteAsync(file, bill.Document, cancellationToken);
        else await invocation.Surroundings.Out.WriteLineAsync(bill.Document);
        return ExitCode.Success;
    }

    private static async Task WriteAsync(string file, string document, CancellationToken cancellationToken)
    {
        try
        {
            await File.WriteAllTextAsync(file, document + "\n", cancellationToken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DiagnosticException(ExitCode.Usage, CliDiagnostics.WrongArguments($"{file} can't be written: {e.Message}", "towpath sbom"));
        }
    }
}
