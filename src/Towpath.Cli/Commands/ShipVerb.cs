using System.CommandLine;
using Towpath.Cli.Client;
using Towpath.Cli.Terminal;
using Towpath.Core.Diagnostics;
using Towpath.Server.Api;

namespace Towpath.Cli.Commands;

/// <summary><c>towpath ship</c>.</summary>
internal sealed class ShipVerb : Verb
{
    private readonly Option<string> _commit = new("--commit", "-c") { Description = "Commit, branch or tag.", DefaultValueFactory = _ => "HEAD", HelpName = "NAME" };
    private readonly Option<string?> _path = new("--path") { Description = "Folder of the Compose file (default: the working folder).", HelpName = "FOLDER" };
    private readonly Option<bool> _noWait = new("--no-wait") { Description = "Return once the run is queued." };

    /// <summary>Declares it.</summary>
    public ShipVerb()
        : base(
            "ship",
            "Builds and tests a commit into a release, and lifts it through the environments that take it by themselves.",
            "ship",
            "ship --commit v1.4 --path services/shop",
            "ship --output json | jq -r .release")
    {
        Options.Add(_commit);
        Options.Add(_path);
        Options.Add(_noWait);
    }

    /// <inheritdoc/>
    public override async Task<ExitCode> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var surroundings = invocation.Surroundings;
        var path = Path.GetFullPath(invocation.Arguments.GetValue(_path) ?? ".", surroundings.Folder);
        var commit = await surroundings.ResolveCommit(path, invocation.Arguments.GetValue(_commit)!, cancellationToken);
        var plane = await invocation.ConnectAsync(cancellationToken);
        var answer = await plane.ShipAsync(new ShipRequest(commit.Repository, commit.Folder, commit.Commit, invocation.Actor), cancellationToken);
        invocation.Terminal.Say(answer.Attached
            ? $"commit {Plain.Commit(commit.Commit)} of {answer.Application} is being shipped already: following run {answer.Run}"
            : $"shipping commit {Plain.Commit(commit.Commit)} of {answer.Application} as run {answer.Run}");
        if (invocation.Arguments.GetValue(_noWait))
        {
            invocation.Terminal.Result(answer, text => text.WriteLine(answer.Run));
            return ExitCode.Success;
        }

        return await FollowAsync(invocation, plane, answer, cancellationToken);
    }

    private static async Task<ExitCode> FollowAsync(Invocation invocation, IControlPlane plane, ShipAnswer answer, CancellationToken cancellationToken)
    {
        var watch = new ShipWatch(answer.Run);
        FollowedResult result;
        await using (var view = invocation.Terminal.OpenProgress())
        {
            try
            {
                var follower = new Follower(plane, invocation.Surroundings.Time);
                var end = await follower.UntilEndAsync(answer.Application, answer.FirstFact, watch, view.Show, cancellationToken);
                result = FollowedResult.Of(answer.Application, view.Model, end);
            }
            catch (OperationCanceledException)
            {
                await view.DisposeAsync();
                await LetGoAsync(invocation, plane, answer, watch);
                throw;
            }
        }

        invocation.Terminal.Result(result, text => text.WriteLine(result.Text));
        return result.Outcome;
    }

    // Nothing is deployed yet while the pipeline runs, so stopping is safe. A deployment is not stopped half-way by a closed terminal.
    private static async Task LetGoAsync(Invocation invocation, IControlPlane plane, ShipAnswer answer, ShipWatch watch)
    {
        if (watch.Release is { } release)
        {
            invocation.Terminal.Say($"the deployment of {release} goes on without this terminal; see it with `towpath status --app {answer.Application}`");
        }
        else if (answer.Attached)
        {
            invocation.Terminal.Say($"run {answer.Run} was started by another `ship` and goes on");
        }
        else
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(5));
            await plane.CancelRunAsync(answer.Run, patience.Token);
            invocation.Terminal.Say($"run {answer.Run} is cancelled; nothing was deployed");
        }
    }
}
