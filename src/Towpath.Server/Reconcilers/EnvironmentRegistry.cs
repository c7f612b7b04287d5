using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using Towpath.Core.Applications;
using Towpath.Core.Containers;
using Towpath.Core.Diagnostics;
using Towpath.Core.Environments;
using Towpath.Core.Kubernetes.Running;
using Towpath.Core.Releases;
using Towpath.Core.Rollouts;
using Towpath.Engines;
using Towpath.Engines.Clusters;
using Towpath.Engines.Containers;
using Towpath.Engines.Containers.Gateways;
using Towpath.Engines.Environments;
using Towpath.Engines.Git;
using Towpath.Engines.Secrets;
using Towpath.Server.Logs;
using Towpath.Server.Storage;

namespace Towpath.Server.Reconcilers;

/// <summary>The environments of all applications on this machine's container engine, each made once.</summary>
public sealed class EnvironmentRegistry : IEnvironments, IAsyncDisposable
{
    private readonly string _stateFolder;
    private readonly IStore _store;
    private readonly SecretVault _secrets;
    private readonly PortPolicy _ports;
    private readonly IContainerEngine _engine;
    private readonly TimeProvider _time;
    private readonly Action<string> _log;
    private readonly ReadinessProbe _probe;
    private readonly ClusterRegistry _clusters;
    private readonly ConcurrentDictionary<(string Application, string Environment), Lazy<Entry>> _entries = new();
    private readonly ConcurrentDictionary<string, Lazy<LogCollector>> _logs = new(StringComparer.Ordinal);

    /// <summary>With the folder that the control plane may write to.</summary>
    public EnvironmentRegistry(string stateFolder, IStore store, SecretVault secrets, PortPolicy ports, IContainerEngine engine, TimeProvider time, Action<string> log)
    {
        _stateFolder = stateFolder;
        _store = store;
        _secrets = secrets;
        _ports = ports;
        _engine = engine;
        _time = time;
        _log = log;
        _probe = new ReadinessProbe(engine);
        _clusters = new ClusterRegistry(time);
    }

    /// <summary>The environment, ready for effects.</summary>
    public ContainersEnvironment Environment(string application, string environment) => Get(application, environment).Environment;

    /// <summary>The environment on the cluster that it names.</summary>
    public ClusterEnvironment Cluster(string application, EnvironmentSpec environment) =>
        _clusters.Environment(application, environment.Name, environment, InputsOf(application, environment.Name, Folder(application, environment.Name)));

    /// <summary>The files of an environment.</summary>
    public EnvironmentFolder Folder(string application, string environment) => Get(application, environment).Folder;

    /// <summary>What an application's containers wrote.</summary>
    public LogCollector Logs(string application) => _logs.GetOrAdd(
        application, name => new Lazy<LogCollector>(() => new LogCollector(Path.Combine(_stateFolder, "logs", name), _engine, _time, _log))).Value;

    /// <inheritdoc/>
    public IEnvironmentEngine Engine(string application, string environment) => Get(application, environment).Either;

    /// <inheritdoc/>
    public EnvironmentDesired Shape(EnvironmentDesired desired) =>
        desired.Environment.Engine == EngineKind.Kubernetes ? ClusterUnits.Of(desired, ReleaseFiles(desired.Application, desired.Environment.Name, desired.Release)) : desired;

    /// <summary>Removes all of an environment, wherever it runs, with its data.</summary>
    public async Task RemoveAsync(string application, EnvironmentSpec environment, CancellationToken cancellationToken)
    {
        if (environment.Engine == EngineKind.Kubernetes)
            await Cluster(application, environment).RemoveAsync(environment.NamespaceFor(application), environment.Kubernetes?.Git, cancellationToken);
        await Environment(application, environment.Name).RemoveAsync(cancellationToken);
    }

