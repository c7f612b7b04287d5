using System.Collections.Immutable;
using Towpath.Core.Environments;
using Towpath.Core.Rollouts;
using Towpath.Server.Reconcilers;
using Towpath.Server.Storage;
using Towpath.Simulation.Runs;

namespace Towpath.Simulation.Mutations;

/// <summary>A deliberate fault in a decision, to see that it is caught: a check that can't fail proves nothing.</summary>
/// <param name="Name">By which it is asked for.</param>
/// <param name="What">What is wrong then, in a sentence.</param>
/// <param name="Apply">Puts it in the place of the right decision; called anew for each run, so that it may remember.</param>
internal sealed record Mutation(string Name, string What, Func<Machines, Machines> Apply)
{
    /// <summary>What control planes have in the place of the store, called anew for each; null for the store itself.</summary>
    public Func<IStore, IStore>? Store { get; init; }

    /// <summary>Every one that there is.</summary>
    public static ImmutableArray<Mutation> All => [.. DeliberateFaults.All, .. PaperFaults.All, .. FoundFaults.All];

    /// <summary>A run with this fault.</summary>
    public SeedRun On(SimulationOptions options, Action<string>? trace = null) => new(options, Apply(Machines.Real), trace: trace, altered: Store);

    /// <summary>In the machine of deployments, of what it is shown.</summary>
    public static Mutation Shown(string name, string what, Func<DeploymentState, DeploymentEvent, DeploymentPlan, (DeploymentState, DeploymentEvent, DeploymentPlan)> show) =>
        new(name, what, machines => machines with
        {
            Deployment = (state, happened, plan, now) =>
            {
                var (shownState, shownEvent, shownPlan) = show(state, happened, plan);
                return machines.Deployment(shownState, shownEvent, shownPlan, now);
            },
        });

    /// <summary>In the machine of deployments, of what it answers.</summary>
    public static Mutation Answered(string name, string what, Func<DeploymentState, DeploymentEvent, DeploymentPlan, Decision, Decision> change) =>
        new(name, what, machines => machines with
        {
            Deployment = (state, happened, plan, now) => change(state, happened, plan, machines.Deployment(state, happened, plan, now)),
        });

    /// <summary>In the machine of deployments: effects of a sort are taken for done without being done.</summary>
    public static Mutation Skipped<T>(string name, string what)
        where T : Effect => Answered(name, what, (_, _, _, decision) => decision.State.Pending.Any(p => p.Effect is T) ? decision with
        {
            State = decision.State with
            {
                Pending = decision.State.Pending.RemoveAll(p => p.Effect is T),
                Done = decision.State.Done.Union(decision.State.Pending.Where(p => p.Effect is T).Select(p => p.Effect.Key)),
            },
        }
            : decision);

    /// <summary>In the machine of deployments: effects of a sort that are under way are not seen to be.</summary>
    public static Mutation Unseen(string name, string what, Func<DeploymentState, PendingEffect, bool> isUnseen) => new(name, what, machines => machines with
    {
        Deployment = (state, happened, plan, now) =>
        {
            if (happened is not Observed) return machines.Deployment(state, happened, plan, now);
            var hidden = state.Pending.RemoveAll(p => !isUnseen(state, p));
            var decision = machines.Deployment(state with { Pending = state.Pending.RemoveRange(hidden) }, happened, plan, now);
            var again = hidden.RemoveAll(h => decision.State.IsPending(h.Effect.Key));
            return decision.State.Ended ? decision : decision with { State = decision.State with { Pending = decision.State.Pending.AddRange(again) } };
        },
    });

    /// <summary>In the plan that the machine of deployments works by: each service another than it should be.</summary>
    public static Mutation Misread(string name, string what, Func<ServiceDesired, ServiceDesired> misread) =>
        Shown(name, what, (state, happened, plan) => (state, happened, plan with { Target = Misread(plan.Target, misread), Previous = plan.Previous is { } p ? Misread(p, misread) : null }));

    private static EnvironmentDesired Misread(EnvironmentDesired desired, Func<ServiceDesired, ServiceDesired> misread) =>
        desired with { Services = [.. desired.Services.Select(misread)] };
}
