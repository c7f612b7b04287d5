using Towpath.Core.Environments;
using Towpath.Core.Rollouts;
using Towpath.Simulation.Time;
using Towpath.Simulation.World;

namespace Towpath.Simulation.Checks;

/// <summary>
/// At least the promised number of replicas serves: no effect takes one away that is needed. What the world takes (a crash, a hand) is not
/// held against an effect that was decided before it could be known.
/// </summary>
internal sealed class ServingCheck(Ledger ledger, VirtualClock clock) : WorldCheck
{
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(12);

    private readonly Dictionary<(EnvironmentWorld World, string Deployment, string Key), TimeSpan> _decided = [];
    private readonly Dictionary<string, int> _before = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public override void Asked(EnvironmentWorld world, DeploymentPlan plan, Effect effect, SimulatedProcess process) =>
        _decided.TryAdd((world, plan.Id, effect.Key), clock.Elapsed);

    /// <inheritdoc/>
    public override void Before(EnvironmentWorld world, DeploymentPlan plan, Effect effect)
    {
        _before.Clear();
        foreach (var container in world.Containers)
            if (world.Serves(container)) _before[container.Service.Name] = _before.GetValueOrDefault(container.Service.Name) + 1;
    }

    /// <inheritdoc/>
    public override void After(EnvironmentWorld world, DeploymentPlan plan, Effect effect)
    {
        foreach (var (service, before) in _before)
        {
            var now = world.Containers.Count(c => c.Service.Name == service && world.Serves(c));
            if (now >= before) continue;
            var promised = Promised(world, plan, service);
            if (now >= promised) continue;
            // A release that failed loses its requests at once to all that can serve of the one before: fewer that are good are better.
            if (effect is SetShare && ledger.Active(world)?.Phase == nameof(DeploymentPhase.RollingBack) && now > 0 && now >= Able(world, service)) continue;
            var decided = _decided.GetValueOrDefault((world, plan.Id, effect.Key), clock.Elapsed);
            if (world.Undisturbed(service) > clock.Elapsed - decided + Slack)
                Violated($"{effect.Key} of {plan.Id} left {now} replicas of {service} serving in {world.Name}, where {promised} are promised");
        }
    }

    /// <summary>Replicas of what ran before that could take requests at this moment.</summary>
    private int Able(EnvironmentWorld world, string service) => ledger.Current(world)?.Service(service) is not { } current ? 0
        : world.Of(service).Count(c => c.Service.Revision == current.Revision && c.IsKnown && !c.IsDraining && c.IsReady(clock.Elapsed));

    private int Promised(EnvironmentWorld world, DeploymentPlan plan, string service)
    {
        if (ledger.Current(world)?.Service(service) is not { } current || plan.Target.Service(service) is not { } target) return 0;
        return Math.Min(Least(current), Least(target));
    }

    private static int Least(ServiceDesired service) => service switch
    {
        { BehindGateway: false } => 0,
        { Strategy: RolloutStrategy.Rolling } => service.Replicas - service.Rollout.Unavailable.RoundedDown(service.Replicas),
        { Strategy: RolloutStrategy.BlueGreen or RolloutStrategy.Canary } => service.Replicas,
        _ => 0,
    };
}
