using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using Towpath.Core.Containers;
using Towpath.Core.Diagnostics;
using Towpath.Core.Environments;
using Towpath.Core.Rollouts;
using Towpath.Engines.Containers;
using Towpath.Engines.Containers.Gateways;

namespace Towpath.Engines.Environments;

/// <summary>How a container of a trial came up.</summary>
/// <param name="Ready">It is ready.</param>
/// <param name="Ended">It is not, and never will be: its process has ended.</param>
/// <param name="Detail">What was found last, for people.</param>
/// <param name="Took">From the wish to the answer.</param>
public sealed record TrialStart(bool Ready, bool Ended, string Detail, TimeSpan Took);

/// <summary>
/// An environment that lives for one trial: the same network, volumes, secrets, resources and migrations as any other, but no gateway, one
/// container for each service, and nothing of it stays. Its services answer to their own names, and a process that ends is not started again.
/// </summary>
public sealed class TrialEnvironment
{
    private const string Prefix = "trial_";
    private readonly IContainerEngine _engine;
    private readonly ReadinessProbe _probe;
    private readonly ContainersEnvironment _environment;
    private readonly DeploymentPlan _plan;

    /// <summary>Makes nothing yet.</summary>
    /// <param name="engine">Runs the containers.</param>
    /// <param name="probe">Asks them whether they are ready.</param>
    /// <param name="folder">Files of the trial, values of its secrets among them.</param>
    /// <param name="desired">What to run, in an environment that <see cref="NameFor"/> names.</param>
    /// <param name="time">Clock.</param>
    public TrialEnvironment(IContainerEngine engine, ReadinessProbe probe, EnvironmentFolder folder, EnvironmentDesired desired, TimeProvider time)
    {
        _engine = engine;
        _probe = probe;
        // A job answers to its own name, is not started again, and knows no gateway.
        Desired = desired with { Services = [.. desired.Services.Select(s => s with { Strategy = RolloutStrategy.Job })] };
        var parts = new EnvironmentParts(engine, new NoGateway(), probe, new NoLogs(), folder, new ShortMemory(), _ => 0, time);
        _environment = new ContainersEnvironment(desired.Application, desired.Environment.Name, parts);
        _plan = new DeploymentPlan(desired.Release, Desired, null, new RolloutPolicy(1, desired.Environment.ReadyTimeout));
    }

    /// <summary>What runs in it.</summary>
    public EnvironmentDesired Desired { get; }

    /// <summary>Name of the environment in which a service is tried. No environment of a ladder can have it: labels have no underscore.</summary>
    public static string NameFor(string service) => Prefix + service;

    /// <summary>Whether an environment of that name is one of trials.</summary>
    public static bool IsTrial(string? environment) => environment?.StartsWith(Prefix, StringComparison.Ordinal) == true;

    /// <summary>Removes what trials of an application left that were cut off.</summary>
    public static async Task RemoveLeftoversAsync(IContainerEngine engine, string application, CancellationToken cancellationToken)
    {
        string[] own = [$"{ContainerLabels.Application}={application}"];
        foreach (var container in (await engine.ListContainersAsync(own, cancellationToken)).Where(c => IsTrial(c.Label(ContainerLabels.Environment))))
            await engine.RemoveContainerAsync(container.Id, cancellationToken);
        foreach (var network in (await engine.ListNetworksAsync(own, cancellationToken)).Where(n => IsTrial(n.Labels.GetValueOrDefault(ContainerLabels.Environment))))
            await engine.RemoveNetworkAsync(network.Name, cancellationToken);
        var volumes = new EnvironmentNames(application, Prefix).Network;
        foreach (var volume in (await engine.ListVolumesAsync(own, cancellationToken)).Where(v => v.StartsWith(volumes, StringComparison.Ordinal)))
            await engine.RemoveVolumeAsync(volume, cancellationToken);
    }

    /// <summary>Network, volumes and configs are there.</summary>
    public Task PrepareAsync(CancellationToken cancellationToken) => _environment.ApplyAsync(new PrepareEnvironment(), _plan, cancellationToken);

    /// <summary>Declared resources exist, and all migrations ran.</summary>
    /// <exception cref="DiagnosticException">One failed.</exception>
    public async Task ProvideAsync(CancellationToken cancellationToken)
    {
        await _environment.ApplyAsync(new EnsureResources(), _plan, cancellationToken);
        foreach (var service in Desired.Migrations)
            await _environment.ApplyAsync(new RunMigration(service.Name), _plan, cancellationToken);
    }

