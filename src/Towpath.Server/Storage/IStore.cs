using System.Collections.Immutable;
using Towpath.Core.Applications;
using Towpath.Core.Journal;
using Towpath.Core.Releases;

namespace Towpath.Server.Storage;

/// <summary>
/// Everything the control plane remembers. Each call is one transaction; facts given to a call are stored in the same
/// transaction as the change they tell of. Calls that change what a lease guards check its token (<see cref="StaleLeaseException"/>).
/// </summary>
public interface IStore : IIdentityStore, IAnnouncementStore, IListingStore, IPortStore, IRequestStore, IDeliveryStore, IEscalationStore, IReviewStore, ISupplyStore, IEvidenceStore, ILoginStore
{
    /// <summary>Registers an application, or updates where its repository is and what its ladder says.</summary>
    void SaveApplication(string application, string repository, string folder, Ladder ladder);

    /// <summary>A known application, or null.</summary>
    ApplicationRecord? Application(string application);

    /// <summary>All known applications by name.</summary>
    IReadOnlyList<ApplicationRecord> Applications();

    /// <summary>Forgets an application and everything about it, except the journal: facts are never taken back, and numbers never given twice.</summary>
    void RemoveApplication(string application);

    /// <summary>Queues a run; the unfinished run of the same commit is returned instead where there is one.</summary>
    (RunRecord Run, bool Attached) QueueRun(string application, string commit, string subject, string actor, DateTimeOffset now, Fact fact);

    /// <summary>A run, or null.</summary>
    RunRecord? Run(string id);

    /// <summary>Runs that are queued or running, oldest first, of one application or all.</summary>
    IReadOnlyList<RunRecord> UnfinishedRuns(string? application);

    /// <summary>The newest runs of an application, newest first.</summary>
    IReadOnlyList<RunRecord> RecentRuns(string application, int count);

    /// <summary>Sets the state of a run.</summary>
    void UpdateRun(string id, RunState state, string? release, DateTimeOffset now, params ImmutableArray<Fact> facts);

    /// <summary>Stores what a step left behind.</summary>
    void SaveEvidence(EvidenceRecord evidence, params ImmutableArray<Fact> facts);

    /// <summary>Evidence of a run in the order in which steps ended.</summary>
    IReadOnlyList<EvidenceRecord> Evidence(string run);

    /// <summary>Stores a release; one of that identifier is left as it is.</summary>
    void SaveRelease(Release release, string run, params ImmutableArray<Fact> facts);

    /// <summary>A release by identifier, or null.</summary>
    Release? Release(string application, string id);

    /// <summary>The run that made a release, or null.</summary>
    string? RunOfRelease(string application, string release);

    /// <summary>The release of a commit, or null.</summary>
    Release? ReleaseOfCommit(string application, string commit);

    /// <summary>Releases, newest first.</summary>
    IReadOnlyList<Release> Releases(string application, int count);

    /// <summary>Deletes a release that no environment runs, may go back to, or waits for.</summary>
    void RemoveRelease(string application, string id);

    /// <summary>Takes the lease of (application, environment) when it is free, expired or the owner's own; null where another holds it.</summary>
    Lease? TryTakeLease(string application, string environment, string owner, DateTimeOffset now, TimeSpan duration);

    /// <summary>Lets go of a lease.</summary>
    void ReleaseLease(Lease lease);

    /// <summary>The lease of an environment as it is now, whoever holds it and whether or not it has run out; null where nobody does.</summary>
    Lease? LeaseOf(string application, string environment);

    /// <summary>
    /// Adds a deployment in its first state, together with what its being asked for changes in the application's small values. Waiting ones of
    /// the same environment are the caller's to supersede.
    /// </summary>
    /// <exception cref="StaleValueException">A value is another by now; nothing is stored.</exception>
    DeploymentRecord AddDeployment(
        string application, string environment, string release, string? previous, string actor, DateTimeOffset now,
        Func<string, (string State, string Phase)> initial, Func<string, ImmutableArray<Fact>> facts, Func<string, ImmutableArray<ValueChange>>? changes = null);

    /// <summary>Stores the next state of a deployment, guarded by the lease.</summary>
    void UpdateDeployment(Lease lease, string id, string phase, bool ended, string state, DateTimeOffset now, ImmutableArray<Fact> facts);

    /// <summary>Stores the end of a successful deployment: its state, and its release as the environment's current one.</summary>
    void CompleteDeployment(Lease lease, string id, string phase, string state, DateTimeOffset now, ImmutableArray<Fact> facts);

