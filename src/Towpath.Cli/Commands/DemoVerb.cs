using System.CommandLine;
using System.CommandLine.Parsing;
using Towpath.Cli.Client;
using Towpath.Cli.Demo;
using Towpath.Cli.Demo.Cluster;
using Towpath.Core.Diagnostics;

namespace Towpath.Cli.Commands;

/// <summary><c>towpath demo</c>.</summary>
internal sealed class DemoVerb : Verb
{
    private const string Production = "production";
    private const int UsualUpdates = 20;

    private readonly Option<bool> _down = new("--down") { Description = "Remove every trace of the demo." };
    private readonly Option<string?> _registry = new("--registry") { Description = "With --engine kubernetes: registry and path that the cluster pulls from (default: one on this machine).", HelpName = "HOST/PATH" };
    private readonly Option<int> _updates = new("--updates") { Description = "With --engine kubernetes: rolling updates of production at the end, the control plane killed in half of them.", HelpName = "COUNT", DefaultValueFactory = _ => UsualUpdates };

    /// <summary>Declares it.</summary>
    public DemoVerb()
        : base("demo", "Takes three commits of a sample application to production under load, the third one broken.", "demo", "demo --engine kubernetes --updates 4", "demo --down")
    {
        Options.Add(_down);
        Options.Add(_registry);
        Options.Add(_updates);
        _updates.Validators.Add(ValidateUpdates);
    }

    /// <inheritdoc/>
    public override async Task<ExitCode> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        if (invocation.Arguments.GetValue(_down))
        {
            var removed = await new DemoRemoval(invocation).RunAsync(cancellationToken);
            invocation.Terminal.Result(removed, text => text.WriteLine(removed.Count == 0 ? "there was nothing to remove" : "the demo is gone"));
            return ExitCode.Success;
        }

        var files = DemoFiles.Find(invocation.Surroundings.Variable);
        await PrepareAsync(invocation, cancellationToken);
        var report = invocation.OnKubernetes ? await TellOnClusterAsync(invocation, files, cancellationToken) : await TellAsync(invocation, files, DemoStep.OnContainers, 0, cancellationToken);
        invocation.Terminal.Say("");
        invocation.Terminal.Result(report, report.Write);
        return Judge(invocation, report);
    }

    private static async Task PrepareAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var findings = await invocation.Surroundings.Doctor.MendAsync(invocation.Terminal.Say, cancellationToken);
        var missing = findings.Where(finding => !finding.Ok).ToArray();
        if (missing.Length > 0)
        {
            throw new DiagnosticException(ExitCode.EngineUnavailable, CliDiagnostics.StillMissing([.. missing.Select(finding => $"{finding.Name}: {finding.Detail}")]));
        }

        Paths.MakePrivate(invocation.Paths.State);
        await invocation.Surroundings.Doctor.PrepareImagesAsync(new Host.EngineChoice(invocation.Engine, invocation.Paths.State), invocation.Terminal.Say, cancellationToken);
    }

    private async Task<DemoReport> TellOnClusterAsync(Invocation invocation, DemoFiles files, CancellationToken cancellationToken)
    {
        var kubeconfig = ClusterRecord.Read(invocation.Paths) is { IsOwn: true } ? null : Given(invocation);
        var wish = new ClusterWish(new Host.EngineChoice(invocation.Engine, invocation.Paths.State), files, invocation.Arguments.GetValue(_registry), kubeconfig);
        var place = await invocation.Surroundings.Cluster.PrepareAsync(wish, invocation.Terminal.Say, cancellationToken);
        ClusterRecord.Write(invocation.Paths, place);
        if (await DownVerb.StopAsync(invocation, cancellationToken))
        {
            invocation.Terminal.Say("starting the control plane again, so that it knows the cluster");
        }

        var ladder = await File.ReadAllTextAsync(Path.Combine(files.Example("kubernetes"), "towpath.yaml"), cancellationToken);
        return await TellAsync(invocation with { Kubeconfig = place.Kubeconfig }, files, DemoStep.OnCluster(ladder, place), invocation.Arguments.GetValue(_updates), cancellationToken);
    }

    // As kubectl finds it.
    private static string? Given(Invocation invocation)
    {
        if (invocation.Surroundings.Variable("KUBECONFIG") is { Length: > 0 } named)
        {
            return named;
        }

        var usual = Path.Combine(invocation.Surroundings.Variable("HOME") ?? "/root", ".kube", "config");
        return File.Exists(usual) ? usual : null;
    }

    private static async Task<DemoReport> TellAsync(Invocation invocation, DemoFiles files, IReadOnlyList<DemoStep> steps, int updates, CancellationToken cancellationToken)
    {
        var folder = Path.Combine(invocation.Paths.State, "demo", DemoStory.Application);
        var commits = await new DemoRepository(folder).MakeAsync(files, steps, cancellationToken);
        var plane = await invocation.ConnectAsOwnerAsync(cancellationToken);
        await using var load = invocation.Surroundings.Load();
        var story = new DemoStory(plane, invocation.Terminal, invocation.Surroundings.Time, load, folder);
        var chapters = await story.TellAsync(commits, cancellationToken);
        string[] releases = [.. chapters.Where(chapter => chapter.Commit.BreaksIn is null).Select(chapter => chapter.Shipped.Release!)];
        var updated = updates == 0 ? [] : await new ClusterUpdates(invocation, plane).RunAsync(DemoStory.Application, Production, [releases[^1], releases[^2]], updates, cancellationToken);
        var loads = await load.StopAsync();
        var status = await plane.StatusAsync(DemoStory.Application, cancellationToken);
        return new DemoReport(chapters, loads, status.Environments, updated);
    }

    private static ExitCode Judge(Invocation invocation, DemoReport report)
    {
        var idle = report.Environments.Where(environment => report.Loads.All(load => load.Environment != environment.Name || load.Sent == 0)).ToArray();
        if (report.Failed == 0 && idle.Length == 0)
        {
            return ExitCode.Success;
        }

        var saw = report.Failed > 0 ? $"{report.Failed} requests failed, first: {string.Join("; ", report.Loads.SelectMany(load => load.Samples).Take(3))}" : $"no request reached {string.Join(", ", idle.Select(environment => environment.Name))}";
        invocation.Terminal.Report([CliDiagnostics.DemoDiffers("every environment answers every request", saw)]);
        return ExitCode.DeploymentFailed;
    }

    private static void ValidateUpdates(OptionResult result)
    {
        if (result.Tokens.Count == 1 && (!int.TryParse(result.Tokens[0].Value, out var count) || count is < 0 or > ClusterUpdates.Most))
        {
            result.AddError($"--updates is 0 to {ClusterUpdates.Most}");
        }
    }
}
