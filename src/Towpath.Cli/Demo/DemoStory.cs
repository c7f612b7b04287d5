using Towpath.Cli.Commands;
using Towpath.Cli.Terminal;
using Towpath.Core.Diagnostics;
using Towpath.Core.Journal;
using Towpath.Server.Api;

namespace Towpath.Cli.Demo;

/// <summary>What became of one commit.</summary>
/// <param name="Commit">The commit.</param>
/// <param name="Shipped">From the pipeline to the first environment that does not take releases by itself.</param>
/// <param name="Promoted">The environments after that.</param>
internal sealed record DemoChapter(DemoCommit Commit, FollowedResult Shipped, IReadOnlyList<FollowedResult> Promoted)
{
    /// <summary>All deployments, lowest environment first.</summary>
    public IEnumerable<DeploymentProgress> Deployments => Shipped.Deployments.Concat(Promoted.SelectMany(result => result.Deployments));
}

/// <summary>Tells the story: each commit climbs the ladder under load, or fails where it must.</summary>
/// <param name="plane">The control plane.</param>
/// <param name="terminal">Where it is told.</param>
/// <param name="time">For pauses.</param>
/// <param name="load">Requests to each environment that runs something.</param>
/// <param name="repository">The demo's repository.</param>
internal sealed class DemoStory(IControlPlane plane, ITerminal terminal, TimeProvider time, IDemoLoad load, string repository)
{
    /// <summary>The application of the story.</summary>
    public const string Application = "shop";

    private readonly List<Task> _startingLoads = [];

    /// <summary>Tells it.</summary>
    /// <exception cref="DiagnosticException">TP7131: something went otherwise than the story says.</exception>
    public async Task<IReadOnlyList<DemoChapter>> TellAsync(IReadOnlyList<DemoCommit> commits, CancellationToken cancellationToken)
    {
        await LoadWhatRunsAsync(cancellationToken);
        var chapters = new List<DemoChapter>();
        foreach (var commit in commits)
        {
            terminal.Say("");
            terminal.Say($"commit {chapters.Count + 1} of {commits.Count}: {commit.Subject} ({Plain.Commit(commit.Commit)})");
            chapters.Add(commit.BreaksIn is not null ? await FailAsync(commit, cancellationToken) : await ClimbAsync(commit, cancellationToken));
            await Task.WhenAll(_startingLoads);
        }

        return chapters;
    }

    private async Task<DemoChapter> ClimbAsync(DemoCommit commit, CancellationToken cancellationToken)
    {
        var shipped = await ShipAsync(commit, cancellationToken);
        if (shipped is not { Outcome: ExitCode.Success, Release: { } release })
        {
            throw Differs($"`{commit.Subject}` becomes a release and enters the first environment", shipped.Text);
        }

        var promoted = new List<FollowedResult>();
        var status = await plane.StatusAsync(Application, cancellationToken);
        foreach (var environment in status.Environments.Where(environment => environment.Release != release))
        {
            promoted.Add(await PromoteAsync(environment.Name, release, cancellationToken));
        }

        return new DemoChapter(commit, shipped, promoted);
    }

    // It climbs to where it breaks. There and above must run what ran before.
    private async Task<DemoChapter> FailAsync(DemoCommit commit, CancellationToken cancellationToken)
    {
        var before = await FromBreakAsync(commit, cancellationToken);
        var shipped = await ShipAsync(commit, cancellationToken);
        var promoted = new List<FollowedResult>();
        var failed = shipped;
        if (shipped is { Outcome: ExitCode.Success, Release: { } release })
        {
            promoted.Add(failed = await TryPromoteAsync(commit.BreaksIn!, release, cancellationToken));
        }

        if (failed.Outcome != ExitCode.DeploymentFailed || failed.Deployments.All(deployment => deployment.Environment != commit.BreaksIn))
        {
            throw Differs($"`{commit.Subject}` fails in {commit.BreaksIn}", failed.Text);
        }

        var after = await FromBreakAsync(commit, cancellationToken);
        if (!after.SequenceEqual(before))
        {
            throw Differs("the failed release is rolled back", $"environments ran {string.Join(", ", before)} before it and {string.Join(", ", after)} after it");
        }

        terminal.Say($"it failed in {commit.BreaksIn} as expected, and was rolled back by itself");
        return new DemoChapter(commit, shipped, promoted);
    }

    private async Task<FollowedResult> ShipAsync(DemoCommit commit, CancellationToken cancellationToken)
    {
        var answer = await plane.ShipAsync(new ShipRequest(repository, ".", commit.Commit, "demo"), cancellationToken);
        return await Following(cancellationToken).ShipmentAsync(answer, cancellationToken);
    }

    private async Task<FollowedResult> PromoteAsync(string environment, string release, CancellationToken cancellationToken)
    {
        var result = await TryPromoteAsync(environment, release, cancellationToken);
        return result.Outcome == ExitCode.Success ? result : throw Differs($"{release} enters {environment}", result.Text);
    }

    private async Task<FollowedResult> TryPromoteAsync(string environment, string release, CancellationToken cancellationToken)
    {
        terminal.Say($"promoting {release} to {environment}");
        var answer = await new DemoGates(plane, terminal, time).EnterAsync(Application, environment, release, cancellationToken);
        return await Following(cancellationToken).DeploymentAsync(Application, answer.Deployment!, answer, cancellationToken);
    }

    private Following Following(CancellationToken cancellationToken) => new(plane, terminal, time)
    {
        Also = fact =>
        {
            if (fact.Kind == FactKind.DeploymentSucceeded)
            {
                _startingLoads.Add(LoadWhatRunsAsync(cancellationToken));
            }
        },
    };

    private async Task LoadWhatRunsAsync(CancellationToken cancellationToken)
    {
        if (!(await plane.ApplicationsAsync(cancellationToken)).Contains(Application))
        {
            return;
        }

        var status = await plane.StatusAsync(Application, cancellationToken);
        foreach (var environment in status.Environments.Where(environment => environment is { Release: not null, Url: not null }))
        {
            load.Start(environment.Name, new Uri(environment.Url!));
        }
    }

    private async Task<IReadOnlyList<string>> FromBreakAsync(DemoCommit commit, CancellationToken cancellationToken) =>
        [.. (await plane.StatusAsync(Application, cancellationToken)).Environments.SkipWhile(environment => environment.Name != commit.BreaksIn).Select(environment => environment.Release ?? "nothing")];

    private static DiagnosticException Differs(string expected, string saw) =>
        new(ExitCode.DeploymentFailed, CliDiagnostics.DemoDiffers(expected, saw));
}