    /// <summary>A deployment, or null.</summary>
    DeploymentRecord? Deployment(string id);

    /// <summary>Deployments that have not ended, oldest first; of one environment, or all.</summary>
    IReadOnlyList<DeploymentRecord> OpenDeployments(string? application, string? environment);

    /// <summary>The newest deployments of an environment, newest first.</summary>
    IReadOnlyList<DeploymentRecord> RecentDeployments(string application, string environment, int count);

    /// <summary>What an environment runs, or null before its first success.</summary>
    CurrentRecord? Current(string application, string environment);

    /// <summary>Stores a confirmation; the same person's same one counts once, from when it was said last.</summary>
    void SaveConfirmation(ConfirmationRecord confirmation, Fact fact);

    /// <summary>Confirmations of a release for an environment.</summary>
    IReadOnlyList<ConfirmationRecord> Confirmations(string application, string environment, string release);

    /// <summary>Stores what a person asks of a deployment; the deployment's own machine takes it up. Numbers grow over all deployments.</summary>
    CommandRecord AddCommand(string deployment, CommandKind kind, string actor, string? reason, string? service, bool whole, DateTimeOffset now, params ImmutableArray<Fact> facts);

    /// <summary>What was asked of a deployment after a number, in order.</summary>
    IReadOnlyList<CommandRecord> Commands(string deployment, long after);

    /// <summary>Makes an environment, an application or everything stand still; one that does already is left as it is.</summary>
    void SetHalt(HaltRecord halt, params ImmutableArray<Fact> facts);

    /// <summary>Takes a halt of exactly that extent back; none there is fine.</summary>
    void RemoveHalt(string? application, string? environment, params ImmutableArray<Fact> facts);

    /// <summary>All halts, oldest first.</summary>
    IReadOnlyList<HaltRecord> Halts();

    /// <summary>The upkeep's own JSON of an environment, or null.</summary>
    string? Upkeep(string application, string environment);

    /// <summary>Stores the next state of an environment's upkeep, guarded by the lease.</summary>
    void SaveUpkeep(Lease lease, string state, DateTimeOffset now, ImmutableArray<Fact> facts);

    /// <summary>Rejects a release for good; a second rejection leaves the first as it is.</summary>
    void RejectRelease(RejectionRecord rejection, params ImmutableArray<Fact> facts);

    /// <summary>The rejection of a release, or null.</summary>
    RejectionRecord? Rejection(string application, string release);

    /// <summary>
    /// Stores a signature under the text of an agreement. A side signs a text once, and a person for one side: where either is there already,
    /// nothing is stored.
    /// </summary>
    void SaveSignature(SignatureRecord signature, params ImmutableArray<Fact> facts);

    /// <summary>Signatures under exactly one text, oldest first.</summary>
    IReadOnlyList<SignatureRecord> Signatures(string application, string text);


    /// <summary>A small value by key of an environment (subnet, marks of done work), or null.</summary>
    string? Value(string application, string environment, string key);

    /// <summary>Stores a small value.</summary>
    void SetValue(string application, string environment, string key, string value);

    /// <summary>Stores small values of an application's environments, all or none.</summary>
    /// <exception cref="StaleValueException">One is another by now; nothing is stored.</exception>
    void ChangeValues(string application, ImmutableArray<ValueChange> changes, params ImmutableArray<Fact> facts);

    /// <summary>Forgets the values whose keys begin so.</summary>
    void RemoveValues(string application, string environment, string prefix);

    /// <summary>Adds facts.</summary>
    void Append(params ImmutableArray<Fact> facts);

    /// <summary>Facts after a sequence, in order, at most <paramref name="limit"/>.</summary>
    IReadOnlyList<Fact> Facts(string? application, long after, int limit);

    /// <summary>Sequence of the last fact; 0 for none.</summary>
    long LastSequence();

    /// <summary>Completes when a fact after that sequence may be there, or after a second.</summary>
    Task WaitForFactsAsync(long after, CancellationToken cancellationToken);
}

/// <summary>A known application.</summary>
public sealed record ApplicationRecord(string Name, string Repository, string Folder, Ladder Ladder);

/// <summary>States of a pipeline run.</summary>
public enum RunState
{
    /// <summary>Waits for its turn.</summary>
    Queued,

    /// <summary>Under way; found so at start-up, it begins again.</summary>
    Running,

    /// <summary>Made a release.</summary>
    Succeeded,

