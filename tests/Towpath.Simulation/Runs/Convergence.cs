using Towpath.Core.Environments;
using Towpath.Core.Journal;
using Towpath.Simulation.World;

namespace Towpath.Simulation.Runs;

/// <summary>Whether everything of an application is as its last release wants it, or what is not.</summary>
internal sealed class Convergence(string application, SimulationScene scene)
{
    /// <summary>What is missing until a release is everywhere and nothing else is, in words; null for nothing.</summary>
    public string? Missing(string release)
    {
        foreach (var environment in scene.Store.Application(application)!.Ladder.Environments)
        {
            var world = scene.Machine.Environment(application, environment.Name);
            if (scene.Store.OpenDeployments(application, environment.Name) is [var open, ..])
                return $"{open.Id} of {open.Release} is {open.Phase} in {world.Name}: {open.State}";
            if (scene.Store.Current(application, environment.Name)?.Release is var current && current != release)
                return $"{world.Name} runs {current ?? "nothing"} and not {release}; {Newest(environment.Name)}; {Waiting(environment.Name)}";
            if (Missing(world, scene.Ledger.Desired(application, environment.Name, release)) is { } missing)
                return $"{world.Name} says that it runs {release}, but {missing}";
        }
        return null;
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
