using Towpath.Core.Journal;
using Towpath.Core.Rollouts;
using Towpath.Simulation.Time;
using Towpath.Simulation.World;

namespace Towpath.Simulation.Checks;

/// <summary>Something that must always hold, told of whatever happens in the world. It says what a user would notice, in words for people.</summary>
internal abstract class WorldCheck
{
    /// <summary>Where a broken promise is told.</summary>
    public required Action<string> Violated { get; init; }

    /// <summary>An effect is asked for.</summary>
    public virtual void Asked(EnvironmentWorld world, DeploymentPlan plan, Effect effect, SimulatedProcess process)
    {
    }

    /// <summary>Nothing of an effect happens any more.</summary>
    public virtual void Ended(EnvironmentWorld world, DeploymentPlan plan, Effect effect, SimulatedProcess process)
    {
    }

    /// <summary>An effect is about to change what serves.</summary>
    public virtual void Before(EnvironmentWorld world, DeploymentPlan plan, Effect effect)
    {
    }

    /// <summary>It has changed it.</summary>
    public virtual void After(EnvironmentWorld world, DeploymentPlan plan, Effect effect)
    {
    }

    /// <summary>An environment was prepared for a deployment: the first thing that one does.</summary>
    public virtual void Prepared(EnvironmentWorld world, DeploymentPlan plan)
    {
    }

    /// <summary>A process was started.</summary>
    public virtual void Started(EnvironmentWorld world, SimulatedContainer container)
    {
    }

    /// <summary>A migration is about to begin.</summary>
    public virtual void Migrates(EnvironmentWorld world, DeploymentPlan plan, string service)
    {
    }

    /// <summary>All of an environment is about to be removed.</summary>
    public virtual void Removes(EnvironmentWorld world, DeploymentPlan plan)
    {
    }

    /// <summary>A fact was written into the journal.</summary>
    public virtual void Told(Fact fact)
    {
    }
}

/// <summary>All checks; the first broken promise ends the run.</summary>
internal sealed class WorldChecks(VirtualClock clock)
{
    private readonly List<WorldCheck> _all = [];

    /// <summary>What was broken first, or null.</summary>
    public string? Violation { get; private set; }

    /// <summary>Adds one.</summary>
    public void Add(WorldCheck check) => _all.Add(check);

    /// <summary>A promise is broken.</summary>
    public void Violate(string what) => Violation ??= $"at {clock.Elapsed.TotalSeconds:0.00} s: {what}";

    /// <inheritdoc cref="WorldCheck.Asked"/>
    public void Asked(EnvironmentWorld world, DeploymentPlan plan, Effect effect, SimulatedProcess process)
    {
        foreach (var check in _all) check.Asked(world, plan, effect, process);
    }

    /// <inheritdoc cref="WorldCheck.Ended"/>
    public void Ended(EnvironmentWorld world, DeploymentPlan plan, Effect effect, SimulatedProcess process)
    {
        foreach (var check in _all) check.Ended(world, plan, effect, process);
    }

    /// <summary>Does a step of an effect that changes what serves.</summary>
    public void Acts(EnvironmentWorld world, DeploymentPlan plan, Effect effect, Action act)
    {
        world.Flow();
        foreach (var check in _all) check.Before(world, plan, effect);
        act();
        foreach (var check in _all) check.After(world, plan, effect);
    }

    /// <inheritdoc cref="WorldCheck.Prepared"/>
    public void Prepared(EnvironmentWorld world, DeploymentPlan plan)
    {
        foreach (var check in _all) check.Prepared(world, plan);
    }

    /// <inheritdoc cref="WorldCheck.Started"/>
    public void Started(EnvironmentWorld world, SimulatedContainer container)
    {
        foreach (var check in _all) check.Started(world, container);
    }

    /// <inheritdoc cref="WorldCheck.Migrates"/>
    public void Migrates(EnvironmentWorld world, DeploymentPlan plan, string service)
    {
        foreach (var check in _all) check.Migrates(world, plan, service);
    }

    /// <inheritdoc cref="WorldCheck.Removes"/>
    public void Removes(EnvironmentWorld world, DeploymentPlan plan)
    {
        foreach (var check in _all) check.Removes(world, plan);
    }

    /// <inheritdoc cref="WorldCheck.Told"/>
    public void Told(Fact fact)
    {
        foreach (var check in _all) check.Told(fact);
    }
}
