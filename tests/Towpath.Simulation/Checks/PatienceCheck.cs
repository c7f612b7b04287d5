using Towpath.Core.Environments;
using Towpath.Core.Journal;
using Towpath.Core.Rollouts;
using Towpath.Simulation.Time;
using Towpath.Simulation.World;

namespace Towpath.Simulation.Checks;

/// <summary>A replica that never gets ready is waited for as long as its environment says, whatever wall clocks do meanwhile.</summary>
internal sealed class PatienceCheck(Ledger ledger, MachineWorld machine, VirtualClock clock) : WorldCheck
{
    // Control planes are killed and started again, calls are slow, and the first look after that decides.
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(100);

    private readonly Dictionary<(EnvironmentWorld World, string Service), TimeSpan> _started = [];
    private readonly Dictionary<EnvironmentWorld, TimeSpan> _resumed = [];
    private readonly HashSet<SimulatedProcess> _processes = [];

    /// <inheritdoc/>
    public override void Asked(EnvironmentWorld world, DeploymentPlan plan, Effect effect, SimulatedProcess process) => _processes.Add(process);

    /// <inheritdoc/>
    public override void Started(EnvironmentWorld world, SimulatedContainer container) => _started[(world, container.Service.Name)] = clock.Elapsed;

    /// <inheritdoc/>
    public override void Told(Fact fact)
    {
        if (fact.Kind == FactKind.WorldResumed)
            foreach (var world in machine.Environments) _resumed[world] = clock.Elapsed;
        if (fact.Environment is not { } name) return;
        var place = machine.Environment(fact.Application, name);
        if (fact.Kind == FactKind.DeploymentResumed) _resumed[place] = clock.Elapsed;
        if (fact.Kind != FactKind.DeploymentPhase || fact.Step != nameof(DeploymentPhase.RollingBack)) return;
        var desired = ledger.Desired(fact.Application, name, fact.Release!);
        foreach (var service in desired.Services.Where(s => s.Strategy != RolloutStrategy.Job))
            if (fact.Text.StartsWith($"service \"{service.Name}\" did not become ready", StringComparison.Ordinal))
                Waited(place, service.Name, desired.Environment.ReadyTimeout, fact);
    }

    private void Waited(EnvironmentWorld world, string service, TimeSpan timeout, Fact fact)
    {
        if (!_started.TryGetValue((world, service), out var since)) return;
        if (_resumed.TryGetValue(world, out var resumed) && resumed > since) since = resumed;
        // Who is held up decides nothing, and what others did meanwhile is not known here.
        foreach (var process in _processes)
            if (clock.Elapsed - process.SinceHeldUp is var woke && woke > since) since = woke;
        if (ledger.ClockJumpedAt is { } jumped && jumped > since) since = jumped;
        if (clock.Elapsed - since > timeout + Slack)
            Violated($"{fact.Deployment} waited {(clock.Elapsed - since).TotalSeconds:0} s for {service} to become ready in {world.Name}, where {timeout.TotalSeconds:0} s are given");
    }
}
