using Towpath.Core.Environments;
using Towpath.Core.Rollouts;

namespace Towpath.Simulation.World;

/// <summary>
/// What really is in one environment: containers, the gateway with its servers, migrations that ran. It knows nothing of deployments;
/// everything that changes here is what a user or an operator could see.
/// </summary>
internal sealed class EnvironmentWorld(MachineWorld machine, string application, string name)
{
    private static readonly TimeSpan EngineRestart = TimeSpan.FromSeconds(2);
    private readonly SortedDictionary<string, SimulatedContainer> _containers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TimeSpan> _disturbed = new(StringComparer.Ordinal);
    private TimeSpan _flowedTo;

    /// <summary>Application.</summary>
    public string Application { get; } = application;

    /// <summary>Environment.</summary>
    public string Name { get; } = name;

    /// <summary>The machine that it is on.</summary>
    public MachineWorld Machine { get; } = machine;

    /// <summary>Containers of services by name.</summary>
    public IReadOnlyCollection<SimulatedContainer> Containers => _containers.Values;

    /// <summary>The gateway's process runs.</summary>
    public bool GatewayRuns { get; private set; }

    /// <summary>Services that the gateway is configured for.</summary>
    public SortedSet<string> Backends { get; } = new(StringComparer.Ordinal);

    /// <summary>Migrations that ran and were not taken back, as release and service.</summary>
    public HashSet<(string Release, string Service)> Migrated { get; } = [];

    /// <summary>The migration that runs just now.</summary>
    public (string Release, string Service, TimeSpan Until)? Migrating { get; set; }

    /// <summary>Requests a second that come in.</summary>
    public double Load { get; set; }

    /// <summary>Requests through the public entry, errors and slow ones.</summary>
    public (double Requests, double Errors, double Slow) Entry { get; private set; }

    /// <summary>All requests through the public entry, over time.</summary>
    public RequestHistory History { get; } = new();

    private TimeSpan Now => Machine.Clock.Elapsed;

    /// <summary>The container of that name, or null.</summary>
    public SimulatedContainer? Find(string container) => _containers.GetValueOrDefault(container);

    /// <summary>Containers of a service.</summary>
    public IEnumerable<SimulatedContainer> Of(string service) => _containers.Values.Where(c => c.Service.Name == service);

    /// <summary>It has the gateway's requests, and can answer them.</summary>
    public bool Serves(SimulatedContainer container) => GatewayRuns && container.TakesRequests && container.IsReady(Now);

    /// <summary>A container is there; its process was not started.</summary>
    public SimulatedContainer Create(string container, ServiceDesired service, int ordinal, string release)
    {
        var created = new SimulatedContainer(container, service, ordinal, release, Machine.BehaviourOf(service.Image.Digest)) { Since = Machine.Clock.Now };
        _containers.Add(container, created);
        return created;
    }

    /// <summary>The process of a container runs.</summary>
    public void Start(SimulatedContainer container)
    {
        Flow();
        container.Process = ReplicaProcess.Running;
        container.Since = Machine.Clock.Now;
        container.StartedAt = Now;
        var start = ++container.Starts;
        Machine.Checks.Started(this, container);
        var ends = container.Service.Strategy == RolloutStrategy.Job ? container.Image.ReadyAfter ?? TimeSpan.FromMinutes(5) : container.Image.EndsAfter;
        if (ends is { } after) Machine.Clock.After(after, () => Ended(container, start, container.Image.EndsAfter is null ? 0 : 3));
    }

    /// <summary>The process of a container ends by itself, or by somebody's hand; the engine may start it again.</summary>
    public void Crash(SimulatedContainer container, int exitCode) => Ended(container, container.Starts, exitCode);

    /// <summary>The process of a container is ended by the engine, for good.</summary>
    public void Stop(SimulatedContainer container)
    {
        Flow();
        if (container.Process is ReplicaProcess.Running or ReplicaProcess.Restarting) (container.Process, container.ExitCode) = (ReplicaProcess.Exited, 143);
    }

