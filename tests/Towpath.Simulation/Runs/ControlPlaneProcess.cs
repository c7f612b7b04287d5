using Towpath.Core.Applications;
using Towpath.Core.Releases;
using Towpath.Engines;
using Towpath.Server.Desks;
using Towpath.Server.Reconcilers;
using Towpath.Server.Storage;
using Towpath.Server.Supply;
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
        var store = scene.Altered(new ProcessStore(scene.Store, scene.Written, Process, () => machine.Happens(FaultKind.KillAtWrite)));
        var environments = new Environments(machine, Process);
        var supply = new Supplies(store, Process.Time);
        var signer = SigningKeys.Signer(scene.Ledger.Papers.Key);
        var images = new ReleaseImages(store, signer) { IsAsked = scene.Papers.IsSigning };
        var gates = new GateKeeper(store, scene.Machines, environments, images, Process.Time, supply.Vulnerabilities);
        Ladder = new LadderReconciler(store, gates, scene.Machines, Process.Time);
        Gates = gates;
        Afresh = () =>
        {
            var again = scene.Altered(scene.Store);
            return new GateKeeper(again, scene.Machines, environments, images, Process.Time, new Supplies(again, Process.Time).Vulnerabilities);
        };
        Desk = new DeliveryDesk(store, Ladder, gates, Process.Time);
        Agreements = new AgreementDesk(store, Process.Time);
        Evidence = new EvidenceDesk(store, Process.Time);
        Supply = new SupplyDesk(store, supply.Inventories, supply.Provenance, supply.Vulnerabilities, Process.Time);
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
        var loop = new ReconcileLoop(tools, environments, Ladder, new PlanBuilder(store, environments), name);
        Process.Start(() => loop.RunAsync(CancellationToken.None));
    }

    /// <summary>Its scheduler and clock.</summary>
    public SimulatedProcess Process { get; }

    /// <summary>Where people ask for deliveries.</summary>
    public DeliveryDesk Desk { get; }

    /// <summary>Where they sign.</summary>
    public AgreementDesk Agreements { get; }

    /// <summary>Where they hand in what ran elsewhere.</summary>
    public EvidenceDesk Evidence { get; }

    /// <summary>Where they import advisories.</summary>
    public SupplyDesk Supply { get; }

    /// <summary>What it remembers of wishes.</summary>
    public LadderReconciler Ladder { get; }

    /// <summary>Judges gates.</summary>
    public GateKeeper Gates { get; }

    /// <summary>Judges gates as this process would if it had been started just now.</summary>
    public Func<GateKeeper> Afresh { get; }

    /// <summary>What is known of images. The pipeline reads them: nobody here asks an engine.</summary>
    private sealed class Supplies(IStore store, TimeProvider time)
    {
        public ImageInventories Inventories { get; } = new(store, null!, time);

        public VulnerabilityCheck Vulnerabilities => field ??= new VulnerabilityCheck(store, Inventories);

        public ReleaseProvenance Provenance { get; } = new(store, null, null!);
    }

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
