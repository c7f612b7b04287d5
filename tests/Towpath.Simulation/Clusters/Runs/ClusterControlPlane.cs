using Towpath.Server.Desks;
using Towpath.Server.Reconcilers;
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
        var environments = new ClusterEngines(scene, Process);
        var gates = new GateKeeper(store, scene.Machines, environments, new ReleaseImages(store, SigningKeys.Signer(0)), Process.Time);
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
}
