using System.CommandLine;
using Towpath.Cli.Files;
using Towpath.Cli.Terminal;
using Towpath.Core.Ci;
using Towpath.Core.Diagnostics;
using Towpath.Server.Pipelines;

namespace Towpath.Cli.Commands;

/// <summary><c>towpath pipeline run</c>.</summary>
internal sealed class PipelineRunVerb : Verb
{
    private readonly Argument<string> _commit = new("COMMIT") { Description = "Commit, branch or tag (default: HEAD).", DefaultValueFactory = _ => "HEAD" };
    private readonly Option<string?> _path = new("--path") { Description = "Folder of the Compose file (default: the working folder).", HelpName = "FOLDER" };
    private readonly Option<string?> _evidence = new("--evidence") { Description = "Write what there is to show for it to this file below the working folder, green or red.", HelpName = "FILE" };

    /// <summary>Declares it.</summary>
    public PipelineRunVerb()
        : base(
            "run",
            "Checks, builds, tests and tries a commit as `ship` does, without a control plane, and deploys nothing. Ends with code 4 where it is red.",
            "pipeline run",
            "pipeline run v1.4 --evidence towpath-evidence.json")
    {
        Arguments.Add(_commit);
        Options.Add(_path);
        Options.Add(_evidence);
    }

    /// <inheritdoc/>
    public override async Task<ExitCode> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var surroundings = invocation.Surroundings;
        // Looked at before, so that no run is in vain for want of a place to write.
        var file = invocation.Arguments.GetValue(_evidence) is { } name ? WorkingFile.Open(surroundings.Folder, name) : null;
        var path = Path.GetFullPath(invocation.Arguments.GetValue(_path) ?? ".", surroundings.Folder);
        var commit = await surroundings.ResolveCommit(path, invocation.Arguments.GetValue(_commit)!, cancellationToken);
        var asked = new LocalRun(commit.Repository, commit.Folder, commit.Commit, invocation.Engine, Path.Combine(invocation.Paths.State, "podman"), invocation.Actor);
        var result = await RunAsync(invocation, asked, cancellationToken);
        var evidence = result.Evidence with { Place = CiPlace.Of(surroundings.Variable) };
        file?.Write(CiEvidenceFile.Write(evidence));
        var text = $"commit {Plain.Commit(evidence.Commit)} of {evidence.Application} is {(evidence.IsGreen ? "green" : "red")}: {evidence.Steps.Length} step{(evidence.Steps.Length == 1 ? "" : "s")}";
        invocation.Terminal.Result(new { Verdict = evidence.IsGreen ? "green" : "red", Evidence = evidence, result.Failure }, writer => writer.WriteLine(text));
        return evidence.IsGreen ? ExitCode.Success : ExitCode.PipelineFailed;
    }

    private static async Task<LocalRunResult> RunAsync(Invocation invocation, LocalRun asked, CancellationToken cancellationToken)
    {
        await using var view = invocation.Terminal.OpenProgress();
        return await invocation.Surroundings.RunPipeline(asked, view.Show, cancellationToken);
    }
}
