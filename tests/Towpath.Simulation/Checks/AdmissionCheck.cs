using Towpath.Core.Applications;
using Towpath.Core.Journal;
using Towpath.Core.Rollouts;
using Towpath.Simulation.World;

namespace Towpath.Simulation.Checks;

/// <summary>
/// No gate is skipped, nothing comes in that nobody wanted, and nothing runs that was not let in. Gates are judged here a second time, by the ledger: at the moments at which the
/// control plane judges them, since a gate that held then may rightly have closed when the first effect comes.
/// </summary>
internal sealed class AdmissionCheck(Ledger ledger, MachineWorld machine, ObjectiveReading objectives, PaperReading papers) : WorldCheck
{
    private readonly GateReading _gates = new(ledger, machine, objectives, papers);
    private readonly Dictionary<(string Application, string Environment, string Release), (TimeSpan At, string? Why)> _judged = [];
    private readonly HashSet<(string Application, string Environment, string Release)> _admitted = [];

    /// <summary>Why a release may not enter an environment now, or null.</summary>
    public string? Closed(string application, EnvironmentSpec environment, string release) => _gates.Closed(application, environment, release);

    /// <summary>A control plane judges the gates of an environment for a release.</summary>
    public void Judges(string application, EnvironmentSpec environment, string release) =>
        _judged[(application, environment.Name, release)] = (machine.Clock.Elapsed, _gates.Closed(application, environment, release));

    /// <inheritdoc/>
    public override void Prepared(EnvironmentWorld world, DeploymentPlan plan)
    {
        var key = (world.Application, world.Name, plan.Target.Release);
        if (!_judged.TryGetValue(key, out var judged)) Violated($"{plan.Id} brought {plan.Target.Release} into {world.Name} and nobody had judged its gates");
        else if (judged.Why is { } why) Violated($"{plan.Id} brought {plan.Target.Release} into {world.Name} although {why}");
        if (!ledger.Automatic.Contains((world.Application, world.Name)) && !ledger.Wanted.Contains(key))
            Violated($"{plan.Id} brought {plan.Target.Release} into {world.Name} although nobody wanted it there");
        _admitted.Add(key);
    }

    /// <inheritdoc/>
    public override void Started(EnvironmentWorld world, SimulatedContainer container)
    {
        if (!_admitted.Contains((world.Application, world.Name, container.Release)))
            Violated($"{container.Name} of {container.Release} was started in {world.Name}, where that release was never let in");
    }

    /// <inheritdoc/>
    public override void Told(Fact fact) => _gates.Told(fact);
}
