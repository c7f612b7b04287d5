using Towpath.Cli.Client;
using Towpath.Cli.Terminal;
using Towpath.Core.Diagnostics;

namespace Towpath.Cli.Commands;

/// <summary>What a followed ship or deployment came to.</summary>
/// <param name="Application">Application.</param>
/// <param name="Run">Pipeline run, or null.</param>
/// <param name="Release">Release, or null where there is none.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="Text">One sentence.</param>
/// <param name="PipelineDuration">How long the pipeline took, or null.</param>
/// <param name="Steps">Steps of the pipeline.</param>
/// <param name="Deployments">Deployments on the way.</param>
/// <param name="Diagnostics">What was said on the way: errors, warnings and notes, each once.</param>
internal sealed record FollowedResult(
    string Application,
    string? Run,
    string? Release,
    ExitCode Outcome,
    string Text,
    TimeSpan? PipelineDuration,
    IReadOnlyList<StepProgress> Steps,
    IReadOnlyList<DeploymentProgress> Deployments,
    IReadOnlyList<Diagnostic> Diagnostics)
{
    /// <summary>The result at an end.</summary>
    public static FollowedResult Of(string application, ProgressModel model, WatchEnd end) =>
        new(application, model.Run, model.Release, end.Code, end.Text, model.PipelineDuration, model.Steps, model.Deployments, model.Diagnostics);
}
