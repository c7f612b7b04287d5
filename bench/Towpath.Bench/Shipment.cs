using Towpath.Cli.Client;
using Towpath.Core.Diagnostics;
using Towpath.Core.Journal;
using Towpath.Server.Api;

namespace Towpath.Bench;

/// <summary>How long a commit took, by the journal.</summary>
/// <param name="Release">The release.</param>
/// <param name="Pipeline">From the run's start to its release.</param>
/// <param name="Deployment">From the request to the read-back digests.</param>
internal sealed record Shipment(string Release, TimeSpan Pipeline, TimeSpan Deployment)
{
    /// <summary>Ships a commit and follows it to the top of the ladder.</summary>
    /// <param name="plane">The control plane; may go away for a while.</param>
    /// <param name="repository">Where the commit is.</param>
    /// <param name="commit">Full object name.</param>
    /// <param name="see">Given each fact.</param>
    /// <param name="cancellationToken">Ends the following.</param>
    /// <exception cref="BenchException">It did not arrive.</exception>
    public static async Task<Shipment> SendAsync(ControlPlaneClient plane, Repository repository, string commit, Action<Fact> see, CancellationToken cancellationToken)
    {
        var answer = await plane.ShipAsync(new ShipRequest(repository.Folder, ".", commit, "bench"), cancellationToken);
        var facts = new List<Fact>();
        var end = await new Follower(plane, TimeProvider.System).UntilEndAsync(answer.Application, answer.FirstFact, new ShipWatch(answer.Run), fact =>
        {
            facts.Add(fact);
            see(fact);
        }, cancellationToken);
        if (end.Code != ExitCode.Success) throw new BenchException($"shipping {commit[..10]} failed: {end.Text}{Reason(facts)}");
        var made = facts.Find(f => f.Kind == FactKind.PipelineSucceeded) ?? throw new BenchException($"the pipeline of {commit[..10]} left no end");
        var began = facts.Find(f => f.Kind == FactKind.DeploymentRequested)?.At ?? made.At;
        var done = facts.FindLast(f => f.Kind == FactKind.DeploymentSucceeded)?.At ?? began;
        return new Shipment(made.Release!, made.Duration ?? TimeSpan.Zero, done - began);
    }

    private static string Reason(List<Fact> facts) =>
        facts.FindLast(f => f.Diagnostic is not null)?.Diagnostic is { } diagnostic ? $" ({diagnostic.Code}: {diagnostic.Headline}; {diagnostic.Label})" : "";
}
