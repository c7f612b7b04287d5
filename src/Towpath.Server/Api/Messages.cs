using Towpath.Core.Diagnostics;

namespace Towpath.Server.Api;

/// <summary>Asks for a pipeline run and what follows it.</summary>
/// <param name="Repository">Absolute path of a git repository on this machine (its top folder).</param>
/// <param name="Folder">Folder of the Compose file in it, relative; <c>.</c> for the top.</param>
/// <param name="Commit">Full object name.</param>
/// <param name="Actor">Who asks.</param>
public sealed record ShipRequest(string Repository, string Folder, string Commit, string Actor)
{
    /// <summary>The application that the commit must be of; null for whichever it names.</summary>
    public string? Application { get; init; }
}

/// <summary>Answer to <see cref="ShipRequest"/>.</summary>
/// <param name="Run">The run, <c>p-N</c>; the one already under way where the same commit was shipped twice.</param>
/// <param name="Application">Application, as read from the commit.</param>
/// <param name="Attached">The same commit was being shipped already.</param>
/// <param name="FirstFact">Sequence before the run's first fact: where to start reading the journal.</param>
public sealed record ShipAnswer(string Run, string Application, bool Attached, long FirstFact);

/// <summary>Asks that a release enters an environment.</summary>
/// <param name="Environment">Which.</param>
/// <param name="Release">Release or unambiguous prefix or commit prefix; null for the one in the environment below.</param>
/// <param name="Actor">Who asks.</param>
public sealed record PromoteRequest(string Environment, string? Release, string Actor)
{
    /// <summary>Past the gates that give way to an emergency.</summary>
    public bool Emergency { get; init; }

    /// <summary>Why it is one; null where it is none.</summary>
    public string? Reason { get; init; }
}

/// <summary>Says yes to a release in an environment.</summary>
/// <param name="Environment">Which.</param>
/// <param name="Release">As in <see cref="PromoteRequest"/>.</param>
/// <param name="Role">The role in which the actor says so.</param>
/// <param name="Actor">Who says so.</param>
public sealed record ConfirmRequest(string Environment, string? Release, string Role, string Actor)
{
    /// <summary>What the actor looked at: <c>covers</c> of its approval. The yes is refused where that is another by now; null for whatever it is now.</summary>
    public string? Covers { get; init; }
}

/// <summary>Asks for an earlier release to run again.</summary>
/// <param name="Environment">Which.</param>
/// <param name="Release">As in <see cref="PromoteRequest"/>; null for the last good one before the current.</param>
/// <param name="Actor">Who asks.</param>
public sealed record RollbackRequest(string Environment, string? Release, string Actor);

/// <summary>Asks an environment's deployment to stand still.</summary>
/// <param name="Environment">Which.</param>
/// <param name="Reason">Why, or null.</param>
/// <param name="Actor">Who asks.</param>
public sealed record PauseRequest(string Environment, string? Reason, string Actor);

/// <summary>Lets an environment that stands still go on.</summary>
/// <param name="Environment">Which.</param>
/// <param name="Actor">Who asks.</param>
public sealed record ResumeRequest(string Environment, string Actor);

/// <summary>Takes back what is on its way into an environment.</summary>
/// <param name="Environment">Which.</param>
/// <param name="Actor">Who asks.</param>
public sealed record AbortRequest(string Environment, string Actor);

/// <summary>Lets weighted rollouts take their next step now.</summary>
/// <param name="Environment">Which.</param>
/// <param name="Service">The service, or null for all.</param>
/// <param name="Whole">All that is left at once, not one step.</param>
/// <param name="Actor">Who asks.</param>
public sealed record ProceedRequest(string Environment, string? Service, bool Whole, string Actor);

/// <summary>Makes something stand still, or lets it go on.</summary>
/// <param name="Application">Application, or null for everything.</param>
/// <param name="Environment">Environment of it, or null for all of it.</param>
/// <param name="Reason">Why, or null.</param>
/// <param name="Actor">Who asks.</param>
public sealed record HaltRequest(string? Application, string? Environment, string? Reason, string Actor);

/// <summary>Rejects a release for good.</summary>
/// <param name="Release">Release or unambiguous prefix or commit prefix.</param>
/// <param name="Reason">Why.</param>
/// <param name="Actor">Who rejects it.</param>
public sealed record RejectRequest(string Release, string Reason, string Actor);

