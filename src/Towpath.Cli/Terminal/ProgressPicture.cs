using Spectre.Console;
using Spectre.Console.Rendering;

namespace Towpath.Cli.Terminal;

/// <summary>Draws a <see cref="ProgressModel"/>: the pipeline's steps, then each deployment with its phases and services.</summary>
internal static class ProgressPicture
{
    private const string Spinner = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏";
    private static readonly Style Quiet = new(Color.Grey);

    /// <summary>The picture at a moment.</summary>
    public static IRenderable Draw(ProgressModel model, DateTimeOffset now, int frame)
    {
        var parts = new List<IRenderable>();
        if (model.Pipeline is { } pipeline)
        {
            var tree = new Tree(Row(pipeline, $"pipeline {model.Run}", model.PipelineDuration ?? now - model.PipelineStartedAt, model.Release, frame));
            foreach (var step in model.Steps)
            {
                tree.AddNode(Row(step.State, Label(step), step.Duration ?? now - step.StartedAt, null, frame));
            }

            parts.Add(tree);
        }

        parts.AddRange(model.Deployments.Select(deployment => Draw(deployment, now, frame)));
        if (model.LastWords is { } words)
        {
            parts.Add(new Text(Plain.Clean(words)));
        }

        // The library draws no empty list of rows.
        return parts.Count == 0 ? new Text("") : new Rows(parts);
    }

    private static Tree Draw(DeploymentProgress deployment, DateTimeOffset now, int frame)
    {
        var tree = new Tree(Row(
            deployment.State,
            deployment.Environment,
            deployment.Duration ?? now - deployment.StartedAt,
            deployment.State == ProgressState.Running ? deployment.Phase : deployment.Release,
            frame));
        if (deployment.State == ProgressState.Running)
        {
            tree.AddNodes(deployment.Services.Select(service => new Text(Plain.Clean($"{service.Key}: {service.Value}"), Quiet)));
        }
        else if (!deployment.Phases.IsEmpty)
        {
            tree.AddNode(new Text(Phases(deployment), Quiet));
        }

        return tree;
    }

    /// <summary>Phases and how long each took, on one line.</summary>
    public static string Phases(DeploymentProgress deployment) =>
        string.Join(", ", deployment.Phases.Where(phase => phase.Duration is not null).Select(phase => $"{phase.Name} {Plain.Duration(phase.Duration!.Value)}"));

    private static string Label(StepProgress step) => step.Service is { } service && !step.Name.Contains(service, StringComparison.Ordinal) ? $"{step.Name} {service}" : step.Name;

    private static Paragraph Row(ProgressState state, string label, TimeSpan? elapsed, string? remark, int frame)
    {
        var (sign, color) = state switch
        {
            ProgressState.Running => (Spinner[frame % Spinner.Length], Color.Aqua),
            ProgressState.Succeeded => ('✓', Color.Green),
            ProgressState.Failed => ('✗', Color.Red),
            _ => ('–', Color.Yellow),
        };
        return new Paragraph()
            .Append($"{sign} ", new Style(color))
            .Append(Plain.Clean(label))
            .Append(elapsed is { } time ? $"  {Plain.Duration(time)}" : "", Quiet)
            .Append(remark is null ? "" : $"  {Plain.Clean(remark)}", Quiet);
    }
}
