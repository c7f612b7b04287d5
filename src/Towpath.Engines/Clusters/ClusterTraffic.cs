using System.Globalization;
using System.Text.Json.Nodes;
using Towpath.Core.Diagnostics;
using Towpath.Core.Environments;
using Towpath.Core.Kubernetes.Objects;
using Towpath.Core.Kubernetes.Planning;
using Towpath.Core.Kubernetes.Running;
using Towpath.Core.Kubernetes.Status;
using Towpath.Core.Rollouts;
using Towpath.Engines.Kubernetes;
using Readiness = Towpath.Core.Kubernetes.Status.Readiness;

namespace Towpath.Engines.Clusters;

/// <summary>
/// Shares of the requests of a service in a cluster: a second workload beside the one that has its name, and a Service that chooses between them. In the end
/// the first takes over what the second brought in. Each step looks at what is there, and is the same when it is done twice.
/// </summary>
internal sealed class ClusterTraffic(ClusterObjects objects, ClusterPods pods, ClusterCompiler compiler, ClusterUnitKeeper units, ClusterWait wait)
{
    /// <summary>Starts a unit: beside the one that serves, where the service takes its requests by shares and there is something to weigh; else in its place.</summary>
    public async Task StartAsync(DeploymentPlan plan, StartReplica start, CancellationToken cancellationToken)
    {
        var desired = plan.Of(start.Side);
        using var turn = await objects.TurnAsync(start.Service, cancellationToken);
        var slots = await ReadAsync(desired, start.Service, cancellationToken);
        if (start.Side == Side.Target && plan.Weighs(desired.Service(start.Service)!) && await IsForSecondAsync(desired, slots, cancellationToken))
        {
            await StartSecondAsync(plan, slots, cancellationToken);
            return;
        }

        // A Service that chooses by the track would leave out pods that have none any more.
        if (slots is { Second: not null, Weights.Canary: 0 } && !desired.Service(start.Service)!.IsByShares) await RemoveSecondAsync(plan, slots, cancellationToken);
        await StartFirstAsync(desired, slots, cancellationToken);
    }

    /// <summary>A unit is let in. The first one ends the sharing where the second has the same revision.</summary>
    public async Task AdmitAsync(DeploymentPlan plan, AdmitReplica admit, CancellationToken cancellationToken)
    {
        using var turn = await objects.TurnAsync(admit.Service, cancellationToken);
        var slots = await ReadAsync(plan.Target, admit.Service, cancellationToken);
        if (slots.Weights is not { } weights) return;
        // On the way back one that is kept warm is no help: the first workload, which has the requests, becomes what it is.
        if (admit.Side == Side.Previous && weights.Canary == 0 && slots.SecondContainer(plan.Target) == admit.Container) await RemoveSecondAsync(plan, slots, cancellationToken);
        if (slots.FirstContainer(plan.Target) != admit.Container) return;
        var roads = await RoadsAsync(plan, admit.Service, cancellationToken);
        if (slots.Second is null || slots.SecondRevision == slots.FirstRevision) await RestAsync(plan.Target, slots, roads, cancellationToken);
        else if (admit.Weight > 0) await roads.WriteAsync(weights with { Stable = admit.Weight, Canary = 0 }, cancellationToken);
        else await roads.WriteAsync(weights with { Stable = 0 }, cancellationToken);
    }

    /// <summary>The shares are these. The second workload is up with the pods for its share before it gets it.</summary>
    /// <exception cref="DiagnosticException">TP6443, TP6446: its pods do not become ready.</exception>
    public async Task ShareAsync(DeploymentPlan plan, SetShare share, CancellationToken cancellationToken)
    {
        var before = await ReadAsync(plan.Target, share.Service, cancellationToken);
        if (before.Second is null && before.Weights is null) return;
        if (WeightsOf(plan, share, before).Canary > 0 && before.Second is not null && before.SecondRevision == plan.Target.Service(share.Service)?.Revision)
        {
            await RaiseAsync(plan, share, cancellationToken);
        }

        using var turn = await objects.TurnAsync(share.Service, cancellationToken);
        var slots = await ReadAsync(plan.Target, share.Service, cancellationToken);
        var roads = await RoadsAsync(plan, share.Service, cancellationToken);
        if (slots.First is null) return;
        var weights = WeightsOf(plan, share, slots);
        if (slots.Second is null || (slots.SecondRevision == slots.FirstRevision && weights.HasStable)) await RestAsync(plan.Target, slots, roads, cancellationToken);
        else await roads.WriteAsync(weights with { IsSplit = roads.IsSplit }, cancellationToken);
    }

