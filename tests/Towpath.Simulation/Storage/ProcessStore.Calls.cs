using System.Collections.Immutable;
using Towpath.Core.Applications;
using Towpath.Core.Environments;
using Towpath.Core.Journal;
using Towpath.Core.Releases;
using Towpath.Server.Storage;

namespace Towpath.Simulation.Storage;

// Each call, told apart by whether it writes.
internal sealed partial class ProcessStore
{
    /// <inheritdoc/>
    public void SaveApplication(string application, string repository, string folder, Ladder ladder) =>
        Write(() => inner.SaveApplication(application, repository, folder, ladder));

    /// <inheritdoc/>
    public ApplicationRecord? Application(string application) =>
        Read(() => inner.Application(application));

    /// <inheritdoc/>
    public IReadOnlyList<ApplicationRecord> Applications() =>
        Read(() => inner.Applications());

    /// <inheritdoc/>
    public void RemoveApplication(string application) =>
        Write(() => inner.RemoveApplication(application));

    /// <inheritdoc/>
    public (RunRecord Run, bool Attached) QueueRun(string application, string commit, string subject, string actor, DateTimeOffset now, Fact fact) =>
        Write(() => inner.QueueRun(application, commit, subject, actor, now, fact));

    /// <inheritdoc/>
    public RunRecord? Run(string id) =>
        Read(() => inner.Run(id));

    /// <inheritdoc/>
    public IReadOnlyList<RunRecord> UnfinishedRuns(string? application) =>
        Read(() => inner.UnfinishedRuns(application));

    /// <inheritdoc/>
    public IReadOnlyList<RunRecord> RecentRuns(string application, int count) =>
        Read(() => inner.RecentRuns(application, count));

    /// <inheritdoc/>
    public void UpdateRun(string id, RunState state, string? release, DateTimeOffset now, params ImmutableArray<Fact> facts) =>
        Write(() => inner.UpdateRun(id, state, release, now, facts));

    /// <inheritdoc/>
    public void SaveEvidence(EvidenceRecord evidence, params ImmutableArray<Fact> facts) =>
        Write(() => inner.SaveEvidence(evidence, facts));

    /// <inheritdoc/>
    public IReadOnlyList<EvidenceRecord> Evidence(string run) =>
        Read(() => inner.Evidence(run));

    /// <inheritdoc/>
    public void SaveRelease(Release release, string run, params ImmutableArray<Fact> facts) =>
        Write(() => inner.SaveRelease(release, run, facts));

    /// <inheritdoc/>
    public Release? Release(string application, string id) =>
        Read(() => inner.Release(application, id));

    /// <inheritdoc/>
    public string? RunOfRelease(string application, string release) =>
        Read(() => inner.RunOfRelease(application, release));

    /// <inheritdoc/>
    public Release? ReleaseOfCommit(string application, string commit) =>
        Read(() => inner.ReleaseOfCommit(application, commit));

    /// <inheritdoc/>
    public IReadOnlyList<Release> Releases(string application, int count) =>
        Read(() => inner.Releases(application, count));

    /// <inheritdoc/>
    public void RemoveRelease(string application, string id) =>
        Write(() => inner.RemoveRelease(application, id));

    /// <inheritdoc/>
    public Lease? TryTakeLease(string application, string environment, string owner, DateTimeOffset now, TimeSpan duration) =>
        Write(() => inner.TryTakeLease(application, environment, owner, now, duration));

    /// <inheritdoc/>
    public void ReleaseLease(Lease lease) =>
        Write(() => inner.ReleaseLease(lease));

    /// <inheritdoc/>
    public Lease? LeaseOf(string application, string environment) =>
        Read(() => inner.LeaseOf(application, environment));

    /// <inheritdoc/>
    public DeploymentRecord AddDeployment(string application, string environment, string release, string? previous, string actor, DateTimeOffset now, Func<string, (string State, string Phase)> initial, Func<string, ImmutableArray<Fact>> facts, Func<string, ImmutableArray<ValueChange>>? changes = null) =>
        Write(() => inner.AddDeployment(application, environment, release, previous, actor, now, initial, facts, changes));

    /// <inheritdoc/>
    public void UpdateDeployment(Lease lease, string id, string phase, bool ended, string state, DateTimeOffset now, ImmutableArray<Fact> facts) =>
        Write(() => inner.UpdateDeployment(lease, id, phase, ended, state, now, facts));

    /// <inheritdoc/>
    public void CompleteDeployment(Lease lease, string id, string phase, string state, DateTimeOffset now, ImmutableArray<Fact> facts) =>
        Write(() => inner.CompleteDeployment(lease, id, phase, state, now, facts));

