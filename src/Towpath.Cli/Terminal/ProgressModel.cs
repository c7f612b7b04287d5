using System.Collections.Immutable;
using Towpath.Core.Diagnostics;
using Towpath.Core.Journal;

namespace Towpath.Cli.Terminal;

/// <summary>How something stands.</summary>
internal enum ProgressState
{
    /// <summary>Under way.</summary>
    Running,

    /// <summary>Ended well.</summary>
    Succeeded,

    /// <summary>Ended badly.</summary>
    Failed,

    /// <summary>Ended before its end: cancelled, or a newer one took its place.</summary>
    Stopped,
}

/// <summary>One step of the pipeline.</summary>
/// <param name="Name">Step.</param>
/// <param name="Service">Service, or null.</param>
/// <param name="State">How it stands.</param>
/// <param name="StartedAt">When it began.</param>
/// <param name="Duration">How long it took, once it ended.</param>
internal sealed record StepProgress(string Name, string? Service, ProgressState State, DateTimeOffset StartedAt, TimeSpan? Duration);

/// <summary>One phase of a deployment.</summary>
/// <param name="Name">Phase.</param>
/// <param name="StartedAt">When it began.</param>
/// <param name="Duration">How long it took, once the next one began.</param>
internal sealed record PhaseProgress(string Name, DateTimeOffset StartedAt, TimeSpan? Duration);

/// <summary>One deployment.</summary>
/// <param name="Deployment">Identifier, <c>d-N</c>.</param>
/// <param name="Environment">Environment.</param>
/// <param name="Release">Release.</param>
/// <param name="State">How it stands.</param>
/// <param name="StartedAt">When it was asked for.</param>
/// <param name="Duration">How long it took, once it ended.</param>
/// <param name="Phases">Phases so far, in order.</param>
/// <param name="Services">Last words on each service.</param>
internal sealed record DeploymentProgress(
    string Deployment,
    string Environment,
    string Release,
    ProgressState State,
    DateTimeOffset StartedAt,
    TimeSpan? Duration,
    ImmutableArray<PhaseProgress> Phases,
    ImmutableSortedDictionary<string, string> Services)
{
    /// <summary>The phase that it is in, or null before the first.</summary>
    public string? Phase => Phases.IsEmpty ? null : Phases[^1].Name;
}

/// <summary>What a watcher knows after the facts so far. Live view, plain lines and JSON are made from it; it knows no terminal and no clock.</summary>
internal sealed record ProgressModel
{
    /// <summary>Before the first fact.</summary>
    public static ProgressModel Empty { get; } = new();

    /// <summary>Pipeline run, or null.</summary>
    public string? Run { get; init; }

    /// <summary>How the pipeline stands, or null where there is none.</summary>
    public ProgressState? Pipeline { get; init; }

    /// <summary>When the pipeline was asked for, or null.</summary>
    public DateTimeOffset? PipelineStartedAt { get; init; }

    /// <summary>How long the pipeline took, once it ended.</summary>
    public TimeSpan? PipelineDuration { get; init; }

    /// <summary>Steps in the order in which they began.</summary>
    public ImmutableArray<StepProgress> Steps { get; init; } = [];

    /// <summary>Deployments in the order in which they were asked for.</summary>
    public ImmutableArray<DeploymentProgress> Deployments { get; init; } = [];

    /// <summary>The release, once there is one.</summary>
    public string? Release { get; init; }

    /// <summary>The last fact that says something about the whole.</summary>
    public string? LastWords { get; init; }

    /// <summary>What was said so far, each once: the end of a step, of its run and of what stood on it tell the same.</summary>
    public ImmutableArray<Diagnostic> Diagnostics { get; init; } = [];

    /// <summary>The model after one more fact.</summary>
    public ProgressModel Apply(Fact fact)
    {
        var model = ApplyKind(fact);
        return fact.Diagnostic is { } said && !Diagnostics.Any(d => d.Code == said.Code && d.Headline == said.Headline && d.Location == said.Location)
            ? model with { Diagnostics = Diagnostics.Add(said) }
            : model;
    }