    /// <summary>A unit leaves. The first one stays where it is to be replaced, and becomes what the second one is once that has all requests.</summary>
    public async Task RetireAsync(DeploymentPlan plan, string service, string container, CancellationToken cancellationToken)
    {
        using var turn = await objects.TurnAsync(service, cancellationToken);
        var slots = await ReadAsync(plan.Target, service, cancellationToken);
        var wanted = plan.Target.Service(service) is { Replicas: > 0 } target ? target.Revision : null;
        if (container == slots.SecondContainer(plan.Target))
        {
            // Nobody else has requests: it is still needed, whoever was meant when this was asked for.
            if (wanted is null || slots.IsFirstServing) await RemoveSecondAsync(plan, slots, cancellationToken);
        }
        else if (container == slots.FirstContainer(plan.Target) && wanted is not null && slots.SecondRevision == wanted && slots.FirstRevision != wanted && !slots.IsFirstServing)
        {
            await StartFirstAsync(plan.Target, slots, cancellationToken);
        }
        else if (!await compiler.IsReplacedAsync(plan, service, cancellationToken))
        {
            await units.RemoveAsync(plan.Target, service, container, cancellationToken);
        }
    }

    /// <summary>The release before is kept warm where it shall be; no other second workload is left that has no requests, and no trace of shares without one.</summary>
    /// <returns>Objects that have to stay beside those that are compiled, as <c>Kind/name</c>.</returns>
    public async Task<IReadOnlyList<string>> CleanUpAsync(DeploymentPlan plan, Side side, CancellationToken cancellationToken)
    {
        var desired = plan.Of(side);
        var (kept, anyIsWarm) = (new List<string>(), false);
        var traces = await TracesAsync(desired, cancellationToken);
        foreach (var service in desired.Services.Where(s => s.Replicas > 0))
        {
            var isWarm = WarmRelease.IsKept(plan, side, service);
            if (!isWarm && !traces.Contains(ServiceNames.Of(service.Name))) continue;
            using var turn = await objects.TurnAsync(service.Name, cancellationToken);
            var slots = await ReadAsync(desired, service.Name, cancellationToken);
            isWarm = isWarm && await KeepWarmAsync(plan, slots, cancellationToken);
            anyIsWarm |= isWarm;
            var second = SecondWorkload.NameOf(ServiceNames.Of(service.Name));
            if (isWarm || (slots.Second is not null && slots.Weights is not { Canary: 0 })) kept.AddRange([$"Deployment/{second}", $"Service/{second}", $"Ingress/{second}"]);
            else if (slots.Second is not null) await RemoveSecondAsync(plan, slots, cancellationToken);
            else await RestAsync(desired, slots, await RoadsAsync(desired, service.Name, cancellationToken), cancellationToken);
        }

        if (anyIsWarm) kept.AddRange(await InputsAsync(plan.Of(Side.Previous), cancellationToken));
        return kept;
    }

    /// <summary>The second workload becomes of the release before: as many pods as it needs for all requests, and none of them takes any.</summary>
    private async Task<bool> KeepWarmAsync(DeploymentPlan plan, ClusterSlots slots, CancellationToken cancellationToken)
    {
        var (target, before) = (plan.Target.Service(slots.Service)!, plan.Of(Side.Previous).Service(slots.Service)!);
        // It is the end of a deployment: who has not all requests by now is not the one to be kept ready for.
        if (slots.First is not { } first || slots.Weights is { Canary: > 0 } || slots.FirstRevision != target.Revision || !await IsToldApartAsync(plan.Target, slots, cancellationToken)) return false;
        var roads = await RoadsAsync(plan, slots.Service, cancellationToken);
        await roads.WriteAsync(new SlotWeights(AdmitReplica.FullWeight, 0, roads.IsSplit), cancellationToken);
        await roads.OpenAsync(cancellationToken);
        var begun = slots.SecondRevision == before.Revision ? slots.Second : null;
        await units.StartSecondAsync(plan.Of(Side.Previous), slots.Service, Math.Max(Count(first), before.Spec.Replicas), begun, cancellationToken, isWarm: true);
        return true;
    }

    private async Task<IEnumerable<string>> InputsAsync(EnvironmentDesired desired, CancellationToken cancellationToken) =>
        WarmRelease.Inputs(await compiler.CompileAsync(desired, cancellationToken)).Concat(ClusterSpace.SecretNames(desired).Select(name => $"Secret/{name}"));

    /// <summary>Names of workloads that have a second one, or shares.</summary>
    private async Task<HashSet<string?>> TracesAsync(EnvironmentDesired desired, CancellationToken cancellationToken)
    {
        var space = SpaceOf(desired);
        var seconds = (await objects.ListAsync("apps/v1", "Deployment", space, cancellationToken)).Where(SecondWorkload.Is);
        var shared = (await objects.ListAsync("v1", "Service", space, cancellationToken)).Where(s => SlotWeights.Of(s) is not null || SecondWorkload.Is(s));
        return [.. seconds.Concat(shared).Select(s => s.Text("metadata", "labels", ObjectNames.Name))];
    }

