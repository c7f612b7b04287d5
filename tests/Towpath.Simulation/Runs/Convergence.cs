using System.Collections.Immutable;
using Towpath.Core.Applications;
using Towpath.Core.Environments;
using Towpath.Core.Journal;
using Towpath.Simulation.World;

namespace Towpath.Simulation.Runs;

/// <summary>Whether everything of an application is as its last release wants it, or what is not.</summary>
internal sealed class Convergence(string application, SimulationScene scene)
{
    private static readonly TimeSpan OnItsWay = TimeSpan.FromSeconds(90);

    /// <summary>What is missing until a release is everywhere and nothing else is, in words; null for nothing.</summary>
    public string? Missing(string release)
    {
        foreach (var environment in Environments)
            if (Missing(environment, release) is { } missing) return missing;
        return null;
    }

    /// <summary>
    /// An environment ran a release and then another in its place: somebody's older wish came true late. Where the migration of that one
    /// can't be taken back, or the stay of the release was too short for the environment above, only a newer release comes everywhere.
    /// </summary>
    public bool WasDisplaced(string release) => Environments.Any(e =>
        scene.Store.Current(application, e.Name)?.Release != release && scene.Ledger.WasGood(scene.Machine.Environment(application, e.Name), release));

    /// <summary>A deployment of a release is open, or ended a moment ago.</summary>
    public bool IsOnItsWay(string release) => Environments.Any(e => scene.Store.RecentDeployments(application, e.Name, 1) is [var newest]
        && newest.Release == release && scene.Machine.Clock.Now - newest.UpdatedAt < OnItsWay);

    /// <summary>
    /// Why a release rightly does not come everywhere, by what users really saw; null where nothing explains it. A spent budget keeps its
    /// environment closed until the errors have left the objective's window, or so many good requests have come that they weigh little; and
    /// what did not keep its objectives below does not come up. All environments below have the release, and those above wait for this one.
    /// </summary>
    public string? Closed(string release)
    {
        if (Environments.FirstOrDefault(e => Missing(e, release) is not null) is not { } closed) return null;
        var world = scene.Machine.Environment(application, closed.Name);
        // By anything else than a gate nothing is excused.
        if (scene.Store.OpenDeployments(application, closed.Name).Count > 0 || scene.Store.Current(application, closed.Name)?.Release == release) return null;
        if (closed.Gates.Budget is { } asked && closed.Slo is { } slo && scene.Objectives.ReallyLeft(world, slo) is { } left && left < asked)
            return $"{application} {closed.Name}: {left:P1} of the error budget over {slo.Window} is left where {asked:P0} is asked";
        return scene.Store.Application(application)!.Ladder.Below(closed.Name) is { Slo: { } promised } below && closed.Gates.Soak > TimeSpan.Zero
            && scene.Objectives.IsBroken(scene.Machine.Environment(application, below.Name), promised, release)
            ? $"{application} {closed.Name}: {below.Name} did not keep its objectives while {release} ran there" : null;
    }

    private ImmutableArray<EnvironmentSpec> Environments => scene.Store.Application(application)!.Ladder.Environments;

    private string? Missing(EnvironmentSpec environment, string release)
    {
        var world = scene.Machine.Environment(application, environment.Name);
        if (scene.Store.OpenDeployments(application, environment.Name) is [var open, ..])
            return $"{open.Id} of {open.Release} is {open.Phase} in {world.Name}: {open.State}";
        if (scene.Store.Current(application, environment.Name)?.Release is var current && current != release)
            return $"{world.Name} runs {current ?? "nothing"} and not {release}; {Newest(environment.Name)}; {Waiting(environment.Name)}";
        return Missing(world, scene.Ledger.Desired(application, environment.Name, release)) is { } missing
            ? $"{world.Name} says that it runs {release}, but {missing}" : null;
    }

    private string Waiting(string environment) =>
        scene.Store.Facts(application, 0, int.MaxValue).LastOrDefault(f => f.Kind == FactKind.ReleaseWaiting && f.Environment == environment) is { } fact ? $"last told at {fact.At:T}: {fact.Text}" : "nothing waits";

    private string Newest(string environment) =>
        scene.Store.RecentDeployments(application, environment, 1) is [var newest] ? $"its newest deployment is {newest.Id} of {newest.Release}, {newest.Phase}: {newest.State}" : "nothing was deployed";

    private static string? Missing(EnvironmentWorld world, EnvironmentDesired desired)
    {
        if (!world.GatewayRuns) return "its gateway does not run";
        foreach (var service in desired.Services.Where(s => s.Strategy != RolloutStrategy.Job))
        {
            var own = world.Of(service.Name).Where(c => c.Service.Revision == service.Revision && c.Ordinal < service.Replicas).ToList();
            if (own.Count(c => c.IsReady(world.Machine.Clock.Elapsed)) < service.Replicas) return $"not all replicas of {service.Name} are ready";
            if (service.BehindGateway && own.Exists(c => !world.Serves(c))) return $"not all replicas of {service.Name} take requests";
            if (service.BehindGateway && own.Select(c => c.Weight).Distinct().Count() > 1) return $"the replicas of {service.Name} do not share alike";
        }
        return world.Containers.FirstOrDefault(c => world.Serves(c) && desired.Service(c.Service.Name)?.Revision != c.Service.Revision) is { } other
            ? $"{other.Name} of {other.Release} still takes requests" : null;
    }
}
