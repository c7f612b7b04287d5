using System.Globalization;
using Towpath.Core.Applications;
using Towpath.Core.Containers;
using Towpath.Core.Diagnostics;
using Towpath.Core.Kubernetes.Running;
using Towpath.Core.Releases;
using Towpath.Core.Rollouts;
using Towpath.Server.Api;
using Towpath.Server.Desks;
using Towpath.Server.Reconcilers;
using Towpath.Server.Storage;

namespace Towpath.Server;

/// <summary>What there is to say about one environment: what runs, what is under way, what stands still, what could come next.</summary>
internal sealed class EnvironmentStatus(IStore store, GateKeeper gates, PlanBuilder plans, IEnvironments environments, TimeProvider time)
{
    private static readonly TimeSpan CountedEmergencies = TimeSpan.FromDays(90);

    private readonly Lookup _lookup = new(store);

    /// <summary>The state of an environment whose replicas are these; of one on a cluster, what is seen there.</summary>
    public EnvironmentAnswer Of(ApplicationRecord application, EnvironmentSpec environment, IReadOnlyList<ObservedContainer> replicas, ClusterSight? sight)
    {
        var current = store.Current(application.Name, environment.Name);
        var release = current is null ? null : store.Release(application.Name, current.Release);
        var deployment = store.RecentDeployments(application.Name, environment.Name, 1) is [var newest] ? newest : null;
        var next = Next(application, environment, current?.Release);
        var plan = PlanOf(application.Name, environment.Name)?.Upkeep;
        return new EnvironmentAnswer(
            environment.Name,
            deployment is null ? null : $"http://{environment.Address}:{environments.Port(application.Name, environment).ToString(CultureInfo.InvariantCulture)}",
            release?.Id, release?.Commit, current?.Since, deployment?.Id, deployment?.Phase, next?.Id,
            next is null ? [] : [.. gates.Judge(next, environment).Select(g => new GateAnswer(g.Name, g.Holds, g.Text) { HoldsAt = g.HoldsAt })],
            release is null ? [] : [.. release.Application.Services.Select(s => sight is null ? Service(release, environment, s, replicas, plan) : Service(release, environment, s, sight, plan))])
        {
            Unseen = sight?.Unseen,
            Strategy = environment.Strategy.Kind.Word(),
            Warm = plan is { WarmUntil: { } until, Plan.Previous: { } warm } && until > time.GetUtcNow() ? new WarmAnswer(warm.Release, until) : null,
            Shares = [.. Shares(application.Name, environment)],
            StandsStill = [.. StandsStill(application.Name, environment.Name)],
            Emergencies = store.Emergencies(application.Name, time.GetUtcNow() - CountedEmergencies).Count(e => e.Environment == environment.Name),
            Drift = store.Upkeep(application.Name, environment.Name) is { } upkeep ? [.. RolloutsJson.ReadUpkeep(upkeep).Drifted.Values] : [],
        };
    }

    /// <summary>What should be there; null where that can't be told, which must not keep the rest from being shown.</summary>
    private RestPlan? PlanOf(string application, string environment)
    {
        try
        {
            return plans.AtRest(application, environment);
        }
        catch (DiagnosticException)
        {
            return null;
        }
    }

    private Release? Next(ApplicationRecord application, EnvironmentSpec environment, string? current)
    {
        var candidate = _lookup.Below(application, environment);
        return candidate is null || candidate == current ? null : store.Release(application.Name, candidate);
    }

    private IEnumerable<StandingAnswer> StandsStill(string application, string environment)
    {
        foreach (var halt in store.Halts().Where(h => h.Covers(application, environment)))
            yield return new StandingAnswer(halt.Environment ?? halt.Application ?? "everything", halt.Actor, halt.Reason, halt.At);
        foreach (var open in store.OpenDeployments(application, environment))
            if (RolloutsJson.Read(open.State).Paused is { } paused)
                yield return new StandingAnswer(open.Id, paused.Actor, paused.Reason, paused.Since);
    }

    private IEnumerable<ShareAnswer> Shares(string application, EnvironmentSpec environment) =>
        from open in store.OpenDeployments(application, environment.Name)
        from weighted in RolloutsJson.Read(open.State).Weighted
        let spec = environment.Services.GetValueOrDefault(weighted.Key)?.Strategy ?? environment.Strategy
        let steps = spec.Kind == StrategyKind.Canary ? spec.Steps : []
        let progress = weighted.Value
        let share = progress.Step < steps.Length ? steps[progress.Step] : 100
        select new ShareAnswer(weighted.Key, progress.Since is null ? progress.Given : share, progress.Step + 1, steps.Length + 1, !progress.IsOpen);

    private static ServiceAnswer Service(
        Release release, EnvironmentSpec environment, Service service, IReadOnlyList<ObservedContainer> replicas, UpkeepPlan? plan)
    {
        var wanted = plan?.Plan.Target.Service(service.Name)?.Revision;
        var warm = plan?.Plan.Previous?.Service(service.Name)?.Revision;
        var own = replicas.Where(c => c.Label(ContainerLabels.Service) == service.Name).ToList();
        return new ServiceAnswer(
            service.Name,
            wanted ?? own.Select(c => c.Label(ContainerLabels.Revision)).FirstOrDefault() ?? "",
            environment.Services.GetValueOrDefault(service.Name)?.Replicas ?? service.Replicas,
            own.Count(c => c.State == ContainerState.Running && (c.Label(ContainerLabels.Revision) is var revision && (revision == wanted || revision != warm))),
            release.Images[service.Name].Digest);
    }

    private static ServiceAnswer Service(Release release, EnvironmentSpec environment, Service service, ClusterSight sight, UpkeepPlan? plan)
    {
        var wanted = plan?.Plan.Target.Service(service.Name)?.Revision;
        var unit = sight.Units.Where(u => u.Service == service.Name).OrderByDescending(u => u.Revision == wanted).FirstOrDefault();
        return new ServiceAnswer(
            service.Name,
            wanted ?? unit?.Revision ?? "",
            unit?.Wanted ?? environment.Services.GetValueOrDefault(service.Name)?.Replicas ?? service.Replicas,
            unit?.Ready ?? 0,
            release.Images[service.Name].Digest)
        {
            Why = unit is null && sight.Unseen is null ? "its object is not there" : unit?.Why,
        };
    }
}

/// <summary>What is seen of an environment on a cluster.</summary>
/// <param name="Units">Its services' units.</param>
/// <param name="Unseen">Why nothing is seen; null where it is.</param>
internal sealed record ClusterSight(IReadOnlyList<UnitStanding> Units, string? Unseen);
