using System.Globalization;
using Towpath.Cli.Demo.Cluster;
using Towpath.Cli.Terminal;
using Towpath.Server.Api;

namespace Towpath.Cli.Demo;

/// <summary>What the demo came to.</summary>
/// <param name="Chapters">One per commit.</param>
/// <param name="Loads">One per environment.</param>
/// <param name="Environments">How each environment was left.</param>
/// <param name="Updates">Rolling updates of production on a cluster.</param>
internal sealed record DemoReport(
    IReadOnlyList<DemoChapter> Chapters, IReadOnlyList<EnvironmentLoad> Loads, IReadOnlyList<EnvironmentAnswer> Environments, IReadOnlyList<ClusterUpdate> Updates)
{
    /// <summary>Requests that failed, in all environments.</summary>
    public long Failed => Loads.Sum(load => load.Failed);

    /// <summary>Writes its tables, and where to look next.</summary>
    public void Write(TextWriter writer)
    {
        WritePipelines(writer);
        writer.WriteLine();
        WriteDeployments(writer);
        writer.WriteLine();
        WriteUpdates(writer);
        WriteEnvironments(writer);
        writer.WriteLine();
        WriteNext(writer);
    }

    private void WritePipelines(TextWriter writer)
    {
        var table = new TextTable("COMMIT", "SUBJECT", "PIPELINE", "STEPS");
        foreach (var chapter in Chapters)
        {
            var steps = chapter.Shipped.Steps.Where(step => step.Duration is not null).Select(step => $"{step.Name} {Plain.Duration(step.Duration!.Value)}");
            var took = chapter.Shipped.PipelineDuration is { } duration ? Plain.Duration(duration) : "-";
            table.Add(Plain.Commit(chapter.Commit.Commit), chapter.Commit.Subject, took, string.Join(", ", steps));
        }

        table.Write(writer);
    }

    private void WriteDeployments(TextWriter writer)
    {
        var table = new TextTable("ENVIRONMENT", "COMMIT", "RELEASE", "RESULT", "TOOK", "PHASES");
        foreach (var (chapter, deployment) in Chapters.SelectMany(chapter => chapter.Deployments.Select(deployment => (chapter, deployment))))
        {
            var result = deployment.State switch
            {
                ProgressState.Succeeded => "runs",
                ProgressState.Failed => chapter.Commit.BreaksIn == deployment.Environment ? "rolled back, as expected" : "failed",
                _ => deployment.State.ToString().ToLowerInvariant(),
            };
            var took = deployment.Duration is { } duration ? Plain.Duration(duration) : "-";
            table.Add(deployment.Environment, Plain.Commit(chapter.Commit.Commit), deployment.Release, result, took, ProgressPicture.Phases(deployment));
        }

        table.Write(writer);
    }

    private void WriteUpdates(TextWriter writer)
    {
        if (Updates.Count == 0)
        {
            return;
        }

        var took = Updates.Select(update => update.Took).Order().ToList();
        writer.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{Updates.Count} rolling updates of production, the control plane killed in {Updates.Count(u => u.KilledAfter is not null)} of them: median {Plain.Duration(took[took.Count / 2])}, longest {Plain.Duration(took[^1])}"));
        writer.WriteLine();
    }

    private void WriteEnvironments(TextWriter writer)
    {
        var table = new TextTable("ENVIRONMENT", "RUNS", "REQUESTS", "FAILED", "P50", "P99", "URL");
        foreach (var environment in Environments)
        {
            var load = Loads.FirstOrDefault(report => report.Environment == environment.Name);
            table.Add(
                environment.Name,
                environment.Release ?? "-",
                load?.Sent.ToString(CultureInfo.InvariantCulture) ?? "-",
                load?.Failed.ToString(CultureInfo.InvariantCulture) ?? "-",
                load is null ? "-" : Plain.Duration(load.P50),
                load is null ? "-" : Plain.Duration(load.P99),
                environment.Url ?? "-");
        }

        table.Write(writer);
    }

    private static void WriteNext(TextWriter writer)
    {
        writer.WriteLine("Everything is left running. Where to look next:");
        writer.WriteLine("  towpath status --app shop                           what runs where");
        writer.WriteLine("  towpath releases --app shop                         what was made of which commit");
        writer.WriteLine("  towpath logs api --env production --follow --app shop");
        writer.WriteLine("  towpath rollback production --app shop              back to the release before");
        writer.WriteLine("  towpath demo --down                                 remove every trace");
    }
}