    private ProgressModel ApplyKind(Fact fact) => fact.Kind switch
    {
        FactKind.PipelineQueued or FactKind.PipelineStarted =>
            this with { Run = fact.Run, Pipeline = ProgressState.Running, PipelineStartedAt = PipelineStartedAt ?? fact.At },
        FactKind.StepStarted => StepBegan(fact),
        FactKind.StepSucceeded => StepEnded(fact, ProgressState.Succeeded),
        FactKind.StepFailed => StepEnded(fact, ProgressState.Failed),
        FactKind.PipelineSucceeded => PipelineEnded(fact, ProgressState.Succeeded),
        FactKind.PipelineFailed => PipelineEnded(fact, ProgressState.Failed),
        FactKind.PipelineCancelled => PipelineEnded(fact, ProgressState.Stopped),
        FactKind.ReleaseCreated => this with { Release = fact.Release ?? Release },
        FactKind.ReleaseWaiting or FactKind.ReleaseArrived => this with { LastWords = fact.Text },
        FactKind.DeploymentRequested => ChangeDeployment(fact, deployment => deployment),
        FactKind.DeploymentPhase => ChangeDeployment(fact, deployment => EnterPhase(deployment, fact)),
        FactKind.EffectDone or FactKind.EffectFailed => ChangeDeployment(fact, deployment => Note(deployment, fact)),
        FactKind.DeploymentSucceeded => ChangeDeployment(fact, deployment => End(deployment, fact, ProgressState.Succeeded)),
        FactKind.DeploymentFailed or FactKind.DeploymentFrozen =>
            ChangeDeployment(fact, deployment => End(deployment, fact, ProgressState.Failed)) with { LastWords = fact.Text },
        FactKind.DeploymentSuperseded or FactKind.DeploymentCancelled =>
            ChangeDeployment(fact, deployment => End(deployment, fact, ProgressState.Stopped)),
        _ => this,
    };

    private ProgressModel StepBegan(Fact fact)
    {
        var step = new StepProgress(fact.Step ?? fact.Text, fact.Service, ProgressState.Running, fact.At, null);
        var known = IndexOfStep(fact);
        return this with { Steps = known < 0 ? Steps.Add(step) : Steps.SetItem(known, step) };
    }

    private ProgressModel StepEnded(Fact fact, ProgressState state)
    {
        var begun = IndexOfStep(fact) < 0 ? StepBegan(fact) : this;
        var index = begun.IndexOfStep(fact);
        var step = begun.Steps[index];
        return begun with { Steps = begun.Steps.SetItem(index, step with { State = state, Duration = fact.Duration ?? fact.At - step.StartedAt }) };
    }

    private int IndexOfStep(Fact fact)
    {
        for (var index = Steps.Length - 1; index >= 0; index--)
        {
            if (Steps[index].Name == (fact.Step ?? fact.Text) && Steps[index].Service == fact.Service)
            {
                return index;
            }
        }

        return -1;
    }

    private ProgressModel PipelineEnded(Fact fact, ProgressState state) => this with
    {
        Run = fact.Run ?? Run,
        Pipeline = state,
        PipelineDuration = fact.Duration ?? fact.At - (PipelineStartedAt ?? fact.At),
        Release = fact.Release ?? Release,
        LastWords = fact.Text,
    };

    // Facts of a deployment whose request came before the first fact that we saw still count: it is made up from what they say.
    private ProgressModel ChangeDeployment(Fact fact, Func<DeploymentProgress, DeploymentProgress> change)
    {
        if (fact.Deployment is not { } id)
        {
            return this;
        }

        var known = Deployments.FirstOrDefault(d => d.Deployment == id);
        var changed = change(known ?? new DeploymentProgress(
            id,
            fact.Environment ?? "",
            fact.Release ?? "",
            ProgressState.Running,
            fact.At,
            null,
            [],
            ImmutableSortedDictionary<string, string>.Empty));
        return this with { Deployments = known is null ? Deployments.Add(changed) : Deployments.Replace(known, changed) };
    }

    private static DeploymentProgress EnterPhase(DeploymentProgress deployment, Fact fact)
    {
        var name = fact.Step ?? fact.Text;
        return deployment.Phase == name
            ? deployment
            : deployment with { Phases = Close(deployment.Phases, fact.At).Add(new PhaseProgress(name, fact.At, null)) };
    }

    private static DeploymentProgress Note(DeploymentProgress deployment, Fact fact) =>
        fact.Service is { } service ? deployment with { Services = deployment.Services.SetItem(service, fact.Text) } : deployment;

    private static DeploymentProgress End(DeploymentProgress deployment, Fact fact, ProgressState state) => deployment with
    {
        State = state,
        Duration = fact.Duration ?? fact.At - deployment.StartedAt,
        Phases = Close(deployment.Phases, fact.At),
    };

    private static ImmutableArray<PhaseProgress> Close(ImmutableArray<PhaseProgress> phases, DateTimeOffset at) =>
        phases.IsEmpty || phases[^1].Duration is not null ? phases : phases.SetItem(phases.Length - 1, phases[^1] with { Duration = at - phases[^1].StartedAt });
}