    /// <summary>A container is gone.</summary>
    public void Remove(SimulatedContainer container)
    {
        Stop(container);
        // The gateway's server goes with it: nothing answers at that address any more.
        container.Leave();
        _containers.Remove(container.Name);
    }

    /// <summary>The gateway runs, with the servers of its file.</summary>
    public void StartGateway()
    {
        Flow();
        GatewayRuns = true;
    }

    /// <summary>The gateway's process ends; its file stays, its counters do not.</summary>
    public void StopGateway()
    {
        Flow();
        GatewayRuns = false;
        Entry = default;
        History.Lose();
        foreach (var container in _containers.Values) container.Answered = default;
    }

    /// <summary>The gateway has exactly these backends; servers of others are gone.</summary>
    public void Configure(IEnumerable<string> services)
    {
        Flow();
        Backends.Clear();
        Backends.UnionWith(services);
        foreach (var container in _containers.Values.Where(c => c.IsKnown && !Backends.Contains(c.Service.Name))) container.Leave();
    }

    /// <summary>All of it is gone.</summary>
    public void Clear()
    {
        foreach (var container in _containers.Values.ToList()) Remove(container);
        StopGateway();
        Backends.Clear();
        Migrated.Clear();
    }

    /// <summary>Users' requests up to now are answered, by those that could.</summary>
    public void Flow()
    {
        var elapsed = (Now - _flowedTo).TotalSeconds;
        _flowedTo = Now;
        foreach (var container in _containers.Values)
            if (container.IsReady(Now)) container.HealthyAt = Now;
        if (elapsed <= 0 || Load <= 0 || !GatewayRuns) return;
        foreach (var backend in Backends) Flow(backend, Load * elapsed);
    }

    /// <summary>Something that nobody at Towpath did took a replica of a service away, or its requests.</summary>
    public void Disturb(string service) => _disturbed[service] = Now;

    /// <summary>The same for all services.</summary>
    public void Disturb()
    {
        foreach (var container in _containers.Values) Disturb(container.Service.Name);
    }

    /// <summary>Virtual time for which nothing from outside has disturbed a service.</summary>
    public TimeSpan Undisturbed(string service) => _disturbed.TryGetValue(service, out var at) ? Now - at : TimeSpan.MaxValue;

    private void Flow(string service, double requests)
    {
        var total = 0;
        foreach (var container in _containers.Values)
            if (container.Service.Name == service && Serves(container)) total += container.Weight;
        var (errors, slow) = (total == 0 ? requests : 0d, 0d);
        foreach (var container in _containers.Values)
        {
            if (total == 0 || container.Service.Name != service || !Serves(container)) continue;
            var share = requests * container.Weight / total;
            container.Answered = (container.Answered.Requests + share, container.Answered.Errors + (share * container.Image.Errors), container.Answered.Slow + (share * container.Image.Slow));
            errors += share * container.Image.Errors;
            slow += share * container.Image.Slow;
        }
        History.Add(Now, requests, errors, slow);
        Entry = (Entry.Requests + requests, Entry.Errors + errors, Entry.Slow + slow);
    }

    private void Ended(SimulatedContainer container, int start, int exitCode)
    {
        if (container.Starts != start || container.Process != ReplicaProcess.Running || Find(container.Name) != container) return;
        Flow();
        Disturb(container.Service.Name);
        container.ExitCode = exitCode;
        var again = container.Service.Spec.Restart is not Core.Applications.RestartPolicy.No && exitCode != 0;
        container.Process = again ? ReplicaProcess.Restarting : ReplicaProcess.Exited;
        Machine.Trace?.Invoke($"{Name}: {container.Name} ends with {exitCode}");
        if (again) Machine.Clock.After(EngineRestart, () => Restart(container, start));
    }

    private void Restart(SimulatedContainer container, int start)
    {
        if (container.Starts != start || container.Process != ReplicaProcess.Restarting || Find(container.Name) != container) return;
        container.Restarts++;
        Start(container);
    }
}
