using Towpath.Core.Diagnostics;
using Towpath.Core.Journal;

namespace Towpath.Cli.Client;

/// <summary>How what was watched ended.</summary>
/// <param name="Code">Exit code.</param>
/// <param name="Text">One sentence for people.</param>
internal sealed record WatchEnd(ExitCode Code, string Text);

/// <summary>Waits in the journal for an end.</summary>
internal interface IWatch
{
    /// <summary>Whether a fact is about what is watched: others may be at work on the same application.</summary>
    bool Concerns(Fact fact);

    /// <summary>Takes in one fact; the end, once it is there.</summary>
    WatchEnd? Apply(Fact fact);
}

/// <summary>From a pipeline run to the place where its release stops: at a gate, at the top, or by a failure.</summary>
/// <param name="run">The run.</param>
internal sealed class ShipWatch(string run) : IWatch
{
    /// <summary>The release, once the pipeline made it. Before that, Ctrl-C cancels the run; after it, the deployment goes on.</summary>
    public string? Release { get; private set; }

    /// <inheritdoc/>
    public bool Concerns(Fact fact) => fact.Run == run || (Release is not null && fact.Run is null && fact.Release == Release);

    /// <inheritdoc/>
    public WatchEnd? Apply(Fact fact) => Release is null ? Pipeline(fact) : Journey(fact);

    private WatchEnd? Pipeline(Fact fact)
    {
        if (fact.Run != run)
        {
            return null;
        }

        switch (fact.Kind)
        {
            case FactKind.PipelineFailed or FactKind.PipelineCancelled:
                return new WatchEnd(ExitCode.PipelineFailed, fact.Text);
            case FactKind.ReleaseCreated or FactKind.PipelineSucceeded:
                Release = fact.Release;
                return null;
            default:
                return null;
        }
    }

    private WatchEnd? Journey(Fact fact) => fact.Release != Release ? null : fact.Kind switch
    {
        FactKind.ReleaseWaiting or FactKind.ReleaseArrived => new WatchEnd(ExitCode.Success, fact.Text),
        _ => DeploymentWatch.EndOf(fact, successEnds: false),
    };
}

/// <summary>One deployment to its end.</summary>
/// <param name="deployment">The deployment.</param>
internal sealed class DeploymentWatch(string deployment) : IWatch
{
    /// <inheritdoc/>
    public bool Concerns(Fact fact) => fact.Deployment == deployment;

    /// <inheritdoc/>
    public WatchEnd? Apply(Fact fact) => fact.Deployment == deployment ? EndOf(fact, successEnds: true) : null;

    /// <summary>The end that a fact of a deployment means, or null.</summary>
    public static WatchEnd? EndOf(Fact fact, bool successEnds) => fact.Kind switch
    {
        FactKind.DeploymentSucceeded when successEnds => new WatchEnd(ExitCode.Success, fact.Text),
        FactKind.DeploymentFailed or FactKind.DeploymentFrozen or FactKind.DeploymentCancelled => new WatchEnd(ExitCode.DeploymentFailed, fact.Text),
        FactKind.DeploymentSuperseded => new WatchEnd(ExitCode.Busy, fact.Text),
        _ => null,
    };
}
