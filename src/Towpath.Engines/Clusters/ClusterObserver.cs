using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using Towpath.Core.Environments;
using Towpath.Core.Kubernetes.Objects;
using Towpath.Core.Kubernetes.Running;
using Towpath.Core.Kubernetes.Status;
using Towpath.Core.Rollouts;
using Readiness = Towpath.Core.Kubernetes.Status.Readiness;

namespace Towpath.Engines.Clusters;

/// <summary>Looks at an environment's units: the objects that make pods, judged by the reader of their kind, with the pods' last words where one is not ready.</summary>
internal sealed class ClusterObserver(ClusterParts parts, ClusterObjects objects, ClusterPods pods)
{
    /// <summary>What is there.</summary>
    /// <param name="desired">The environment.</param>
    /// <param name="space">Its namespace.</param>
    /// <param name="view">What is known of the cluster; null asks it.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<ObservedEnvironment> ObserveAsync(EnvironmentDesired desired, string space, ClusterView? view, CancellationToken cancellationToken)
    {
        var scene = await SceneAsync(space, view, cancellationToken);
        var replicas = new List<ObservedReplica>();
        foreach (var unit in scene.Units)
        {
            replicas.Add(await UnitAsync(desired, unit, scene, cancellationToken));
        }

        return new ObservedEnvironment([.. replicas]);
    }

    /// <summary>How the services of an environment stand.</summary>
    /// <param name="space">Its namespace.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<IReadOnlyList<UnitStanding>> StandingAsync(string space, CancellationToken cancellationToken)
    {
        var scene = await SceneAsync(space, null, cancellationToken);
        var standing = scene.Units.Where(u => !SecondWorkload.Is(u) || !WarmRelease.Is(u, scene.WeightsOf(u))).ToLookup(SecondWorkload.Is, u => UnitStanding.Of(scene.Of(u), u.Text("metadata", "annotations", ObjectNames.Service)!));
        return
        [
            .. standing[false].Select(first => standing[true].FirstOrDefault(s => s.Service == first.Service) is { } second ? first.With(second) : first),
            .. standing[true].Where(second => standing[false].All(first => first.Service != second.Service)),
        ];
    }

    private async Task<Scene> SceneAsync(string space, ClusterView? view, CancellationToken cancellationToken)
    {
        var units = new List<JsonObject>();
        foreach (var (apiVersion, kind) in ClusterObjects.Units)
        {
            units.AddRange((await objects.ListAsync(view, apiVersion, kind, space, cancellationToken)).Where(u => u.Text("metadata", "annotations", ObjectNames.Service) is not null));
        }

        return units.Count == 0 ? new Scene([], [], [], []) : new Scene(
            [.. units.DistinctBy(u => u.Text("metadata", "uid"))],
            [.. await objects.ListAsync(view, "v1", "Pod", space, cancellationToken)],
            [.. await objects.ListAsync(view, "apps/v1", "ReplicaSet", space, cancellationToken)],
            // Only where there are pods that can be told apart can requests be shared out.
            units.Exists(SecondWorkload.HasTrack) ? [.. await objects.ListAsync(view, "v1", "Service", space, cancellationToken)] : []);
    }

    /// <summary>The name by which deployments know a unit.</summary>
    public static string NameOf(EnvironmentDesired desired, string service, string revision, int ordinal = 0) =>
        string.Create(CultureInfo.InvariantCulture, $"{desired.Application}-{desired.Environment.Name}-{service}-{revision}-{ordinal}");

    private async Task<ObservedReplica> UnitAsync(EnvironmentDesired desired, JsonObject unit, Scene scene, CancellationToken cancellationToken)
    {
        var service = unit.Text("metadata", "annotations", ObjectNames.Service)!;
        var revision = unit.Text("metadata", "labels", ObjectNames.Revision) ?? "";
        var verdict = ObjectStatus.Read(scene.Of(unit));
        var own = scene.PodsOf(unit);
        var ordinal = SecondWorkload.Is(unit) ? ClusterSlots.SecondOrdinal(scene.FirstRevision(service), revision) : 0;
        var replica = new ObservedReplica
        {
            Container = NameOf(desired, service, revision, ordinal),
            Service = service,
            Revision = revision,
            Ordinal = ordinal,
            Release = unit.Text("metadata", "annotations", ObjectNames.Release) ?? "",
            ImageDigest = DigestOf(unit, own),
            Process = ReplicaProcess.Running,
            Since = SinceOf(desired, service, revision, unit),
            Ready = verdict.Readiness == Readiness.Ready,
            // While its new pods are not ready its old ones may serve: it is on its way in, and not out.
            Traffic = verdict.Readiness == Readiness.Ready ? ReplicaTraffic.Serving : ReplicaTraffic.Joining,
            Weight = verdict.Readiness == Readiness.Ready ? AdmitReplica.FullWeight : 0,
        };
        replica = unit.Text("kind") == "Job" ? OfJob(replica, unit, verdict) : OfSlot(replica, unit, own, verdict, scene, desired);
        return replica.Ready || replica is { Process: ReplicaProcess.Exited, ExitCode: 0 } ? replica : await ExplainedAsync(replica, unit, own, verdict, ClusterDelivery.Of(desired) is not null, cancellationToken);
    }

    private ObservedReplica OfSlot(ObservedReplica replica, JsonObject unit, List<JsonObject> own, ObjectVerdict verdict, Scene scene, EnvironmentDesired desired) => SecondWorkload.Is(unit)
        ? SlotSight.Second(replica, scene.WeightsOf(unit), unit, [.. Young(unit, own)], new SlotView(desired.Service(replica.Service)?.Revision, verdict.Readiness, desired.Environment.ReadyTimeout, parts.Time.GetUtcNow()))
        : SlotSight.First(replica, scene.WeightsOf(unit), unit);

