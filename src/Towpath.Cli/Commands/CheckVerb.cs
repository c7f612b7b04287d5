using System.Collections.Immutable;
using System.CommandLine;
using Towpath.Cli.Client;
using Towpath.Cli.Files;
using Towpath.Core.Diagnostics;

namespace Towpath.Cli.Commands;

/// <summary><c>towpath check</c>.</summary>
internal sealed class CheckVerb : Verb
{
    private const int MostRounds = 5;
    private readonly Option<string?> _path = new("--path") { Description = "Folder of the Compose file (default: the working folder).", HelpName = "FOLDER" };
    private readonly Option<bool> _fix = new("--fix") { Description = "Mend in the files what can be mended with certainty." };
    private readonly Option<bool> _dryRun = new("--dry-run") { Description = "With --fix: print the change as a patch, and change nothing." };

    /// <summary>Declares it.</summary>
    public CheckVerb()
        : base(
            "check",
            "Reads compose.yaml and towpath.yaml of the working tree and says what is wrong with them.",
            "check",
            "check --fix --dry-run",
            "check --path services/shop --output sarif > towpath.sarif")
    {
        Options.Add(_path);
        Options.Add(_fix);
        Options.Add(_dryRun);
        Validators.Add(result =>
        {
            if (result.GetValue(_dryRun) && !result.GetValue(_fix))
            {
                result.AddError("`--dry-run` shows what `--fix` would do: give both");
            }
        });
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Outputs { get; } =
        [GlobalOptions.TextOutput, GlobalOptions.JsonOutput, GlobalOptions.SarifOutput, GlobalOptions.GitLabOutput];

    /// <inheritdoc/>
    public override async Task<ExitCode> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var folder = Path.GetFullPath(invocation.Arguments.GetValue(_path) ?? ".", invocation.Surroundings.Folder);
        var reading = await ReadAsync(invocation, folder, cancellationToken);
        if (!invocation.Arguments.GetValue(_fix))
        {
            return Tell(invocation, folder, reading, []);
        }

        var mending = new Mending(folder, reading.Diagnostics);
        if (invocation.Arguments.GetValue(_dryRun))
        {
            var patch = mending.Diff();
            invocation.Terminal.Result(new { Patch = patch, Fixed = mending.Plan.Applied.Length }, text => text.Write(patch));
            return ExitCode.Success;
        }

        // What is wrong in one phase hides what a later one would say: mended files are read again, and mended again.
        var mended = ImmutableArray.CreateBuilder<Diagnostic>();
        for (var round = 1; round <= MostRounds && !mending.Plan.Applied.IsEmpty; round++)
        {
            mending.Write();
            mended.AddRange(mending.Plan.Applied);
            reading = await ReadAsync(invocation, folder, cancellationToken);
            mending = new Mending(folder, reading.Diagnostics);
        }

        invocation.Terminal.Report(mending.Plan.Skipped.Select(d => CliDiagnostics.FixSkipped(d.Code, d.Fix!.Title, d.Location)));
        return Tell(invocation, folder, reading, mended.ToImmutable());
    }

    // A file that can't be read at all is a finding like others to a report, which would else be empty.
    private static async Task<TreeReading> ReadAsync(Invocation invocation, string folder, CancellationToken cancellationToken)
    {
        try
        {
            return await invocation.Surroundings.Check(folder, cancellationToken);
        }
        catch (DiagnosticException exception) when (exception.ExitCode == ExitCode.InvalidInput)
        {
            return new TreeReading(exception.Diagnostics, []);
        }
    }

    private static ExitCode Tell(Invocation invocation, string folder, TreeReading reading, ImmutableArray<Diagnostic> mended)
    {
        var (diagnostics, off) = reading;
        var errors = diagnostics.Count(diagnostic => diagnostic.Severity == Severity.Error);
        invocation.Terminal.Report(diagnostics);
        invocation.Terminal.Result(
            new { Errors = errors, Fixed = mended.Select(d => new { d.Code, d.Fix!.Title, d.Location }), RulesOff = off, Diagnostics = diagnostics },
            text => text.WriteLine(MergeRequestReport.Write(invocation.Output, folder, diagnostics) ?? Summary(errors, mended.Length, diagnostics.Count(d => d.Fix is not null), off.Length)));
        return errors == 0 ? ExitCode.Success : ExitCode.InvalidInput;
    }

    private static string Summary(int errors, int mended, int mendable, int off)
    {
        var words = errors switch { 0 => "no errors", 1 => "1 error", _ => $"{errors} errors" };
        var rules = off switch { 0 => "", 1 => ", 1 rule off", _ => $", {off} rules off" };
        return (mended == 0 ? "" : $"{mended} mended; ") + words + rules + (mendable == 0 ? "" : $"; `towpath check --fix` mends {mendable}");
    }
}
