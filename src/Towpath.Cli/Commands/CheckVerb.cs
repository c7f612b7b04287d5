using System.CommandLine;
using Towpath.Core.Diagnostics;

namespace Towpath.Cli.Commands;

/// <summary><c>towpath check</c>.</summary>
internal sealed class CheckVerb : Verb
{
    private readonly Option<string?> _path = new("--path") { Description = "Folder of the Compose file (default: the working folder).", HelpName = "FOLDER" };

    /// <summary>Declares it.</summary>
    public CheckVerb()
        : base("check", "Reads compose.yaml and towpath.yaml of the working tree and says what is wrong with them.", "check", "check --path services/shop --output json") => Options.Add(_path);

    /// <inheritdoc/>
    public override async Task<ExitCode> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var folder = Path.GetFullPath(invocation.Arguments.GetValue(_path) ?? ".", invocation.Surroundings.Folder);
        var (diagnostics, off) = await invocation.Surroundings.Check(folder, cancellationToken);
        var errors = diagnostics.Count(diagnostic => diagnostic.Severity == Severity.Error);
        invocation.Terminal.Report(diagnostics);
        invocation.Terminal.Result(new { Errors = errors, RulesOff = off, Diagnostics = diagnostics }, text => text.WriteLine(Summary(errors, off.Length)));
        return errors == 0 ? ExitCode.Success : ExitCode.InvalidInput;
    }

    private static string Summary(int errors, int off) => string.Concat(
        errors switch { 0 => "no errors", 1 => "1 error", _ => $"{errors} errors" },
        off switch { 0 => "", 1 => ", 1 rule off", _ => $", {off} rules off" });
}