    /// <summary>What serves can be told from a second workload, has other pods than that would have, and has requests that could be shared out.</summary>
    private async Task<bool> IsForSecondAsync(EnvironmentDesired desired, ClusterSlots slots, CancellationToken cancellationToken)
    {
        var target = desired.Service(slots.Service)!;
        if (slots.First is not { } first || slots.FirstRevision == target.Revision) return false;
        if (slots.SecondRevision == target.Revision) return true;
        // Another number of the same pods is nothing to weigh.
        if (first.Text("spec", "template", "metadata", "labels", ObjectNames.Revision) == target.PodRevision) return false;
        return await IsToldApartAsync(desired, slots, cancellationToken);
    }

    /// <summary>The first workload has requests, and can be told from a second one. A Service that chose pods by their track would leave out those that were made before there was one.</summary>
    private async Task<bool> IsToldApartAsync(EnvironmentDesired desired, ClusterSlots slots, CancellationToken cancellationToken) =>
        slots is { First: { } first, IsFirstServing: true } && SecondWorkload.HasTrack(first)
        && (await PodsAsync(desired, slots.Service, cancellationToken)).All(p => ClusterPods.IsLeaving(p) || SecondWorkload.TrackOf(p) is not null);

    private async Task StartSecondAsync(DeploymentPlan plan, ClusterSlots slots, CancellationToken cancellationToken)
    {
        var target = plan.Target.Service(slots.Service)!;
        var roads = await RoadsAsync(plan, slots.Service, cancellationToken);
        var isThere = slots.SecondRevision == target.Revision;
        // Before there is a pod that a Service at rest would choose too.
        if (!isThere) await roads.WriteAsync(new SlotWeights(slots.Weights?.Stable ?? AdmitReplica.FullWeight, 0, roads.IsSplit), cancellationToken);
        await roads.OpenAsync(cancellationToken);
        var first = target.Strategy == RolloutStrategy.Canary && !plan.Returns ? target.Rollout.Steps.FirstOrDefault(100) : 100;
        var count = Pods(first, slots, target, roads);
        await units.StartSecondAsync(plan.Target, slots.Service, isThere ? Math.Max(count, Count(slots.Second!)) : count, isThere ? slots.Second : null, cancellationToken);
    }

    /// <summary>The first workload becomes of the wanted release. Where it has no requests it gets none before it is ready.</summary>
    private async Task StartFirstAsync(EnvironmentDesired desired, ClusterSlots slots, CancellationToken cancellationToken)
    {
        if (slots.Weights is { HasStable: false, Stable: not null } weights)
        {
            await (await RoadsAsync(desired, slots.Service, cancellationToken)).WriteAsync(weights with { Stable = null }, cancellationToken);
        }

        await units.StartAsync(desired, slots.Service, cancellationToken);
    }

    /// <summary>The second workload has the pods that its share needs, and they are ready. Once it has requests it never becomes smaller: what it lets go it would need again.</summary>
    private async Task RaiseAsync(DeploymentPlan plan, SetShare share, CancellationToken cancellationToken)
    {
        var desired = plan.Target;
        using (await objects.TurnAsync(share.Service, cancellationToken))
        {
            var slots = await ReadAsync(desired, share.Service, cancellationToken);
            if (slots.First is null || slots.Second is not { } second || slots.SecondRevision != desired.Service(share.Service)?.Revision) return;
            var count = Pods(WeightsOf(plan, share, slots).Percent, slots, desired.Service(share.Service)!, await RoadsAsync(plan, share.Service, cancellationToken));
            // One that was kept warm has the pods for all requests; before it has any it may have fewer.
            if (count > Count(second) || (slots.Weights is { Canary: 0 } && count < Count(second))) await units.StartSecondAsync(desired, share.Service, count, null, cancellationToken);
        }

        var what = $"bringing up the pods of {share.Service} for {share.Percent.ToString(CultureInfo.InvariantCulture)} % of its requests";
        await wait.UntilAsync(what, () => IsUpAsync(desired, share.Service, what, cancellationToken), desired.Environment.ReadyTimeout, cancellationToken);
    }