/// <summary>Hands in a deploy request.</summary>
/// <param name="Environment">Which.</param>
/// <param name="Release">As in <see cref="PromoteRequest"/>; null for the one that waits or could come next.</param>
/// <param name="Fields">What it says, by field of the template.</param>
/// <param name="Actor">Who hands it in.</param>
public sealed record DeployRequest(string Environment, string? Release, IReadOnlyDictionary<string, string> Fields, string Actor);

/// <summary>Answer to something that was asked of a deployment or of the world; what comes of it is told in the journal.</summary>
/// <param name="Deployment">The deployment that it was asked of, or null for none.</param>
/// <param name="FirstFact">Sequence before the first fact that may come of it.</param>
/// <param name="Text">What happens now, for people.</param>
public sealed record AskedAnswer(string? Deployment, long FirstFact, string Text);

/// <summary>Answer to a request that started a deployment.</summary>
/// <param name="Deployment">The deployment, <c>d-N</c>, or null where nothing had to start (a confirmation that is not the last).</param>
/// <param name="Release">The release.</param>
/// <param name="Environment">The environment.</param>
/// <param name="FirstFact">Sequence before its first fact.</param>
/// <param name="Text">What happens now, for people.</param>
public sealed record DeploymentAnswer(string? Deployment, string Release, string Environment, long FirstFact, string Text);

/// <summary>One gate and whether it holds.</summary>
/// <param name="Name">The gate's word in <c>towpath.yaml</c>; <c>not-rejected</c> for what is asked without one.</param>
/// <param name="Holds">Whether it holds now.</param>
/// <param name="Evidence">Why, for people.</param>
public sealed record GateAnswer(string Name, bool Holds, string Evidence)
{
    /// <summary>When it will hold by itself, if only time is missing.</summary>
    public DateTimeOffset? HoldsAt { get; init; }
}

/// <summary>The gates of one environment for one release.</summary>
/// <param name="Environment">Environment.</param>
/// <param name="Release">Release.</param>
/// <param name="MayEnter">All that counts for it holds; what ran there before comes back by fewer gates.</param>
/// <param name="Gates">All of them.</param>
public sealed record GatesAnswer(string Environment, string Release, bool MayEnter, IReadOnlyList<GateAnswer> Gates);

/// <summary>A release as listed.</summary>
public sealed record ReleaseAnswer(
    string Id,
    string Commit,
    string Subject,
    DateTimeOffset CreatedAt,
    IReadOnlyDictionary<string, string> Images,
    IReadOnlyList<string> Environments,
    IReadOnlyList<EvidenceAnswer> Evidence)
{
    /// <summary>Evidence of runs of exactly its commit elsewhere, newest first; in lists always empty.</summary>
    public IReadOnlyList<CiEvidenceAnswer> Elsewhere { get; init; } = [];
}

/// <summary>What a pipeline step left behind.</summary>
/// <param name="Step">Which.</param>
/// <param name="Outcome"><c>succeeded</c> or <c>failed</c>.</param>
/// <param name="Duration">How long it took.</param>
/// <param name="LogFile">Where its output is, or null.</param>
/// <param name="Detail">What it found, for people; null where its end says all.</param>
public sealed record EvidenceAnswer(string Step, string Outcome, TimeSpan Duration, string? LogFile, string? Detail);

/// <summary>State of an application.</summary>
public sealed record StatusAnswer(string Application, IReadOnlyList<EnvironmentAnswer> Environments, IReadOnlyList<RunAnswer> Runs);

