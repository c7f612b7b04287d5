using System.Collections.Immutable;
using Towpath.Core.Applications;
using Towpath.Core.Environments;
using Towpath.Core.Journal;
using Towpath.Core.Rollouts;

namespace Towpath.Simulation.Mutations;

/// <summary>Faults that somebody could make in each machine. Each must be caught.</summary>
internal static class DeliberateFaults
{
    /// <summary>All of them.</summary>
    public static ImmutableArray<Mutation> All { get; } =
    [
        Mutation.Skipped<CheckGates>("gates-not-asked", "a deployment takes its gates for judged without judging them"),
        Gates("gates-all-hold", "every gate is taken to hold", verdict => verdict with { Holds = true }),
        .. new[] { "not-rejected", "soak", "verification", "request", "confirmation", "window", "lead", "budget", "image" }.Select(Ignored),
        new("promotes-unasked", "every environment takes what runs below by itself", machines => machines with
        {
            Promotion = (environment, state, candidate, current, busy, judge) => machines.Promotion(environment with { Automatic = true }, state, candidate, current, busy, judge),
        }),
        Mutation.Answered("nothing-superseded", "what waits does not give way to what was asked later", (state, happened, _, decision) => happened is NewerRequested ? new Decision(state, []) : decision),
        Mutation.Answered("phase-mistold", "the journal tells of one phase as of another", (_, _, _, decision) => decision with
        {
            Facts = [.. decision.Facts.Select(f => f is { Kind: FactKind.DeploymentPhase, Step: nameof(DeploymentPhase.Migrating) } ? f with { Step = nameof(DeploymentPhase.Rolling) } : f)],
        }),
        Mutation.Shown("ready-by-looks", "a replica whose process runs is taken for one that serves", (state, happened, plan) =>
            (state, happened is Observed observed ? new Observed(observed.Environment with { Replicas = [.. observed.Environment.Replicas.Select(Flattered)] }) : happened, plan)),
        Mutation.Misread("volumes-shared", "a service with a volume is rolled like any other", s => s.Strategy == RolloutStrategy.Recreate ? s with { Strategy = RolloutStrategy.Rolling } : s),
        Mutation.Misread("more-unavailable", "one more replica may be missing than was allowed", s => s with { Rollout = s.Rollout with { Unavailable = new Portion(s.Replicas, false) } }),
        Mutation.Skipped<RunMigration>("migration-not-run", "a migration is taken for done"),
        Mutation.Skipped<Verify>("verification-not-asked", "the verification is taken for passed"),
        Mutation.Skipped<VerifyPrivately>("private-route-not-asked", "blue-green switches without having asked the new replicas"),
        Mutation.Misread("canary-without-data", "a step passes without requests", s => s with { Rollout = s.Rollout with { Analysis = s.Rollout.Analysis with { LeastRequests = 0 } } }),
        Mutation.Misread("canary-blind-to-errors", "a step passes with any number of errors", s => s with { Rollout = s.Rollout with { Analysis = s.Rollout.Analysis with { MostErrors = 1, HardErrors = 1 } } }),
        Mutation.Misread("canary-in-a-hurry", "a step lasts no time", s => s with { Rollout = s.Rollout with { Interval = TimeSpan.Zero } }),
        Mutation.Misread("canary-skips-steps", "a canary goes from nothing to everything", s => s with { Rollout = s.Rollout with { Steps = [] } }),
        Mutation.Answered("nothing-parked", "old replicas are removed at once instead of being kept warm", (_, _, _, decision) => decision with
        {
            State = decision.State with { Pending = [.. decision.State.Pending.Select(p => p.Effect is ParkReplica park ? p with { Effect = new RetireReplica(park.Service, park.Container) } : p)] },
        }),
        Mutation.Answered("phase-not-told", "a phase is entered without a word in the journal", (_, _, _, decision) => decision with { Facts = [.. decision.Facts.Where(f => f.Kind != FactKind.DeploymentPhase)] }),
        Mutation.Shown("data-forgotten", "what earlier deployments did to the data is not known", (state, happened, plan) => (state, happened, plan with { InTheWay = [], Inherited = [] })),
        new("halt-not-heard", "a deployment goes on although everything is to stand still", machines => machines with
        {
            Deployment = (state, happened, plan, now) =>
            {
                if (happened is not Observed || state.Halted is not { } halted) return machines.Deployment(state, happened, plan, now);
                var decision = machines.Deployment(state with { Halted = null }, happened, plan, now);
                return decision with { State = decision.State with { Halted = halted } };
            },
        }),
        Mutation.Shown("back-without-looking", "a way back is taken for done without looking", (state, happened, plan) =>
            (state, state.Phase == DeploymentPhase.RollingBack && happened is Observed && plan.Previous is { } previous ? new Observed(AsWanted(previous)) : happened, plan)),
        Mutation.Shown("forgets-the-release-before", "a failed deployment takes everything away, as if nothing had been there before", (state, happened, plan) => (state, happened, plan with { Previous = null })),
        Mutation.Unseen("effects-overlap", "what is under way on a replica is not seen when the next effect on it is decided", (_, p) => p.Effect is not (RunMigration or ConfigureGateway or CheckGates)),
        new("warmth-ends-at-once", "the release before is taken away as soon as its successor has come in", machines => machines with
        {
            Upkeep = (state, happened, plan, now) => machines.Upkeep(state, happened, plan with { WarmUntil = now }, now),
        }),
        new("drift-not-mended", "what drifted is told, and left as it is", machines => machines with
        {
            Upkeep = (state, happened, plan, now) => machines.Upkeep(state, happened, plan with { Drift = DriftPolicy.Report }, now),
        }),
        new("upkeep-deaf-to-halts", "what drifted is mended although everything is to stand still", machines => machines with
        {
            Upkeep = (state, happened, plan, now) => happened is WorldStopped ? new UpkeepDecision(state, []) : machines.Upkeep(state, happened, plan, now),
        }),
    ];

    internal static Mutation Ignored(string gate) =>
        Gates($"{gate}-ignored", $"the gate `{gate}` is taken to hold", verdict => verdict.Name == gate ? verdict with { Holds = true } : verdict);

    private static Mutation Gates(string name, string what, Func<GateVerdict, GateVerdict> change) => new(name, what, machines => machines with
    {
        Gates = (ladder, environment, evidence, now) => [.. machines.Gates(ladder, environment, evidence, now).Select(change)],
    });

    private static ObservedReplica Flattered(ObservedReplica replica) => replica.Process != ReplicaProcess.Running ? replica : replica with
    {
        Ready = true,
        Traffic = ReplicaTraffic.Serving,
        Weight = AdmitReplica.FullWeight,
    };

    private static ObservedEnvironment AsWanted(EnvironmentDesired desired) => new([.. desired.Services.SelectMany(s => Enumerable.Range(0, s.Replicas).Select(ordinal => new ObservedReplica
    {
        Container = RolloutPlanner.ContainerName(desired, s, ordinal),
        Service = s.Name,
        Revision = s.Revision,
        Ordinal = ordinal,
        Release = desired.Release,
        ImageDigest = s.Image.Digest,
        Process = s.Strategy == RolloutStrategy.Job ? ReplicaProcess.Exited : ReplicaProcess.Running,
        Since = default,
        Ready = true,
        Traffic = s.BehindGateway ? ReplicaTraffic.Serving : ReplicaTraffic.None,
        Weight = AdmitReplica.FullWeight,
    }))]);
}
