using Towpath.Core.Environments;
using Towpath.Core.Journal;
using Towpath.Core.Rollouts;
using Towpath.Simulation.World;

namespace Towpath.Simulation.Checks;

/// <summary>What people are told is true: one deployment at a time, each ends once, and a success is told of what really runs.</summary>
internal sealed class JournalCheck(Ledger ledger, MachineWorld machine) : WorldCheck
{
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(12);
    private readonly Dictionary<string, string> _ended = [];
    private readonly Dictionary<(string Application, string Environment), string> _active = [];
    private readonly HashSet<string> _wentBack = [];
    private readonly Dictionary<(EnvironmentWorld World, string Release, string Service), long> _migrated = [];
    private readonly Dictionary<(EnvironmentWorld World, string Release), long> _good = [];
    private long _last;

    /// <inheritdoc/>
    public override void Migrates(EnvironmentWorld world, DeploymentPlan plan, string service) => _migrated[(world, plan.Target.Release, service)] = _last;

    /// <inheritdoc/>
    public override void Told(Fact fact)
    {
        if (fact.Sequence != ++_last) Violated($"the journal goes from {_last - 1} to {fact.Sequence}");
        if (fact.Deployment is not { } deployment || fact.Environment is not { } name) return;
        if (_ended.TryGetValue(deployment, out var end)) Violated($"{fact.Kind} was told of {deployment} after {end}");
        var key = (fact.Application, name);
        switch (fact.Kind)
        {
            case FactKind.DeploymentPhase when _active.TryGetValue(key, out var other) && other != deployment:
                Violated($"{deployment} began in {name} although {other} had not ended");
                break;
            case FactKind.DeploymentPhase:
                _active[key] = deployment;
                if (fact.Step == nameof(DeploymentPhase.RollingBack)) _wentBack.Add(deployment);
                break;
            case FactKind.DeploymentSucceeded or FactKind.DeploymentFailed or FactKind.DeploymentFrozen or FactKind.DeploymentSuperseded or FactKind.DeploymentCancelled:
                _ended[deployment] = fact.Kind;
                if (_active.GetValueOrDefault(key) == deployment) _active.Remove(key);
                Ended(fact, machine.Environment(fact.Application, name));
                break;
        }
    }

    private void Ended(Fact fact, EnvironmentWorld world)
    {
        if (fact.Kind == FactKind.DeploymentSucceeded)
        {
            Proven(fact, ledger.Desired(fact.Application, world.Name, fact.Release!), world);
            LivesOnItsData(fact, fact.Release!, world);
            _good[(world, fact.Release!)] = fact.Sequence;
        }
        if (fact.Kind != FactKind.DeploymentFailed || !_wentBack.Contains(fact.Deployment!) || ledger.Current(world) is not { } current) return;
        Runs(fact, current, world);
        LivesOnItsData(fact, current.Release, world);
    }

    /// <summary>A release that was good before and runs again finds nothing that a later one did to the data and it can't live with.</summary>
    private void LivesOnItsData(Fact fact, string release, EnvironmentWorld world)
    {
        if (!_good.TryGetValue((world, release), out var since)) return;
        foreach (var ((of, other, service), at) in _migrated)
            if (of == world && other != release && at > since && world.Migrated.Contains((other, service))
                && ledger.Desired(fact.Application, world.Name, other).Service(service)!.Spec.Delivery.Migrate is { Reversible: false } or { Revert: not null })
                Violated($"{fact.Deployment} says that {release} runs again in {world.Name} although the migration of {service} of {other} can't be lived with");
    }

    private void Proven(Fact fact, EnvironmentDesired desired, EnvironmentWorld world)
    {
        Runs(fact, desired, world);
        foreach (var service in desired.Migrations)
            if (!world.Migrated.Contains((desired.Release, service.Name)))
                Violated($"{fact.Deployment} succeeded in {world.Name} although the migration of {service.Name} of {desired.Release} never ran");
        foreach (var probe in desired.Environment.Verify)
            if (desired.RoutedTo(probe.Path) is { } asked && !machine.BehaviourOf(asked.Image.Digest).Verifies)
                Violated($"{fact.Deployment} succeeded in {world.Name} although {asked.Name} of {desired.Release} does not answer \"{probe.Name}\" as expected");
    }

    /// <summary>Everything that a release wants runs, and takes its full share of the requests.</summary>
    private void Runs(Fact fact, EnvironmentDesired desired, EnvironmentWorld world)
    {
        foreach (var service in desired.Services.Where(s => s.Strategy != RolloutStrategy.Job))
        {
            if (world.Undisturbed(service.Name) < Slack) continue;
            var running = world.Of(service.Name).Where(c => c.Service.Revision == service.Revision && c.Process == ReplicaProcess.Running).ToList();
            if (running.Count(c => c.Ordinal < service.Replicas) < service.Replicas)
                Violated($"{fact.Kind} was told of {fact.Deployment} with {running.Count} of {service.Replicas} replicas of {service.Name} of {desired.Release} in {world.Name}");
            var others = world.Of(service.Name).FirstOrDefault(c => c.Service.Revision != service.Revision && world.Serves(c));
            if (others is not null) Violated($"{fact.Kind} was told of {fact.Deployment} while {others.Name} of {others.Release} took requests in {world.Name}");
        }
    }
}
