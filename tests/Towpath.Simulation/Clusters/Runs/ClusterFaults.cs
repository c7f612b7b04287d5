using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Towpath.Core.Applications;
using Towpath.Core.Environments;
using Towpath.Core.Kubernetes.Status;
using Towpath.Core.Rollouts;
using Towpath.Engines;
using Towpath.Simulation.Clusters.Server;

namespace Towpath.Simulation.Clusters.Runs;

/// <summary>Faults that are put into what deals with clusters, to see that they are caught.</summary>
internal static class ClusterFaults
{
    /// <summary>All of them.</summary>
    public static ImmutableArray<ClusterMutation> All { get; } =
    [
        new("pruned-before-ready", "what the release before had and the new one has not is removed as soon as the first service begins") { Does = engine => new PrunesEarly(engine) },
        new("migration-not-awaited", "a migration is taken for done when its Job is there, and pods do not wait for it") { Hears = JobIsDone, Asks = WithoutWaits },
        new("uid-not-asked", "an object is deleted by its name, whichever it is") { Asks = WithoutUid },
        new("absent-kind-believed", "a server that has just started is believed that it serves what it names and no more") { Hears = (_, question) => question.Path == "/readyz" ? new ApiAnswer(200, "ok") : null },
        new("drift-not-mended", "what drifted is told, and left as it is") { Decides = machines => machines with { Upkeep = (state, happened, plan, now) => machines.Upkeep(state, happened, plan with { Drift = DriftPolicy.Report }, now) } },
        new("forgets-the-release-before", "a failed deployment takes everything away, as if nothing had been there before") { Decides = machines => machines with { Deployment = (state, happened, plan, now) => machines.Deployment(state, happened, plan with { Previous = null }, now) } },
        new("old-job-kept", "a Job of the release before stays, as if the new one's took its place") { Does = engine => new KeepsJobs(engine) },
        new("replaced-by-deletion", "a unit is deleted before it is applied anew") { Does = engine => new Replaces(engine) },
    ];

    /// <summary>One by its name.</summary>
    public static ClusterMutation Find(string name) => All.FirstOrDefault(m => m.Name == name) ?? throw new FormatException($"there is no mutation {name}");

    private static ApiAnswer? JobIsDone(World.ClusterWorld world, ApiQuestion question)
    {
        if (question.Method != "GET" || !question.Path.Contains("/jobs/", StringComparison.Ordinal) || world.Server.Answer(question) is not { Code: 200 } answer) return null;
        var job = (JsonObject)JsonNode.Parse(answer.Text)!;
        job["status"] = new JsonObject { ["succeeded"] = 1, ["conditions"] = new JsonArray(new JsonObject { ["type"] = "Complete", ["status"] = "True" }) };
        return ApiAnswer.Of(job);
    }

    private static ApiQuestion WithoutWaits(ApiQuestion question)
    {
        if (question.Method == "PATCH" && question.Body.At("spec", "template", "spec") is JsonObject pod) pod.Remove("initContainers");
        return question;
    }

    private static ApiQuestion WithoutUid(ApiQuestion question)
    {
        question.Body?.Remove("preconditions");
        return question;
    }

    private sealed class PrunesEarly(IEnvironmentEngine engine) : IEnvironmentEngine
    {
        public Task<ObservedEnvironment> ObserveAsync(DeploymentPlan plan, CancellationToken cancellationToken) => engine.ObserveAsync(plan, cancellationToken);

        public async Task ApplyAsync(Effect effect, DeploymentPlan plan, CancellationToken cancellationToken)
        {
            if (effect is StartReplica { Side: Side.Target }) await engine.ApplyAsync(new CleanUp(Side.Target), plan, cancellationToken);
            await engine.ApplyAsync(effect, plan, cancellationToken);
        }
    }

    private sealed class KeepsJobs(IEnvironmentEngine engine) : IEnvironmentEngine
    {
        public Task<ObservedEnvironment> ObserveAsync(DeploymentPlan plan, CancellationToken cancellationToken) => engine.ObserveAsync(plan, cancellationToken);

        public Task ApplyAsync(Effect effect, DeploymentPlan plan, CancellationToken cancellationToken) =>
            effect is RetireReplica retire && plan.Target.Service(retire.Service)?.Strategy == RolloutStrategy.Job ? Task.CompletedTask : engine.ApplyAsync(effect, plan, cancellationToken);
    }

    private sealed class Replaces(IEnvironmentEngine engine) : IEnvironmentEngine
    {
        public Task<ObservedEnvironment> ObserveAsync(DeploymentPlan plan, CancellationToken cancellationToken) => engine.ObserveAsync(plan, cancellationToken);

        public async Task ApplyAsync(Effect effect, DeploymentPlan plan, CancellationToken cancellationToken)
        {
            if (effect is StartReplica { Side: Side.Target } start && plan.Previous?.Service(start.Service) is { } before)
            {
                var alone = plan with { Target = plan.Previous, Previous = null };
                await engine.ApplyAsync(new RetireReplica(start.Service, RolloutPlanner.ContainerName(plan.Previous, before, 0)), alone, cancellationToken);
            }

            await engine.ApplyAsync(effect, plan, cancellationToken);
        }
    }
}
