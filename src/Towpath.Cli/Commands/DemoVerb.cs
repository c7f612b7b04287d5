using System.CommandLine;
using Towpath.Cli.Demo;
using Towpath.Core.Diagnostics;

namespace Towpath.Cli.Commands;

/// <summary><c>towpath demo</c>.</summary>
internal sealed class DemoVerb : Verb
{
    private readonly Option<bool> _down = new("--down") { Description = "Remove every trace of the demo." };

    /// <summary>Declares it.</summary>
    public DemoVerb()
        : base("demo", "Takes three commits of a sample application to production under load, the third one broken.", "demo", "demo --down") => Options.Add(_down);

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
        var report = await TellAsync(invocation, files, cancellationToken);
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

        Client.Paths.MakePrivate(invocation.Paths.State);
        await invocation.Surroundings.Doctor.PrepareImagesAsync(new Host.EngineChoice(invocation.Engine, invocation.Paths.State), invocation.Terminal.Say, cancellationToken);
    }

    private static async Task<DemoReport> TellAsync(Invocation invocation, DemoFiles files, CancellationToken cancellationToken)
    {
        var folder = Path.Combine(invocation.Paths.State, "demo", DemoStory.Application);
        Client.Paths.MakePrivate(invocation.Paths.State);
        var commits = await new DemoRepository(folder).MakeAsync(files, cancellationToken);
        var plane = await invocation.ConnectAsOwnerAsync(cancellationToken);
        await using var load = invocation.Surroundings.Load();
        var story = new DemoStory(plane, invocation.Terminal, invocation.Surroundings.Time, load, folder);
        var chapters = await story.TellAsync(commits, cancellationToken);
        var loads = await load.StopAsync();
        var status = await plane.StatusAsync(DemoStory.Application, cancellationToken);
        return new DemoReport(chapters, loads, status.Environments);
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
}