    /// <summary>Host port of an environment's gateway: the assigned one, else the declared one, else one that is kept once it was found free.</summary>
    /// <exception cref="DiagnosticException">TP4841: a release of before declares a port that another environment has by now; TP4843: none is free.</exception>
    public int Port(string application, EnvironmentSpec environment) =>
        // A cluster's way in is the cluster's: what its own proxy is published on, or what browsers take for granted.
        environment is { Engine: EngineKind.Kubernetes } ? environment.Kubernetes?.NodePort ?? environment.Port ?? (environment.Kubernetes?.TlsSecret is null ? 80 : 443)
        : PortOf(_store.Ports(), application, environment) ?? Choose(application, environment);

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, string> SecretVersions(Release release, string environment, bool provide)
    {
        var folder = Folder(release.Application.Name, environment);
        if (provide) ProvideSecrets(release, environment, folder);
        return Used(release).ToImmutableDictionary(
            s => s.Name,
            s => folder.Secrets.Version(s.Name)
                ?? throw new DiagnosticException(ExitCode.DeploymentFailed, RolloutDiagnostics.SecretMissing(environment, s)));
    }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, string> ExpectedSecretVersions(Release release, string environment)
    {
        var folder = Folder(release.Application.Name, environment);
        return Used(release).ToImmutableDictionary(
            s => s.Name,
            s => Taken(release, environment, s, folder) is { } value ? folder.Secrets.VersionOf(s.Name, File.ReadAllBytes(value))
                : folder.Secrets.Version(s.Name) ?? (s.Source == SecretSource.Generated ? EnvironmentSecrets.FirstVersion : null)
                ?? throw new DiagnosticException(ExitCode.DeploymentFailed, RolloutDiagnostics.SecretMissing(environment, s)));
    }

    private static IEnumerable<Secret> Used(Release release)
    {
        var used = release.Application.Services.SelectMany(s => s.Secrets).Select(s => s.Source).ToHashSet(StringComparer.Ordinal);
        return release.Application.Secrets.Where(s => used.Contains(s.Name));
    }

    /// <summary>Key of the mark of a secret whose value came from a commit, so that the next commit may change it.</summary>
    public static string FromCommit(string secret) => $"secret-from-commit:{secret}";

    /// <summary>Follows what containers write that an earlier process left running: between deployments nothing else looks at them.</summary>
    public async Task WatchRunningAsync(CancellationToken cancellationToken)
    {
        try
        {
            foreach (var application in _store.Applications())
            {
                string[] own = [$"{ContainerLabels.Application}={application.Name}"];
                foreach (var container in await _engine.ListContainersAsync(own, cancellationToken))
                    if (container.State == ContainerState.Running && container.Label(ContainerLabels.Environment) is { } environment && !TrialEnvironment.IsTrial(environment) && LogOf(container) is { } log)
                        Logs(application.Name).Watch(environment, log, container.Name);
            }
        }
        catch (Exception e) when (e is EngineException or StoreUnavailableException)
        {
            _log($"what containers write is kept from the next deployment on: {e.Message}");
        }
    }

