using System.Collections.Immutable;
using Towpath.Core.Journal;
using Towpath.Server.Storage;

namespace Towpath.Simulation.Storage;

// Leases, deployments, what is asked of them, and what environments run.
internal sealed partial class MemoryStore
{
    private readonly List<DeploymentRecord?> _deployments = [];
    private readonly List<int> _open = [];
    private readonly List<CommandRecord> _commands = [];
    private readonly Dictionary<(string Application, string Environment), Lease> _leases = [];
    private readonly SortedDictionary<(string Application, string Environment), CurrentRecord> _current = [];
    private readonly Dictionary<(string Application, string Environment), string> _upkeep = [];
    private long _lastToken;
    private long _lastCommand;

    /// <inheritdoc/>
    public Lease? TryTakeLease(string application, string environment, string owner, DateTimeOffset now, TimeSpan duration) => Write(() =>
    {
        var held = _leases.GetValueOrDefault((application, environment));
        if (held is not null && held.Owner != owner && held.ExpiresAt > now) return null;
        var token = held?.Owner == owner ? held.Token : ++_lastToken;
        return _leases[(application, environment)] = new Lease(application, environment, owner, token, now + duration);
    });

    /// <inheritdoc/>
    public Lease? LeaseOf(string application, string environment) => Read(() => _leases.GetValueOrDefault((application, environment)));

    /// <inheritdoc/>
    public void ReleaseLease(Lease lease) => Write(() =>
    {
        if (IsHeld(lease)) _leases.Remove((lease.Application, lease.Environment));
    });

    /// <inheritdoc/>
    public DeploymentRecord AddDeployment(
        string application, string environment, string release, string? previous, string actor, DateTimeOffset now,
        Func<string, (string State, string Phase)> initial, Func<string, ImmutableArray<Fact>> facts, Func<string, ImmutableArray<ValueChange>>? changes = null) => Write(() =>
    {
        var number = _deployments.Count + 1;
        var id = $"d-{number}";
        var (state, phase) = initial(id);
        var told = facts(id);
        if (changes is not null) Change(application, changes(id));
        var record = new DeploymentRecord(id, application, environment, release, previous, actor, phase, false, state, now, now);
        _deployments.Add(record);
        _open.Add(number);
        Add(told);
        return record;
    });

    /// <inheritdoc/>
    public void UpdateDeployment(Lease lease, string id, string phase, bool ended, string state, DateTimeOffset now, ImmutableArray<Fact> facts) =>
        Write(() =>
        {
            Store(lease, id, phase, ended, state, now);
            Add(facts);
        });

    /// <inheritdoc/>
    public void CompleteDeployment(Lease lease, string id, string phase, string state, DateTimeOffset now, ImmutableArray<Fact> facts) => Write(() =>
    {
        var release = Store(lease, id, phase, ended: true, state, now).Release;
        var key = (lease.Application, lease.Environment);
        var before = _current.GetValueOrDefault(key);
        _current[key] = new CurrentRecord(release, id, now, before?.Release == release ? before.Previous : before?.Release);
        Add(facts);
    });

    /// <inheritdoc/>
    public DeploymentRecord? Deployment(string id) => Read(() => _deployments.ElementAtOrDefault(Number(id, 'd') - 1));

    /// <inheritdoc/>
    public IReadOnlyList<DeploymentRecord> OpenDeployments(string? application, string? environment) => Read(() => Open()
        .Where(d => (application is null || d.Application == application) && (environment is null || d.Environment == environment)).ToList());

    /// <inheritdoc/>
    public IReadOnlyList<DeploymentRecord> RecentDeployments(string application, string environment, int count) => Read(() =>
        _deployments.OfType<DeploymentRecord>().Reverse().Where(d => d.Application == application && d.Environment == environment).Take(count).ToList());

    /// <inheritdoc/>
    public CurrentRecord? Current(string application, string environment) => Read(() => _current.GetValueOrDefault((application, environment)));

    /// <inheritdoc/>
    public CommandRecord AddCommand(
        string deployment, CommandKind kind, string actor, string? reason, string? service, bool whole, DateTimeOffset now, params ImmutableArray<Fact> facts) =>
        Write(() =>
        {
            var command = new CommandRecord(++_lastCommand, deployment, kind, actor, reason, service, whole, now);
            _commands.Add(command);
            Add(facts);
            return command;
        });

    /// <inheritdoc/>
    public IReadOnlyList<CommandRecord> Commands(string deployment, long after) =>
        Read(() => _commands.Where(c => c.Deployment == deployment && c.Number > after).ToList());

    /// <inheritdoc/>
    public string? Upkeep(string application, string environment) => Read(() => _upkeep.GetValueOrDefault((application, environment)));

    /// <inheritdoc/>
    public void SaveUpkeep(Lease lease, string state, DateTimeOffset now, ImmutableArray<Fact> facts) => Write(() =>
    {
        Guard(lease);
        _upkeep[(lease.Application, lease.Environment)] = state;
        Add(facts);
    });

    private IEnumerable<DeploymentRecord> Open() => _open.Select(number => _deployments[number - 1]!);

    private DeploymentRecord Store(Lease lease, string id, string phase, bool ended, string state, DateTimeOffset now)
    {
        Guard(lease);
        var number = Number(id, 'd');
        if (_deployments.ElementAtOrDefault(number - 1) is not { } record || record.Application != lease.Application || record.Environment != lease.Environment)
            throw new InvalidOperationException($"{lease.Application}/{lease.Environment} has no deployment {id}");
        if (ended) _open.Remove(number);
        return _deployments[number - 1] = record with { Phase = phase, Ended = ended, State = state, UpdatedAt = now };
    }

    private void Guard(Lease lease)
    {
        if (!IsHeld(lease)) throw new StaleLeaseException(lease.Application, lease.Environment);
    }

    private bool IsHeld(Lease lease) => _leases.GetValueOrDefault((lease.Application, lease.Environment))?.Token == lease.Token;
}