    /// <inheritdoc/>
    public DeploymentRecord? Deployment(string id) =>
        Read(() => inner.Deployment(id));

    /// <inheritdoc/>
    public IReadOnlyList<DeploymentRecord> OpenDeployments(string? application, string? environment) =>
        Read(() => inner.OpenDeployments(application, environment));

    /// <inheritdoc/>
    public IReadOnlyList<DeploymentRecord> RecentDeployments(string application, string environment, int count) =>
        Read(() => inner.RecentDeployments(application, environment, count));

    /// <inheritdoc/>
    public CurrentRecord? Current(string application, string environment) =>
        Read(() => inner.Current(application, environment));

    /// <inheritdoc/>
    public void SaveConfirmation(ConfirmationRecord confirmation, Fact fact) =>
        Write(() => inner.SaveConfirmation(confirmation, fact));

    /// <inheritdoc/>
    public IReadOnlyList<ConfirmationRecord> Confirmations(string application, string environment, string release) =>
        Read(() => inner.Confirmations(application, environment, release));

    /// <inheritdoc/>
    public CommandRecord AddCommand(string deployment, CommandKind kind, string actor, string? reason, string? service, bool whole, DateTimeOffset now, params ImmutableArray<Fact> facts) =>
        Write(() => inner.AddCommand(deployment, kind, actor, reason, service, whole, now, facts));

    /// <inheritdoc/>
    public IReadOnlyList<CommandRecord> Commands(string deployment, long after) =>
        Read(() => inner.Commands(deployment, after));

    /// <inheritdoc/>
    public void SetHalt(HaltRecord halt, params ImmutableArray<Fact> facts) =>
        Write(() => inner.SetHalt(halt, facts));

    /// <inheritdoc/>
    public void RemoveHalt(string? application, string? environment, params ImmutableArray<Fact> facts) =>
        Write(() => inner.RemoveHalt(application, environment, facts));

    /// <inheritdoc/>
    public IReadOnlyList<HaltRecord> Halts() =>
        Read(() => inner.Halts());

    /// <inheritdoc/>
    public string? Upkeep(string application, string environment) =>
        Read(() => inner.Upkeep(application, environment));

    /// <inheritdoc/>
    public void SaveUpkeep(Lease lease, string state, DateTimeOffset now, ImmutableArray<Fact> facts) =>
        Write(() => inner.SaveUpkeep(lease, state, now, facts));

    /// <inheritdoc/>
    public void RejectRelease(RejectionRecord rejection, params ImmutableArray<Fact> facts) =>
        Write(() => inner.RejectRelease(rejection, facts));

    /// <inheritdoc/>
    public RejectionRecord? Rejection(string application, string release) =>
        Read(() => inner.Rejection(application, release));

    /// <inheritdoc/>
    public void SaveSignature(SignatureRecord signature, params ImmutableArray<Fact> facts) =>
        Write(() => inner.SaveSignature(signature, facts));

    /// <inheritdoc/>
    public IReadOnlyList<SignatureRecord> Signatures(string application, string text) =>
        Read(() => inner.Signatures(application, text));

    /// <inheritdoc/>
    public IReadOnlyList<PortHolding> Ports() => Read(() => inner.Ports());

    /// <inheritdoc/>
    public PortChange ChangePorts(Func<IReadOnlyList<PortHolding>, PortChange> decide, Func<PortChange, ImmutableArray<Fact>>? facts = null) =>
        Write(() => inner.ChangePorts(decide, facts));

    /// <inheritdoc/>
    public string? Value(string application, string environment, string key) =>
        Read(() => inner.Value(application, environment, key));

    /// <inheritdoc/>
    public void SetValue(string application, string environment, string key, string value) =>
        Write(() => inner.SetValue(application, environment, key, value));

    /// <inheritdoc/>
    public void ChangeValues(string application, ImmutableArray<ValueChange> changes, params ImmutableArray<Fact> facts) =>
        Write(() => inner.ChangeValues(application, changes, facts));

    /// <inheritdoc/>
    public void RemoveValues(string application, string environment, string prefix) =>
        Write(() => inner.RemoveValues(application, environment, prefix));

    /// <inheritdoc/>
    public void Append(params ImmutableArray<Fact> facts) =>
        Write(() => inner.Append(facts));

    /// <inheritdoc/>
    public IReadOnlyList<Fact> Facts(string? application, long after, int limit) =>
        Read(() => inner.Facts(application, after, limit));

    /// <inheritdoc/>
    public long LastSequence() =>
        Read(() => inner.LastSequence());
}