    private async Task<bool> IsUpAsync(EnvironmentDesired desired, string service, string what, CancellationToken cancellationToken)
    {
        var slots = await ReadAsync(desired, service, cancellationToken);
        // Gone, or of another release: whoever did that knows better than this wait.
        if (slots.Second is not { } second || slots.SecondRevision != desired.Service(service)?.Revision) return true;
        var verdict = ObjectStatus.Read(new ObservedObject(second) { Pods = [.. (await PodsAsync(desired, service, cancellationToken)).Where(SecondWorkload.Is)] });
        return verdict.Readiness == Readiness.Failed
            ? throw new DiagnosticException(ExitCode.DeploymentFailed, ClusterRunDiagnostics.TaskFailed(desired.Environment.Name, what, verdict.Why, desired.Service(service)!.Spec.Location, []))
            : verdict.Readiness == Readiness.Ready;
    }

    /// <summary>The shares that are asked for. A second workload of no release that comes in gets no more than it has.</summary>
    private static SlotWeights WeightsOf(DeploymentPlan plan, SetShare share, ClusterSlots slots)
    {
        var now = slots.Weights ?? new SlotWeights(AdmitReplica.FullWeight, slots.Second is null ? 0 : AdmitReplica.FullWeight, IsSplit: false);
        // One that is not let in yet has no share: an order of before that comes late, where the name was the other's, would let it in.
        var stable = now.Stable is not null && slots.FirstContainer(plan.Target) is { } first && share.Weights.TryGetValue(first, out var given) ? given : now.Stable;
        var canary = slots.SecondContainer(plan.Target) is { } second && share.Weights.TryGetValue(second, out var taken) ? taken : now.Canary;
        if (slots.SecondRevision != plan.Target.Service(share.Service)?.Revision) canary = Math.Min(canary, now.Canary);
        return new SlotWeights(canary == 0 && stable is 0 ? AdmitReplica.FullWeight : stable, canary, now.IsSplit);
    }

    private async Task RemoveSecondAsync(DeploymentPlan plan, ClusterSlots slots, CancellationToken cancellationToken)
    {
        var isWanted = plan.Target.Service(slots.Service) is { Replicas: > 0 };
        var roads = await RoadsAsync(plan, slots.Service, cancellationToken);
        if (isWanted && slots.Weights is { Canary: > 0 } weights) await roads.WriteAsync(weights with { Canary = 0 }, cancellationToken);
        await objects.DeleteAsync(slots.Second!, Propagation.Background, cancellationToken);
        await RestAsync(plan.Target, slots with { Second = null }, roads, cancellationToken);
    }

    /// <summary>All is as compiled. A Service at rest chooses by name alone, so that no pod of a second workload that is gone may be left; those that are told to end are not chosen any more.</summary>
    private async Task RestAsync(EnvironmentDesired desired, ClusterSlots slots, ClusterRoads roads, CancellationToken cancellationToken)
    {
        if (slots.Second is null)
        {
            await wait.UntilAsync(
                $"ending the second workload of {slots.Service}",
                async () => !(await PodsAsync(desired, slots.Service, cancellationToken)).Any(p => SecondWorkload.Is(p) && !ClusterPods.IsLeaving(p)),
                ClusterWait.RemovalLimit,
                cancellationToken);
        }

        await roads.RestAsync(cancellationToken);
    }

    private async Task<IEnumerable<JsonObject>> PodsAsync(EnvironmentDesired desired, string service, CancellationToken cancellationToken) =>
        (await pods.ListAsync(SpaceOf(desired), cancellationToken)).Where(p => p.Text("metadata", "labels", ObjectNames.Name) == ServiceNames.Of(service));

    private Task<ClusterSlots> ReadAsync(EnvironmentDesired desired, string service, CancellationToken cancellationToken) => ClusterSlots.ReadAsync(objects, desired, service, cancellationToken);

    /// <summary>What leads to a service is as the target has it from the beginning on; that of the release before where the target does without the service.</summary>
    private Task<ClusterRoads> RoadsAsync(DeploymentPlan plan, string service, CancellationToken cancellationToken) =>
        RoadsAsync(plan.Target.Service(service) is null && plan.Previous is { } previous ? previous : plan.Target, service, cancellationToken);

    private async Task<ClusterRoads> RoadsAsync(EnvironmentDesired desired, string service, CancellationToken cancellationToken) =>
        new(objects, desired, await compiler.CompileAsync(desired, cancellationToken), service);

    // Beside as many as the first has now, which an autoscaler may have set; the whole is borne by as many as the new release wants.
    private static int Pods(double percent, ClusterSlots slots, ServiceDesired target, ClusterRoads roads)
    {
        var now = Math.Max(1, Count(slots.First!));
        return Weighing.Pods(percent, percent >= 100 ? Math.Max(now, target.Spec.Replicas) : now, roads.IsSplit);
    }

    private static int Count(JsonObject deployment) => (int)(deployment.Number("spec", "replicas") ?? 1);

    private static string SpaceOf(EnvironmentDesired desired) => desired.Environment.NamespaceFor(desired.Application);
}
