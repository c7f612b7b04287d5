using Towpath.Core.Applications;
using Towpath.Core.Releases;
using Towpath.Engines;
using Towpath.Server.Desks;
using Towpath.Server.Reconcilers;
using Towpath.Simulation.Storage;
using Towpath.Simulation.Time;
using Towpath.Simulation.Users;
using Towpath.Simulation.World;

namespace Towpath.Simulation.Runs;

/// <summary>One control plane from its start to its death: the real loops and the real desk, on a scheduler, a store and engines of the simulation.</summary>
internal sealed class ControlPlaneProcess
{
    /// <summary>Starts one.</summary>
    /// <param name="name">Its name in leases: the same after a restart.</param>
    /// <param name="scene">What all control planes share.</param>
    public ControlPlaneProcess(string name, SimulationScene scene)
    {
        var machine = scene.Machine;
        Process = new SimulatedProcess(machine.Clock, name);
        var store = new ProcessStore(scene.Store, scene.Written, Process, () => machine.Happens(FaultKind.KillAtWrite));
        var environments = new Environments(machine, Process);
        var gates = new GateKeeper(store, scene.Machines, environments, new ReleaseImages(store, SigningKey.Signer), Process.Time);
        var ladder = new LadderReconciler(store, gates, scene.Machines, Process.Time);
        Desk = new DeliveryDesk(store, ladder, gates, Process.Time);
        var tools = new ReconcilerTools(
            store,
            scene.Machines,
            plan =>
            {
                scene.Admission.Judges(plan.Target.Application, plan.Target.Environment, plan.Target.Release);
                return gates.ForDeployment(plan);
            },
            Process.Time,
            line => machine.Trace?.Invoke($"{name} says: {line}"));
        var loop = new ReconcileLoop(tools, environments, ladder, new PlanBuilder(store, environments), name);
        Process.Start(() => loop.RunAsync(CancellationToken.None));
    }

    /// <summary>Its scheduler and clock.</summary>
    public SimulatedProcess Process { get; }

    /// <summary>Where people ask for deliveries.</summary>
    public DeliveryDesk Desk { get; }

    private sealed class Environments(MachineWorld machine, SimulatedProcess process) : IEnvironments
    {
        private readonly Dictionary<(string, string), EngineAccess> _engines = [];

        public IEnvironmentEngine Engine(string application, string environment)
        {
            if (!_engines.TryGetValue((application, environment), out var engine))
                _engines[(application, environment)] = engine = new EngineAccess(machine.Environment(application, environment), process);
            return engine;
        }

        public int Port(string application, EnvironmentSpec environment) => 8080;

        public IReadOnlyDictionary<string, string> SecretVersions(Release release, string environment, bool provide) => Nothing;

        private static readonly Dictionary<string, string> Nothing = [];
    }
}
