using System.CommandLine;
using Towpath.Core.Diagnostics;

namespace Towpath.Cli.Commands;

/// <summary><c>towpath explain</c>.</summary>
internal sealed class ExplainVerb : Verb
{
    private const string Prefix = "diagnostics/";
    private const string Suffix = ".md";
    private readonly Argument<string> _code = new("CODE") { Description = "Code of a diagnostic, such as TP7120." };

    /// <summary>Declares it.</summary>
    public ExplainVerb()
        : base("explain", "Explains a diagnostic: what it means, why it is one, an example, what to do.", "explain TP7120")
    {
        _code.CompletionSources.Add(_ => Codes());
        Arguments.Add(_code);
    }

    /// <summary>All codes that have a page.</summary>
    public static IEnumerable<string> Codes() => typeof(ExplainVerb).Assembly.GetManifestResourceNames()
        .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
        .Select(name => name[Prefix.Length..^Suffix.Length])
        .Order(StringComparer.Ordinal);

    /// <inheritdoc/>
    public override async Task<ExitCode> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var code = invocation.Arguments.GetValue(_code)!.ToUpperInvariant();
        await using var page = typeof(ExplainVerb).Assembly.GetManifestResourceStream(Prefix + code + Suffix)
            ?? throw new DiagnosticException(ExitCode.NotFound, CliDiagnostics.UnknownCode(code));
        using var reader = new StreamReader(page);
        var text = await reader.ReadToEndAsync(cancellationToken);
        invocation.Terminal.Result(new { Code = code, Text = text }, writer => writer.Write(text));
        return ExitCode.Success;
    }
}
