namespace Towpath.Server.Api;

/// <summary>A deployment as listed.</summary>
/// <param name="Id">Its name, <c>d-N</c>.</param>
/// <param name="Environment">Environment.</param>
/// <param name="Release">Release that it brings in.</param>
/// <param name="Previous">Release that ran before it, or null for none.</param>
/// <param name="Actor">Who asked for it.</param>
/// <param name="Phase">Its phase now, or the one that it ended in.</param>
/// <param name="Ended">Whether it has ended.</param>
/// <param name="RequestedAt">When it was asked for.</param>
/// <param name="UpdatedAt">When it took its last step.</param>
public sealed record ListedDeploymentAnswer(
    string Id, string Environment, string Release, string? Previous, string Actor, string Phase, bool Ended, DateTimeOffset RequestedAt, DateTimeOffset UpdatedAt);

/// <summary>One deployment, and what happened in it.</summary>
/// <param name="Deployment">The deployment.</param>
/// <param name="Facts">What the journal tells of it, oldest first; the first 500.</param>
public sealed record DeploymentDetailAnswer(ListedDeploymentAnswer Deployment, IReadOnlyList<Towpath.Core.Journal.Fact> Facts);

/// <summary>A pipeline run as listed.</summary>
/// <param name="Id">Its name, <c>p-N</c>.</param>
/// <param name="Commit">Full object name.</param>
/// <param name="Subject">First line of the commit's message.</param>
/// <param name="Actor">Who shipped it.</param>
/// <param name="State">What became of it.</param>
/// <param name="Release">Release that it made, or null.</param>
/// <param name="QueuedAt">When it was asked for.</param>
/// <param name="EndedAt">When it ended, or null.</param>
public sealed record ListedRunAnswer(
    string Id, string Commit, string Subject, string Actor, Storage.RunState State, string? Release, DateTimeOffset QueuedAt, DateTimeOffset? EndedAt);

/// <summary>One pipeline run with its steps.</summary>
/// <param name="Run">The run.</param>
/// <param name="Steps">Steps that have ended, in that order.</param>
public sealed record RunDetailAnswer(ListedRunAnswer Run, IReadOnlyList<EvidenceAnswer> Steps);

/// <summary>The end of a step's log.</summary>
/// <param name="Step">Step.</param>
/// <param name="Lines">Its last lines, oldest first.</param>
/// <param name="Whole">There are no lines before them.</param>
public sealed record StepLogAnswer(string Step, IReadOnlyList<string> Lines, bool Whole);