    private static List<JsonObject> Young(JsonObject unit, List<JsonObject> own)
    {
        var newest = unit.Text("spec", "template", "metadata", "labels", ObjectNames.Revision);
        return [.. own.Where(p => p.Text("metadata", "labels", ObjectNames.Revision) == newest && !ClusterPods.IsLeaving(p))];
    }

    private static ObservedReplica OfJob(ObservedReplica replica, JsonObject unit, ObjectVerdict verdict) =>
        (unit.Number("status", "succeeded") ?? 0) > 0 && verdict.Readiness == Readiness.Ready ? replica with { Process = ReplicaProcess.Exited, Ready = false, Traffic = ReplicaTraffic.None }
        : verdict.Readiness == Readiness.Failed ? replica with { Process = ReplicaProcess.Exited, ExitCode = 1, Ready = false }
        : replica with { Ready = false, Traffic = ReplicaTraffic.None };

    /// <summary>The verdict with the events behind it, and what the pods of the new revision wrote last.</summary>
    private async Task<ObservedReplica> ExplainedAsync(
        ObservedReplica replica, JsonObject unit, List<JsonObject> own, ObjectVerdict verdict, bool isDelivered, CancellationToken cancellationToken)
    {
        var young = Young(unit, own);
        // Where a controller brings them, pods are there before the migration that they wait for: a wait that begins again is no failure of theirs.
        var restarts = young.SelectMany(p => p.Items("status", "containerStatuses").Concat(isDelivered ? [] : p.Items("status", "initContainerStatuses"))).Select(c => (int)(c.Number("restartCount") ?? 0)).DefaultIfEmpty().Max();
        var unready = young.FirstOrDefault(p => !ClusterPods.IsReady(p));
        return replica with
        {
            ReadinessDetail = verdict.Why,
            Restarts = restarts,
            LastLines = unready is null ? [] : [.. await LinesAsync(unready, restarts > 0, cancellationToken)],
        };
    }

    private Task<IReadOnlyList<string>> LinesAsync(JsonObject pod, bool hasEnded, CancellationToken cancellationToken)
    {
        var container = pod.Items("status", "initContainerStatuses").Concat(pod.Items("status", "containerStatuses")).FirstOrDefault(c => !c.Flag("ready"))?.Text("name");
        return pods.LastLinesAsync(pod, container, hasEnded, cancellationToken);
    }

    /// <summary>The digest of the release's image, where all pods run what the unit names; else what a pod runs in its place.</summary>
    private static string DigestOf(JsonObject unit, List<JsonObject> own)
    {
        var container = unit.Items("spec", "template", "spec", "containers").FirstOrDefault() ?? unit.Items("spec", "jobTemplate", "spec", "template", "spec", "containers").FirstOrDefault();
        var asked = container?.Text("image") ?? "";
        var digest = asked.Contains('@') ? asked[(asked.IndexOf('@') + 1)..] : null;
        var other = Young(unit, own)
            .SelectMany(p => p.Items("status", "containerStatuses"))
            .Where(c => c.Text("name") == container?.Text("name")).Select(c => c.Text("imageID"))
            .FirstOrDefault(id => digest is not null && !string.IsNullOrEmpty(id) && !id.Contains(digest, StringComparison.Ordinal));
        return other ?? unit.Text("metadata", "annotations", ObjectNames.Image) ?? "";
    }

    private DateTimeOffset SinceOf(EnvironmentDesired desired, string service, string revision, JsonObject unit)
    {
        if (ClusterDelivery.Of(desired) is null || unit.Text("kind") == "Job")
        {
            return SinceOf(unit);
        }

        DeliveryTimes.Note(parts.Memory, service, revision, parts.Time.GetUtcNow());
        return DeliveryTimes.Of(parts.Memory, service, revision) ?? parts.Time.GetUtcNow();
    }

    private static DateTimeOffset SinceOf(JsonObject unit) =>
        DateTimeOffset.TryParse(unit.Text("metadata", "annotations", ObjectNames.Since) ?? unit.Text("metadata", "creationTimestamp"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var since)
            ? since
            : DateTimeOffset.MinValue;

    private sealed record Scene(ImmutableArray<JsonObject> Units, ImmutableArray<JsonObject> Pods, ImmutableArray<JsonObject> ReplicaSets, ImmutableArray<JsonObject> Services)
    {
        /// <summary>Pods of the name and the workload.</summary>
        public List<JsonObject> PodsOf(JsonObject unit) =>
            [.. Pods.Where(p => p.Text("metadata", "labels", ObjectNames.Name) == unit.Text("metadata", "labels", ObjectNames.Name) && SecondWorkload.Is(p) == SecondWorkload.Is(unit))];

        /// <summary>Revision of the workload that has a service's name; null for none.</summary>
        public string? FirstRevision(string service) => Units
            .FirstOrDefault(u => u.Text("kind") == "Deployment" && !SecondWorkload.Is(u) && u.Text("metadata", "annotations", ObjectNames.Service) == service).Text("metadata", "labels", ObjectNames.Revision);

        /// <summary>The shares of a unit's service; null for none.</summary>
        public SlotWeights? WeightsOf(JsonObject unit) => SlotWeights.Of(Services.FirstOrDefault(s => s.Name() == unit.Text("metadata", "labels", ObjectNames.Name)));

        public ObservedObject Of(JsonObject unit) => new(unit) { Pods = Pods, ReplicaSets = ReplicaSets };
    }
}