    /// <summary>A step failed.</summary>
    Failed,

    /// <summary>Cancelled by a person.</summary>
    Cancelled,
}

/// <summary>A pipeline run.</summary>
public sealed record RunRecord(string Id, string Application, string Commit, string Subject, string Actor, RunState State, string? Release, DateTimeOffset QueuedAt, DateTimeOffset? EndedAt);

/// <summary>What a pipeline step left behind.</summary>
public sealed record EvidenceRecord(string Run, string Step, bool Succeeded, DateTimeOffset StartedAt, TimeSpan Duration, string? LogFile, string? Detail);

/// <summary>The right to act on one environment.</summary>
/// <param name="Application">Application.</param>
/// <param name="Environment">Environment.</param>
/// <param name="Owner">Who holds it.</param>
/// <param name="Token">Fencing token: grows with each new holder.</param>
/// <param name="ExpiresAt">When it ends unless renewed.</param>
public sealed record Lease(string Application, string Environment, string Owner, long Token, DateTimeOffset ExpiresAt);

/// <summary>A stored deployment; <paramref name="State"/> is the state machine's own JSON.</summary>
public sealed record DeploymentRecord(string Id, string Application, string Environment, string Release, string? Previous, string Actor, string Phase, bool Ended, string State, DateTimeOffset RequestedAt, DateTimeOffset UpdatedAt);

/// <summary>What an environment runs.</summary>
/// <param name="Release">Release.</param>
/// <param name="Deployment">Deployment that brought it in.</param>
/// <param name="Since">Since when.</param>
/// <param name="Previous">Release that ran before it, or null for none.</param>
public sealed record CurrentRecord(string Release, string Deployment, DateTimeOffset Since, string? Previous);

/// <summary>A yes.</summary>
/// <param name="Application">Application.</param>
/// <param name="Environment">Environment that it is for.</param>
/// <param name="Release">Release that it is for.</param>
/// <param name="Role">In which role.</param>
/// <param name="Actor">Who.</param>
/// <param name="At">When.</param>
/// <param name="Covers">Hash of what was confirmed: once that is another, the yes is void.</param>
public sealed record ConfirmationRecord(string Application, string Environment, string Release, string Role, string Actor, DateTimeOffset At, string Covers);

/// <summary>What a person can ask of a deployment that has not ended.</summary>
public enum CommandKind
{
    /// <summary>Take it back.</summary>
    Cancel,

    /// <summary>Stand still.</summary>
    Pause,

    /// <summary>Go on.</summary>
    Resume,

    /// <summary>Take the next step of a weighted rollout now.</summary>
    Proceed,
}

/// <summary>What a person asked of a deployment.</summary>
public sealed record CommandRecord(long Number, string Deployment, CommandKind Kind, string Actor, string? Reason, string? Service, bool Whole, DateTimeOffset At);

/// <summary>Something stands still: an environment, an application (no environment), or everything (neither).</summary>
public sealed record HaltRecord(string? Application, string? Environment, string Actor, string? Reason, DateTimeOffset At)
{
    /// <summary>Whether that environment stands still by it.</summary>
    public bool Covers(string application, string environment) =>
        (Application is null || Application == application) && (Environment is null || Environment == environment);
}

/// <summary>A small value that becomes another.</summary>
/// <param name="Environment">Environment that it is of.</param>
/// <param name="Key">Its key.</param>
/// <param name="Before">What it must still be; null for none.</param>
/// <param name="After">What it is to be.</param>
public sealed record ValueChange(string Environment, string Key, string? Before, string After);

/// <summary>A release that nothing brings into an environment any more.</summary>
public sealed record RejectionRecord(string Application, string Release, string Actor, string Reason, DateTimeOffset At);

/// <summary>A signature.</summary>
/// <param name="Application">Application.</param>
/// <param name="Text">Hash of the text.</param>
/// <param name="Side">For which side.</param>
/// <param name="Actor">Who.</param>
/// <param name="At">When.</param>
public sealed record SignatureRecord(string Application, string Text, string Side, string Actor, DateTimeOffset At);

/// <summary>Another holder took the lease: stop acting at once.</summary>
public sealed class StaleLeaseException(string application, string environment)
    : Exception($"another control plane acts on {application}/{environment}");

/// <summary>Somebody else changed the value meanwhile: look again, and decide anew.</summary>
public sealed class StaleValueException(string application, ValueChange change)
    : Exception($"{change.Key} of {application}/{change.Environment} was changed meanwhile");
