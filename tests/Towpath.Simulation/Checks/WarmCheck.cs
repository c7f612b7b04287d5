using Towpath.Core.Environments;
using Towpath.Core.Rollouts;
using Towpath.Simulation.Time;
using Towpath.Simulation.World;

namespace Towpath.Simulation.Checks;

/// <summary>
/// The last good release stays until its successor is proven: where an environment keeps releases warm, no healthy replica of it is
/// removed before that, nor for as long afterwards as was promised.
/// </summary>
internal sealed class WarmCheck(Ledger ledger, VirtualClock clock) : WorldCheck
{
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(2);
    private SimulatedContainer? _healthy;
    private DateTimeOffset _now;

    /// <inheritdoc/>
    public override void Before(EnvironmentWorld world, DeploymentPlan plan, Effect effect)
    {
        _healthy = effect is RetireReplica retire && world.Find(retire.Container) is { } container && container.IsReady(clock.Elapsed) ? container : null;
        _now = clock.Now;
    }

    /// <inheritdoc/>
    public override void After(EnvironmentWorld world, DeploymentPlan plan, Effect effect)
    {
        if (_healthy is not { } gone || plan.Target.Environment.Warm == TimeSpan.Zero || ledger.SinceClockJump < TimeSpan.FromMinutes(30)) return;
        if (ledger.Store.Current(world.Application, world.Name) is not { } current) return;
        var runs = ledger.Desired(world.Application, world.Name, current.Release);
        if (plan.Target.Release != current.Release && IsOf(gone, runs))
            Violated($"{effect.Key} of {plan.Id} took a replica of {current.Release} away before {plan.Target.Release} was proven in {world.Name}");
        if (plan.Target.Release != current.Release || ledger.Active(world) is not null || current.Previous is not { } before) return;
        var warmUntil = current.Since + plan.Target.Environment.Warm - Slack;
        if (_now < warmUntil && !IsOf(gone, runs) && IsOf(gone, ledger.Desired(world.Application, world.Name, before)))
            Violated($"{effect.Key} took a replica of {before} away in {world.Name} although it was promised to stay warm until {warmUntil:T}");
    }

    private static bool IsOf(SimulatedContainer container, EnvironmentDesired release) =>
        release.Service(container.Service.Name) is { } service && service.Revision == container.Service.Revision && container.Ordinal < service.Replicas;
}