    /// <summary>Starts the container of a service and waits until it is ready, has ended, or the time is over.</summary>
    public async Task<TrialStart> StartAsync(ServiceDesired service, TimeSpan limit, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        var container = NameOf(service);
        await _environment.ApplyAsync(new StartReplica(Side.Target, service.Name, 0, container), _plan, cancellationToken);
        var address = await AddressAsync(service, cancellationToken);
        while (true)
        {
            var (ready, ended, detail) = await LookAsync(service, container, address, clock.Elapsed, cancellationToken);
            if (ready || ended || clock.Elapsed >= limit)
                return new TrialStart(ready, ended, detail, clock.Elapsed);
            await Task.Delay(service.Readiness.Interval, cancellationToken);
        }
    }

    /// <summary>One more check, of another path.</summary>
    public async Task<ProbeResult> CheckAsync(ServiceDesired service, string path, CancellationToken cancellationToken) =>
        await _probe.CheckAsync(service.Readiness with { Path = path }, NameOf(service), await AddressAsync(service, cancellationToken), cancellationToken);

    /// <summary>IPv4 address of a service's container.</summary>
    public async Task<string> AddressAsync(ServiceDesired service, CancellationToken cancellationToken) =>
        (await _engine.InspectContainerAsync(NameOf(service), cancellationToken))?.Labels.GetValueOrDefault(ContainerLabels.Address)
            ?? throw new EngineException(EngineError.Other, $"the container of {service.Name} is gone");

    /// <summary>What a service's container wrote last, oldest first.</summary>
    public Task<IReadOnlyList<string>> TailAsync(ServiceDesired service, int lines, CancellationToken cancellationToken) =>
        _engine.TailLogsAsync(NameOf(service), lines, cancellationToken);

    /// <summary>Nothing of it is left.</summary>
    public Task RemoveAsync(CancellationToken cancellationToken) => _environment.RemoveAsync(cancellationToken);

    private string NameOf(ServiceDesired service) => RolloutPlanner.ContainerName(Desired, service, 0);

    private async Task<(bool Ready, bool Ended, string Detail)> LookAsync(
        ServiceDesired service, string container, string address, TimeSpan ran, CancellationToken cancellationToken)
    {
        var found = await _engine.InspectContainerAsync(container, cancellationToken);
        if (found is null or { State: ContainerState.Exited })
        {
            var code = found?.ExitCode ?? -1;
            var done = service.Readiness.Kind == ReadinessKind.Completed && code == 0;
            return (done, !done, string.Create(CultureInfo.InvariantCulture, $"its process ended with exit code {code}"));
        }

        if (service.Readiness.Kind == ReadinessKind.Completed)
            return (false, false, "its process has not ended");
        if (service.Readiness.Kind == ReadinessKind.Running && ran >= Readiness.SettleTime)
            return (true, false, "its process runs");
        var result = await _probe.CheckAsync(service.Readiness, container, address, cancellationToken);
        return (result.Ready, false, result.Detail);
    }

    /// <summary>A trial's requests go to the container itself.</summary>
    private sealed class NoGateway : IGateway
    {
        public Task<string> EnsureAsync(GatewayPlan plan, GatewayDesired desired, IReadOnlyList<GatewayServer> servers, CancellationToken cancellationToken) => throw None();

        public Task<bool> RunsAsync(string name, CancellationToken cancellationToken) => throw None();

        public Task AdmitAsync(GatewayServer server, CancellationToken cancellationToken) => throw None();

        public Task RetireAsync(string backend, string name, TimeSpan drain, CancellationToken cancellationToken) => throw None();

        public Task ShareAsync(string backend, IReadOnlyDictionary<string, int> weights, CancellationToken cancellationToken) => throw None();

        public HttpMessageInvoker PrivateRoute() => throw None();

        public Task<IReadOnlyList<GatewayServer>> RememberedAsync(CancellationToken cancellationToken) => throw None();

        public Task<GatewayObserved> ObserveAsync(CancellationToken cancellationToken) => throw None();

        public Task<IReadOnlyList<GatewayServerState>> ServersAsync(CancellationToken cancellationToken) => throw None();

        private static InvalidOperationException None() => new("a trial has no gateway");
    }

    /// <summary>What containers of a trial write is read from the engine when it matters.</summary>
    private sealed class NoLogs : IContainerLogs
    {
        public void Watch(string environment, string service, string container)
        {
        }

        public Task DrainAsync(string container, CancellationToken cancellationToken) => Task.CompletedTask;

        public void Forget(string container)
        {
        }
    }

    /// <summary>A trial remembers nothing beyond its end.</summary>
    private sealed class ShortMemory : IEnvironmentMemory
    {
        private ImmutableDictionary<string, string> _values = ImmutableDictionary<string, string>.Empty;

        public string? Read(string key) => _values.GetValueOrDefault(key);

        public void Write(string key, string value) => _values = _values.SetItem(key, value);

        public void Forget(string prefix) => _values = _values.RemoveRange(_values.Keys.Where(k => k.StartsWith(prefix, StringComparison.Ordinal)));
    }
}
