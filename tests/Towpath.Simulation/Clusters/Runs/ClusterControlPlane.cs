using Towpath.Core.Applications;
using Towpath.Core.Environments;
using Towpath.Core.Releases;
using Towpath.Engines;
using Towpath.Engines.Clusters;
using Towpath.Engines.Kubernetes;
using Towpath.Engines.Kubernetes.Calls;
using Towpath.Engines.Kubernetes.Kubeconfig;
using Towpath.Server.Desks;
using Towpath.Server.Reconcilers;
using Towpath.Simulation.Clusters.Checks;
using Towpath.Simulation.Clusters.World;
using Towpath.Simulation.Storage;
using Towpath.Simulation.Time;
using Towpath.Simulation.Users;

namespace Towpath.Simulation.Clusters.Runs;

/// <summary>One control plane from its start to its death: the real loops, the real engine and the real client, on a scheduler, a store and a cluster of the simulation.</summary>
internal sealed class ClusterControlPlane
{
    /// <summary>Starts one.</summary>
    /// <param name="name">Its name in leases.</param>
    /// <param name="scene">What all control planes share.</param>
    public ClusterControlPlane(string name, ClusterScene scene)
    {
        var world = scene.World;
        Process = new SimulatedProcess(world.Clock, name);
        var store = new ProcessStore(scene.Store, scene.Written, Process, () => world.Happens(ClusterFault.KillAtWrite));
        var environments = new Environments(scene, Process);
        var gates = new GateKeeper(store, scene.Machines, environments, new ReleaseImages(store, SigningKey.Signer), Process.Time);
        var ladder = new LadderReconciler(store, gates, scene.Machines, Process.Time);
        Desk = new DeliveryDesk(store, ladder, gates, Process.Time);
        var tools = new ReconcilerTools(store, scene.Machines, gates.ForDeployment, Process.Time, line => world.Trace?.Invoke($"{name} says: {line}"));
        var loop = new ReconcileLoop(tools, environments, ladder, new PlanBuilder(store, environments), name);
        Process.Start(() => loop.RunAsync(CancellationToken.None));
    }

    /// <summary>Its scheduler and clock.</summary>
    public SimulatedProcess Process { get; }

    /// <summary>Where people ask for deliveries.</summary>
    public DeliveryDesk Desk { get; }

    private sealed class Environments : IEnvironments
    {
        private static readonly Dictionary<string, string> Nothing = [];
        private readonly Dictionary<(string, string), IEnvironmentEngine> _engines = [];
        private readonly ClusterScene _scene;
        private readonly SimulatedProcess _process;
        private readonly KubernetesClient _client;
        private readonly ClusterView? _view;

        public Environments(ClusterScene scene, SimulatedProcess process)
        {
            (_scene, _process) = (scene, process);
            var access = new ClusterAccess("simulated", new Uri("https://cluster.example"), "default");
            var chance = new Random(scene.World.Random.Next());
            Func<Server.ApiQuestion, Server.ApiAnswer?>? hears = scene.Mutation.Hears is { } misheard ? question => misheard(scene.World, question) : null;
            var transport = new ApiTransport(access, process.Time, chance.NextDouble, _ => new ClusterConnection(scene.World, process, hears, scene.Mutation.Asks));
            _client = new KubernetesClient(transport, "default", process.Time, chance.NextDouble);
            _view = scene.Options.HasView ? new ClusterView(_client) : null;
        }

        public IEnvironmentEngine Engine(string application, string environment)
        {
            if (_engines.TryGetValue((application, environment), out var known)) return known;
            var place = _scene.Ledger.Places.Find(p => p.Application == application && p.Environment == environment)!;
            var (folder, memory) = _scene.Of(place);
            var parts = new ClusterParts(_client, new FullRegistry(), (_, _) => Task.FromResult<string?>(null), folder, _ => NoFiles.Instance, memory, _process.Time) { View = _view };
            return _engines[(application, environment)] = _scene.Mutation.Does(new Told(new ClusterEnvironment(application, environment, parts), place, _scene, _process));
        }

        public EnvironmentDesired Shape(EnvironmentDesired desired) => _scene.Shape(desired);

        public int Port(string application, EnvironmentSpec environment) => 80;

        public IReadOnlyDictionary<string, string> SecretVersions(Release release, string environment, bool provide) => Nothing;
    }

    /// <summary>The engine, with a line in the trace for each effect.</summary>
    private sealed class Told(ClusterEnvironment engine, ClusterPlace place, ClusterScene scene, SimulatedProcess process) : IEnvironmentEngine
    {
        public Task<Core.Rollouts.ObservedEnvironment> ObserveAsync(Core.Rollouts.DeploymentPlan plan, CancellationToken cancellationToken) => engine.ObserveAsync(plan, cancellationToken);

        public async Task ApplyAsync(Core.Rollouts.Effect effect, Core.Rollouts.DeploymentPlan plan, CancellationToken cancellationToken)
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
