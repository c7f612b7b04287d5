using Towpath.Core.Applications;
using Towpath.Core.Environments;
using Towpath.Core.Releases;
using Towpath.Core.Rollouts;
using Towpath.Engines;
using Towpath.Engines.Clusters;
using Towpath.Engines.Kubernetes;
using Towpath.Engines.Kubernetes.Calls;
using Towpath.Engines.Kubernetes.Kubeconfig;
using Towpath.Server.Reconcilers;
using Towpath.Simulation.Clusters.Checks;
using Towpath.Simulation.Clusters.World;
using Towpath.Simulation.Time;

namespace Towpath.Simulation.Clusters.Runs;

/// <summary>The environments as one process reaches them: the real engine and the real client, over a connection of the simulation.</summary>
internal sealed class ClusterEngines : IEnvironments, IDisposable
{
    private static readonly Dictionary<string, string> Nothing = [];
    private readonly Dictionary<(string, string), IEnvironmentEngine> _engines = [];
    private readonly ClusterScene _scene;
    private readonly SimulatedProcess _process;
    private readonly KubernetesClient _client;
    private readonly ClusterView? _view;

    /// <summary>For a process.</summary>
    public ClusterEngines(ClusterScene scene, SimulatedProcess process)
    {
        (_scene, _process) = (scene, process);
        var access = new ClusterAccess("simulated", new Uri("https://cluster.example"), "default");
        var chance = new Random(scene.World.Random.Next());
        Func<Server.ApiQuestion, Server.ApiAnswer?>? hears = scene.Mutation.Hears is { } misheard ? question => misheard(scene.World, question) : null;
        var transport = new ApiTransport(access, process.Time, chance.NextDouble, _ => new ClusterConnection(scene.World, process, hears, scene.Mutation.Asks));
        _client = new KubernetesClient(transport, "default", process.Time, chance.NextDouble);
        _view = scene.Options.HasView ? new ClusterView(_client) : null;
    }

    /// <inheritdoc/>
    public IEnvironmentEngine Engine(string application, string environment)
    {
        if (_engines.TryGetValue((application, environment), out var known)) return known;
        var place = _scene.Ledger.Places.Find(p => p.Application == application && p.Environment == environment)!;
        var (folder, memory) = _scene.Of(place);
        var parts = new ClusterParts(_client, new FullRegistry(), (_, _) => Task.FromResult<string?>(null), folder, _ => NoFiles.Instance, memory, _process.Time) { View = _view };
        return _engines[(application, environment)] = _scene.Mutation.Does(new Told(new ClusterEnvironment(application, environment, parts), place, _scene, _process));
    }

    /// <inheritdoc/>
    public EnvironmentDesired Shape(EnvironmentDesired desired) => _scene.Shape(desired);

    /// <inheritdoc/>
    public int Port(string application, EnvironmentSpec environment) => 80;

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, string> SecretVersions(Release release, string environment, bool provide) => Nothing;

    /// <summary>Of a process that ends in good order; one that is killed leaves everything as it is.</summary>
    public void Dispose()
    {
        _view?.Dispose();
        _client.Dispose();
    }

    /// <summary>The engine, with a line in the trace for each effect.</summary>
    private sealed class Told(ClusterEnvironment engine, ClusterPlace place, ClusterScene scene, SimulatedProcess process) : IEnvironmentEngine
    {
        public Task<ObservedEnvironment> ObserveAsync(DeploymentPlan plan, CancellationToken cancellationToken) => engine.ObserveAsync(plan, cancellationToken);

        public async Task ApplyAsync(Effect effect, DeploymentPlan plan, CancellationToken cancellationToken)
        {
            scene.World.Trace?.Invoke($"{place.Environment}: {process.Name} {plan.Id} {effect.Key}");
            try
            {
                await engine.ApplyAsync(effect, plan, cancellationToken);
            }
            catch (Exception e)
            {
                scene.World.Trace?.Invoke($"{place.Environment}: {process.Name} {plan.Id} {effect.Key} fails: {e.GetType().Name} {e.Message}");
                throw;
            }
        }
    }
}