/// <summary>State of one environment.</summary>
/// <param name="Name">Environment.</param>
/// <param name="Url">Where its gateway answers, or null before the first deployment.</param>
/// <param name="Release">Current release, or null.</param>
/// <param name="Commit">Its commit, or null.</param>
/// <param name="Since">When it came in, or null.</param>
/// <param name="Deployment">Deployment under way or the last one, or null.</param>
/// <param name="Phase">Its phase, or null.</param>
/// <param name="Next">Release that could come next, or null.</param>
/// <param name="Gates">Gates for <paramref name="Next"/>.</param>
/// <param name="Services">Services and their replicas.</param>
public sealed record EnvironmentAnswer(
    string Name,
    string? Url,
    string? Release,
    string? Commit,
    DateTimeOffset? Since,
    string? Deployment,
    string? Phase,
    string? Next,
    IReadOnlyList<GateAnswer> Gates,
    IReadOnlyList<ServiceAnswer> Services)
{
    /// <summary>How services are replaced here unless one says otherwise: <c>rolling</c>, <c>blue-green</c>, <c>canary</c>, <c>recreate</c>.</summary>
    public string? Strategy { get; init; }

    /// <summary>The release before, while it is kept ready to come back; null where none is.</summary>
    public WarmAnswer? Warm { get; init; }

    /// <summary>What keeps it from going on: halts of any extent, and a pause of its deployment.</summary>
    public IReadOnlyList<StandingAnswer> StandsStill { get; init; } = [];

    /// <summary>Weighted rollouts under way: what share of its requests each service's new replicas have.</summary>
    public IReadOnlyList<ShareAnswer> Shares { get; init; } = [];

    /// <summary>Emergencies that were declared for it in the last 90 days.</summary>
    public int Emergencies { get; init; }

    /// <summary>What was changed behind Towpath's back and is not put right yet.</summary>
    public IReadOnlyList<string> Drift { get; init; } = [];

    /// <summary>Why nothing is known of what runs there now: its cluster could not be asked. The numbers of its services mean nothing then. Null where it could.</summary>
    public string? Unseen { get; init; }
}

/// <summary>How far the weighted rollout of a service has come.</summary>
/// <param name="Service">Service.</param>
/// <param name="Percent">Share of the requests that its new replicas were given.</param>
/// <param name="Step">Step that is under way, from 1.</param>
/// <param name="Steps">Number of steps, the whole included.</param>
/// <param name="Waits">A person must let it go on: <c>towpath proceed</c>.</param>
public sealed record ShareAnswer(string Service, int Percent, int Step, int Steps, bool Waits);

/// <summary>A release that is kept ready to come back.</summary>
/// <param name="Release">Which.</param>
/// <param name="Until">Until when.</param>
public sealed record WarmAnswer(string Release, DateTimeOffset Until);

/// <summary>Something stands still.</summary>
/// <param name="What"><c>everything</c>, an application, an environment or a deployment.</param>
/// <param name="Actor">Who stopped it.</param>
/// <param name="Reason">Why, or null.</param>
/// <param name="Since">Since when.</param>
public sealed record StandingAnswer(string What, string Actor, string? Reason, DateTimeOffset Since);

/// <summary>State of one service in an environment. Replicas that are only kept ready to come back do not count as running.</summary>
/// <param name="Name">Service.</param>
/// <param name="Revision">Revision that is wanted.</param>
/// <param name="Desired">Replicas that are wanted; on a cluster as many pods as it is to have now, by an autoscaler's number where one sets it.</param>
/// <param name="Running">Replicas that run; on a cluster pods that are ready.</param>
/// <param name="Image">Digest of its image.</param>
public sealed record ServiceAnswer(string Name, string Revision, int Desired, int Running, string Image)
{
    /// <summary>Why it is not as it should be on its cluster, in a sentence; null where it is, and for containers.</summary>
    public string? Why { get; init; }
}

/// <summary>A pipeline run.</summary>
public sealed record RunAnswer(string Id, string Commit, string State);

/// <summary>One line of a service's log.</summary>
/// <param name="At">When the container wrote it.</param>
/// <param name="Environment">Environment.</param>
/// <param name="Service">Service.</param>
/// <param name="Container">Container name; of an environment on a cluster its pod, as <c>pod/container</c> where that has several.</param>
/// <param name="Stream"><c>stdout</c> or <c>stderr</c>; a cluster does not tell them apart, so that all is <c>stdout</c> there.</param>
/// <param name="Text">The line without its end.</param>
public sealed record LogAnswer(DateTimeOffset At, string Environment, string Service, string Container, string Stream, string Text);

/// <summary>What the control plane says of itself.</summary>
public sealed record AboutAnswer(string Version, string Engine, string EngineVersion, int Pid, string StateFolder)
{
    /// <summary>Where people reach it; null where nobody said it.</summary>
    public string? Url { get; init; }
}

/// <summary>What looking through the journal gave.</summary>
/// <param name="Facts">Facts that are as they were written, from the first on.</param>
/// <param name="Seal">Number and seal of the last of them: <c>NUMBER:SEAL</c>.</param>
/// <param name="Broken">The first thing that is not as it was written; null for none.</param>
public sealed record AuditAnswer(long Facts, string Seal, Diagnostic? Broken);
