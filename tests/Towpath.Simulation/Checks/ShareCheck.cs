using Towpath.Core.Environments;
using Towpath.Core.Rollouts;
using Towpath.Simulation.Time;
using Towpath.Simulation.World;

namespace Towpath.Simulation.Checks;

/// <summary>
/// Users meet a new revision by the shares that were asked, one step after the other, each for its time and only after it showed what it
/// must; by blue-green all at once, and only after it was asked on the private route.
/// </summary>
internal sealed class ShareCheck(Ledger ledger, VirtualClock clock) : WorldCheck
{
    private const double Rounding = 0.01;
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(1);

    private readonly Dictionary<(EnvironmentWorld World, string Service), Step> _steps = [];
    private readonly HashSet<(EnvironmentWorld World, string Service, string Revision)> _verified = [];
    private readonly HashSet<string> _byHand = [];
    private readonly Dictionary<string, TimeSpan> _prepared = new(StringComparer.Ordinal);
    private bool _isShared;
    private double _shareBefore;

    /// <summary>A person lets a deployment take its next step whatever is asked of it.</summary>
    public void Proceeds(string deployment) => _byHand.Add(deployment);

    /// <inheritdoc/>
    public override void Prepared(EnvironmentWorld world, DeploymentPlan plan) => _prepared.TryAdd(plan.Id, clock.Elapsed);

    /// <inheritdoc/>
    public override void Asked(EnvironmentWorld world, DeploymentPlan plan, Effect effect, SimulatedProcess process)
    {
        if (effect is VerifyPrivately verify) _verified.Add((world, verify.Service, plan.Target.Service(verify.Service)!.Revision));
    }

    /// <inheritdoc/>
    public override void Before(EnvironmentWorld world, DeploymentPlan plan, Effect effect)
    {
        _isShared = false;
        if (effect is not SetShare share || plan.Target.Service(share.Service) is not { } service) return;
        _isShared = OthersServe(world, service);
        _shareBefore = ShareOf(world, service) ?? 0;
    }

    /// <inheritdoc/>
    public override void After(EnvironmentWorld world, DeploymentPlan plan, Effect effect)
    {
        if (effect is not SetShare share || plan.Target.Service(share.Service) is not { } service || !(_isShared || OthersServe(world, service))) return;
        if (plan.Previous?.Service(share.Service) is not { BehindGateway: true } before || before.Revision == service.Revision) return;
        if (ShareOf(world, service) is not { } now) return;
        var last = Last(world, plan, service);
        if (now > last.Share + Rounding && share.Percent > 0) Rises(world, plan, service, last, now);
        if (Math.Abs(now - last.Share) > Rounding) _steps[(world, service.Name)] = new Step(plan.Id, now, clock.Elapsed, Seen(world, service));
    }

    /// <summary>The last step of the deployment; where it has taken none, the share that it found, from when it began.</summary>
    private Step Last(EnvironmentWorld world, DeploymentPlan plan, ServiceDesired service)
    {
        if (!_steps.TryGetValue((world, service.Name), out var step)) return new Step(plan.Id, _shareBefore, clock.Elapsed, default);
        if (step.Deployment == plan.Id) return step;
        var isAsLeft = Math.Abs(step.Share - _shareBefore) <= Rounding;
        return new Step(plan.Id, _shareBefore, isAsLeft && _prepared.TryGetValue(plan.Id, out var began) && began > step.At ? began : clock.Elapsed, default);
    }

    private void Rises(EnvironmentWorld world, DeploymentPlan plan, ServiceDesired service, Step last, double now)
    {
        // What was good here before comes back as a whole.
        if (ledger.WasGood(world, plan.Target.Release)) return;
        if (_byHand.Contains(plan.Id) || world.Undisturbed(service.Name) < TimeSpan.FromMinutes(2)) return;
        if (service.Strategy == RolloutStrategy.BlueGreen)
        {
            if (now < 1 - Rounding) Violated($"{plan.Id} gave {now:P0} of {service.Name} to its new revision, where all at once was asked");
            if (plan.Target.Environment.Verify.Any(p => plan.Target.RoutedTo(p.Path)?.Name == service.Name) && !_verified.Contains((world, service.Name, service.Revision)))
                Violated($"{plan.Id} switched {service.Name} in {world.Name} to a revision that nobody had asked on the private route");
            return;
        }
        if (service.Strategy != RolloutStrategy.Canary) return;
        var next = service.Rollout.Steps.Select(s => s / 100d).Append(1).First(s => s > last.Share + Rounding);
        if (Math.Abs(now - next) > Rounding) Violated($"{plan.Id} gave {now:P1} of {service.Name} to its new revision, where {next:P0} came next");
        if (last.Share <= Rounding) return;
        if (clock.Elapsed - last.At + Slack < service.Rollout.Interval && ledger.SinceClockJump > clock.Elapsed - last.At)
            Violated($"{plan.Id} took the next step of {service.Name} after {(clock.Elapsed - last.At).TotalSeconds:0.0} s of {service.Rollout.Interval.TotalSeconds} s");
        var (requests, errors) = Seen(world, service);
        // Those that an earlier rollout left behind may have gone meanwhile, with what they had counted.
        if (requests < last.Seen.Requests) return;
        if (requests - last.Seen.Requests < service.Rollout.Analysis.LeastRequests - 1)
            Violated($"{plan.Id} took the next step of {service.Name} after {requests - last.Seen.Requests:0} of {service.Rollout.Analysis.LeastRequests} requests");
        var share = (errors - last.Seen.Errors) / Math.Max(1, requests - last.Seen.Requests);
        // Few requests show few errors: where the interval could not have shown two, nobody could have known.
        var shown = (errors - last.Seen.Errors) * service.Rollout.Interval / (clock.Elapsed - last.At);
        if (shown > 2 && share > (service.Rollout.Analysis.MostErrors * 1.5) + 0.01)
            Violated($"{plan.Id} took the next step of {service.Name} with {share:P1} errors, where {service.Rollout.Analysis.MostErrors:P1} are allowed");
    }

    private static bool OthersServe(EnvironmentWorld world, ServiceDesired service) =>
        world.Of(service.Name).Any(c => c.Service.Revision != service.Revision && world.Serves(c));

    private static (double Requests, double Errors) Seen(EnvironmentWorld world, ServiceDesired service)
    {
        var (requests, errors) = (0d, 0d);
        foreach (var container in world.Containers)
            if (container.Service.Name == service.Name && container.Service.Revision == service.Revision)
                (requests, errors) = (requests + container.Answered.Requests, errors + container.Answered.Errors);
        return (requests, errors);
    }

    /// <summary>Share of a service's requests that its new revision gets; null where nobody gets any.</summary>
    private static double? ShareOf(EnvironmentWorld world, ServiceDesired service)
    {
        var (all, own) = (0d, 0d);
        foreach (var container in world.Containers)
        {
            if (container.Service.Name != service.Name || !world.Serves(container)) continue;
            all += container.Weight;
            if (container.Service.Revision == service.Revision) own += container.Weight;
        }
        return all == 0 ? null : own / all;
    }

    private readonly record struct Step(string Deployment, double Share, TimeSpan At, (double Requests, double Errors) Seen);
}