    /// <summary>Forgets an application whose objects are gone.</summary>
    public async Task ForgetAsync(string application)
    {
        foreach (var key in _entries.Keys.Where(k => k.Application == application).ToList())
            if (_entries.TryRemove(key, out var entry) && entry.IsValueCreated) entry.Value.Gateway.Dispose();
        if (_logs.TryRemove(application, out var logs)) await logs.Value.DisposeAsync();
        Delete(Path.Combine(_stateFolder, "logs", application));
        _secrets.Hide(application);
        Delete(Path.Combine(_stateFolder, "environments", application));
        Delete(Path.Combine(_stateFolder, "releases", application));
        Delete(Path.Combine(_stateFolder, EnvironmentFolder.Repositories, application));
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var logs in _logs.Values) await logs.Value.DisposeAsync();
        // One that could not be made has nothing to be let go of, and must not be the last word at the end.
        foreach (var entry in _entries.Values.Where(e => e.IsValueCreated)) entry.Value.Gateway.Dispose();
        _probe.Dispose();
        _clusters.Dispose();
    }

    private Entry Get(string application, string environment) =>
        _entries.GetOrAdd((application, environment), key => new Lazy<Entry>(() => Make(key.Application, key.Environment))).Value;

    private Entry Make(string application, string environment)
    {
        var folder = new EnvironmentFolder(_stateFolder, application, environment, _secrets);
        var gateway = new Gateway(_engine, folder.Gateway, _time);
        var parts = new EnvironmentParts(
            _engine, gateway, _probe, Logs(application), folder, new StoredMemory(_store, application, environment),
            spec => Port(application, spec), _time);
        var containers = new ContainersEnvironment(application, environment, parts);
        var either = new EitherEnvironment(spec => spec.Engine == EngineKind.Kubernetes
            ? _clusters.Environment(application, environment, spec, InputsOf(application, environment, folder))
            : containers);
        return new Entry(containers, either, folder, gateway);
    }

    private ClusterInputs InputsOf(string application, string environment, EnvironmentFolder folder) => new(
        _engine, folder, new StoredMemory(_store, application, environment), release => ReleaseFiles(application, environment, release), plan => DeliveryStories.Of(_store, plan));

    private CommitFiles ReleaseFiles(string application, string environment, string release) => new(Folder(application, environment).CommitFile(release, ""));

    private void ProvideSecrets(Release release, string environment, EnvironmentFolder folder)
    {
        foreach (var secret in release.Application.Secrets)
        {
            if (secret.Source == SecretSource.Generated) folder.Secrets.Generate(secret.Name, secret.Length);
            if (Taken(release, environment, secret, folder) is { } path)
            {
                _store.SetValue(release.Application.Name, environment, FromCommit(secret.Name), "yes");
                folder.Secrets.Set(secret.Name, File.ReadAllBytes(path));
            }
        }
    }

    /// <summary>The file of a commit that a secret's value is taken from; null for none. A value that a person gave for this environment is stronger than the commit's.</summary>
    private string? Taken(Release release, string environment, Secret secret, EnvironmentFolder folder)
    {
        if (secret is not { Source: SecretSource.File, File: { } file }) return null;
        var path = folder.CommitFile(release.Id, file);
        var isCommits = _store.Value(release.Application.Name, environment, FromCommit(secret.Name)) is not null;
        return !File.Exists(path) || (folder.Secrets.Version(secret.Name) is not null && !isCommits) ? null : path;
    }

    /// <summary>Name of the log that a container writes to; none for one-off containers, whose starter reads them.</summary>
    private static string? LogOf(ObservedContainer container) => container.Label(ContainerLabels.Role) switch
    {
        ContainerLabels.RoleReplica => container.Label(ContainerLabels.Service),
        ContainerLabels.RoleGateway => "gateway",
        _ => null,
    };

    private int? PortOf(IReadOnlyList<PortHolding> held, string application, EnvironmentSpec environment)
    {
        var (port, problem) = new PortRegistry(held, _ports).PortOf(application, environment);
        return problem is null ? port : throw new DiagnosticException(ExitCode.DeploymentFailed, problem);
    }

    private int Choose(string application, EnvironmentSpec environment)
    {
        var change = _store.ChangePorts(held => PortOf(held, application, environment) is null
            ? new PortRegistry(held, _ports).Choose(application, environment.Name, IsFree, _time.GetUtcNow())
            : PortChange.None);
        if (change.Problems is [var problem, ..]) throw new DiagnosticException(ExitCode.DeploymentFailed, problem);
        // Somebody else may have chosen it meanwhile.
        return change.Taken is [var taken] ? taken.Port : PortOf(_store.Ports(), application, environment)!.Value;
    }

    private static bool IsFree(int port)
    {
        using var listener = new TcpListener(IPAddress.Loopback, port);
        try
        {
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static void Delete(string folder)
    {
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
    }

    private sealed record Entry(ContainersEnvironment Environment, EitherEnvironment Either, EnvironmentFolder Folder, Gateway Gateway);

    private sealed class StoredMemory(IStore store, string application, string environment) : IEnvironmentMemory
    {
        public string? Read(string key) => store.Value(application, environment, key);

        public void Write(string key, string value) => store.SetValue(application, environment, key, value);

        public void Forget(string prefix) => store.RemoveValues(application, environment, prefix);
    }
}
