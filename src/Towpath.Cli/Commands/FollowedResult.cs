using Towpath.Cli.Client;
using Towpath.Cli.Terminal;
using Towpath.Core.Diagnostics;
using Towpath.Server.Api;

namespace Towpath.Cli.Commands;

/// <summary>What a followed ship or deployment came to.</summary>
/// <param name="Application">Application.</param>
/// <param name="Run">Pipeline run, or null.</param>
/// <param name="Release">Release, or null where there is none.</param>
/// <param name="Outcome">Name of the exit code.</param>
/// <param name="Text">One sentence.</param>
/// <param name="Steps">Steps of the pipeline.</param>
/// <param name="Deployments">Deployments on the way.</param>
internal sealed record FollowedResult(
    string Application,
    string? Run,
    string? Release,
    ExitCode Outcome,
    string Text,
    IReadOnlyList<StepProgress> Steps,
    IReadOnlyList<DeploymentProgress> Deployments)
{
    /// <summary>The result at an end.</summary>
    public static FollowedResult Of(string application, ProgressModel model, WatchEnd end) =>
        new(application, model.Run, model.Release, end.Code, end.Text, model.Steps, model.Deployments);

    /// <summary>Follows a started deployment and gives its result; one that did not start, or that nobody waits for, gives the answer alone.</summary>
    public static async Task<ExitCode> OfDeploymentAsync(
        Invocation invocation,
        IControlPlane plane,
        string application,
        DeploymentAnswer answer,
        bool wait,
        CancellationToken cancellationToken)
    {
        if (answer.Deployment is not { } deployment || !wait)
        {
            invocation.Terminal.Result(answer, text => text.WriteLine(answer.Text));
            return ExitCode.Success;
        }

        invocation.Terminal.Say(answer.Text);
        WatchEnd end;
        ProgressModel model;
        await using (var view = invocation.Terminal.OpenProgress())
        {
            try
            {
                var follower = new Follower(plane, invocation.Surroundings.Time);
                end = await follower.UntilEndAsync(application, answer.FirstFact, new DeploymentWatch(deployment), view.Show, cancellationToken);
            }
            catch (OperationCanceledException)
            {
                await view.DisposeAsync();
                invocation.Terminal.Say($"deployment {deployment} goes on without this terminal; see it with `towpath status --app {application}`");
                throw;
            }

            model = view.Model;
        }

        var result = Of(application, model, end) with { Release = answer.Release };
        invocation.Terminal.Result(result, text => text.WriteLine(end.Text));
        return end.Code;
    }
}
