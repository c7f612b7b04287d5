using Towpath.Cli.Client;
using Towpath.Cli.Terminal;
using Towpath.Core.Journal;
using Towpath.Server.Api;

namespace Towpath.Cli.Commands;

/// <summary>Shows how something goes on until it ends, and lets go of it properly when the person leaves.</summary>
/// <param name="plane">The control plane.</param>
/// <param name="terminal">Where it is shown.</param>
/// <param name="time">For pauses.</param>
internal sealed class Following(IControlPlane plane, ITerminal terminal, TimeProvider time)
{
    /// <summary>Told of each fact, next to the view.</summary>
    public Action<Fact> Also { get; init; } = _ => { };

    /// <summary>A run and the release that comes of it. Ctrl-C cancels the run, but not a deployment.</summary>
    public Task<FollowedResult> ShipmentAsync(ShipAnswer answer, CancellationToken cancellationToken)
    {
        var watch = new ShipWatch(answer.Run);
        return FollowAsync(answer.Application, answer.FirstFact, watch, () => LetGoAsync(answer, watch), cancellationToken);
    }

    /// <summary>A deployment. It goes on after Ctrl-C.</summary>
    public async Task<FollowedResult> DeploymentAsync(string application, string deployment, DeploymentAnswer answer, CancellationToken cancellationToken)
    {
        var result = await FollowAsync(application, answer.FirstFact, new DeploymentWatch(deployment), LetGo, cancellationToken);
        return result with { Release = answer.Release };

        Task LetGo()
        {
            terminal.Say($"deployment {deployment} goes on without this terminal; see it with `towpath status --app {application}`");
            return Task.CompletedTask;
        }
    }

    private async Task<FollowedResult> FollowAsync(string application, long after, IWatch watch, Func<Task> letGo, CancellationToken cancellationToken)
    {
        await using var view = terminal.OpenProgress();
        try
        {
            var end = await new Follower(plane, time).UntilEndAsync(application, after, watch, Show, cancellationToken);
            return FollowedResult.Of(application, view.Model, end);
        }
        catch (OperationCanceledException)
        {
            await view.DisposeAsync();
            await letGo();
            throw;
        }

        void Show(Fact fact)
        {
            view.Show(fact);
            Also(fact);
        }
    }

    // Nothing is deployed yet while the pipeline runs, so stopping is safe. A deployment is not stopped half-way by a closed terminal.
    private async Task LetGoAsync(ShipAnswer answer, ShipWatch watch)
    {
        if (watch.Release is { } release)
        {
            terminal.Say($"the deployment of {release} goes on without this terminal; see it with `towpath status --app {answer.Application}`");
        }
        else if (answer.Attached)
        {
            terminal.Say($"run {answer.Run} was started by another `ship` and goes on");
        }
        else
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(5));
            await plane.CancelRunAsync(answer.Run, patience.Token);
            terminal.Say($"run {answer.Run} is cancelled; nothing was deployed");
        }
    }
}
