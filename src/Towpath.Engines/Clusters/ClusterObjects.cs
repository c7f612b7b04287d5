using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Towpath.Core.Applications;
using Towpath.Core.Diagnostics;
using Towpath.Core.Environments;
using Towpath.Core.Kubernetes.Manifests;
using Towpath.Core.Kubernetes.Objects;
using Towpath.Core.Kubernetes.Planning;
using Towpath.Core.Kubernetes.Running;
using Towpath.Core.Kubernetes.Status;
using Towpath.Engines.Kubernetes;
using Readiness = Towpath.Core.Kubernetes.Status.Readiness;

namespace Towpath.Engines.Clusters;

/// <summary>The objects of one environment: applied, looked at, removed. Each is Towpath's by its labels; nothing else is touched.</summary>
internal sealed class ClusterObjects(KubernetesClient client, string application, string environment)
{
    private const int MostAttempts = 5;
    private static readonly TimeSpan ConflictPause = TimeSpan.FromMilliseconds(100);
    private readonly OwnWrites _writes = new(client.Time);

    /// <summary>The name that the cluster remembers fields by.</summary>
    public const string Manager = "towpath";

    // What an environment may have; others of a cluster's kinds are not looked at. Claims and volumes stay: they hold data.
    private static readonly (string ApiVersion, string Kind)[] Pruned =
    [
        ("apps/v1", "Deployment"), ("apps/v1", "StatefulSet"), ("apps/v1", "DaemonSet"), ("batch/v1", "Job"), ("batch/v1", "CronJob"), ("autoscaling/v2", "HorizontalPodAutoscaler"),
        ("networking.k8s.io/v1", "Ingress"), ("gateway.networking.k8s.io/v1", "HTTPRoute"), ("gateway.networking.k8s.io/v1", "Gateway"), ("v1", "Service"),
        ("policy/v1", "PodDisruptionBudget"), ("networking.k8s.io/v1", "NetworkPolicy"), ("v1", "ConfigMap"), ("v1", "Secret"), ("v1", "ServiceAccount"),
        ("rbac.authorization.k8s.io/v1", "RoleBinding"), ("rbac.authorization.k8s.io/v1", "Role"), ("v1", "ResourceQuota"), ("v1", "LimitRange"),
    ];

    /// <summary>Kinds of objects that make pods. Servers before 1.21 serve CronJobs in their first version only.</summary>
    public static (string ApiVersion, string Kind)[] Units { get; } =
        [("apps/v1", "Deployment"), ("apps/v1", "StatefulSet"), ("apps/v1", "DaemonSet"), ("batch/v1", "Job"), ("batch/v1", "CronJob"), ("batch/v1beta1", "CronJob")];

    private readonly ConcurrentDictionary<string, Turns> _turns = new(StringComparer.Ordinal);

    /// <summary>Selects what belongs to the environment.</summary>
    public string Selector { get; } = $"{ObjectNames.Instance}={ObjectNames.InstanceOf(application, environment)},{ObjectNames.ManagedBy}={ObjectNames.Manager}";

    /// <summary>Applies an object as compiled.</summary>
    public Task<JsonObject> ApplyAsync(ManifestObject subject, DriftPolicy drift, CancellationToken cancellationToken) => ApplyAsync(Json(subject), drift, cancellationToken);

    /// <summary>Applies an object. Fields that others hold are taken back where drift is mended, and told about where it is only reported.</summary>
    /// <exception cref="DiagnosticException">TP6442: others hold fields.</exception>
    public async Task<JsonObject> ApplyAsync(JsonObject body, DriftPolicy drift, CancellationToken cancellationToken)
    {
        if (!TrafficObjects.MayCarry(body)) return await ApplyExactlyAsync(body, drift, cancellationToken);
        using var turn = await TurnOfAsync(body.Text("metadata", "labels", ObjectNames.Name) ?? "", cancellationToken);
        return await ApplyExactlyAsync(TrafficObjects.Keep(body, await FindAsync(body, cancellationToken)), drift, cancellationToken);
    }

    /// <summary>The same for who decides where requests go: what the object that is there says about that is not kept.</summary>
    /// <exception cref="DiagnosticException">TP6442: others hold fields.</exception>
    public async Task<JsonObject> ApplyExactlyAsync(JsonObject body, DriftPolicy drift, CancellationToken cancellationToken)
    {
        var (kind, space) = await WhereAsync(body, cancellationToken);
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var applied = await client.ApplyAsync(kind, space, body, new ApplyOptions(Manager, Force: drift == DriftPolicy.Mend), cancellationToken);
                if (IsSeen(kind)) _writes.Note(kind, applied);
                return applied;
            }
            catch (KubernetesException e) when (e is { Failure: ApiFailure.Conflict, IsHeldByOthers: false } && attempt < MostAttempts)
            {
                // Somebody changed it in the same moment. An effect that began anew with each of these would never end in a busy cluster.
                await Task.Delay(ConflictPause * attempt, client.Time, cancellationToken);
            }
            catch (KubernetesException e) when (e is { Failure: ApiFailure.Conflict, IsHeldByOthers: true } && drift == DriftPolicy.Report)
            {
                throw new DiagnosticException(ExitCode.DeploymentFailed, ClusterRunDiagnostics.Held(environment, $"{kind.Kind} {body.Name()}", string.Join(' ', e.Diagnostic.Notes)));
            }
        }
    }

    /// <summary>While it is held, nobody else changes where the requests of a service go.</summary>
    public Task<IDisposable> TurnAsync(string service, CancellationToken cancellationToken) => TurnOfAsync(ServiceNames.Of(service), cancellationToken);

    private Task<IDisposable> TurnOfAsync(string name, CancellationToken cancellationToken) => _turns.GetOrAdd(name, _ => new Turns()).TakeAsync(cancellationToken);

    /// <summary>What an apply would make of an object, fields that others hold taken back. Nothing is changed.</summary>
    public async Task<JsonObject> TryAsync(JsonObject body, CancellationToken cancellationToken)
    {
        var (kind, space) = await WhereAsync(body, cancellationToken);
        return await client.ApplyAsync(kind, space, body, new ApplyOptions(Manager, Force: true, DryRun: true), cancellationToken);
    }

    /// <summary>An object as it is now, or null.</summary>
    public async Task<JsonObject?> FindAsync(JsonObject body, CancellationToken cancellationToken)
    {
        var (kind, space) = await WhereAsync(body, cancellationToken);
        return await client.FindAsync(kind, space, body.Name(), cancellationToken);
    }

    /// <summary>An object, or null.</summary>
    public async Task<JsonObject?> FindAsync(ManifestObject subject, CancellationToken cancellationToken) =>
        await client.FindAsync(await client.KindAsync(subject.ApiVersion, subject.Kind, cancellationToken), subject.Namespace, subject.Name, cancellationToken);

    /// <summary>A view has heard of all that was done here to objects that make pods, and to what chooses between them.</summary>
    public bool AreKnownTo(ClusterView view, string space) => _writes.AreKnownTo(view, space);

    /// <summary>Objects of a kind that belong to the environment; none where the cluster does not serve the kind.</summary>
    public async Task<IReadOnlyList<JsonObject>> ListAsync(string apiVersion, string kind, string space, CancellationToken cancellationToken) =>
        await client.FindKindAsync(apiVersion, kind, cancellationToken) is { } served ? (await client.ListAsync(served, new ObjectFilter(space, Selector), cancellationToken)).Items : [];

    /// <summary>The same as a view knows them, where it does.</summary>
    public async Task<IReadOnlyList<JsonObject>> ListAsync(ClusterView? view, string apiVersion, string kind, string space, CancellationToken cancellationToken)
    {
        if (view is not null && await client.FindKindAsync(apiVersion, kind, cancellationToken) is { } served && await view.FindAsync(served, space, cancellationToken) is { } known)
        {
            return [.. known.Where(item => item.Text("metadata", "labels", ObjectNames.Instance) == ObjectNames.InstanceOf(application, environment))];
        }

        return await ListAsync(apiVersion, kind, space, cancellationToken);
    }

    /// <summary>The object that a deployment knows as a container of a service, or null.</summary>
    public async Task<JsonObject?> UnitAsync(string space, EnvironmentDesired desired, string service, string container, CancellationToken cancellationToken)
    {
        foreach (var (apiVersion, kind) in Units)
        {
            foreach (var unit in await ListAsync(apiVersion, kind, space, cancellationToken))
            {
                if (!SecondWorkload.Is(unit) && unit.Text("metadata", "annotations", ObjectNames.Service) == service
                    && ClusterObserver.NameOf(desired, service, unit.Text("metadata", "labels", ObjectNames.Revision) ?? "") == container)
                {
                    return unit;
                }
            }
        }

        return null;
    }

    /// <summary>Which version of an object is there, by a view where that knows it; null for none.</summary>
    public async Task<(string? Uid, string? Version)?> VersionAsync(ClusterView? view, JsonObject body, CancellationToken cancellationToken)
    {
        var (kind, space) = await WhereAsync(body, cancellationToken);
        var found = view is not null && view.TryFind(kind, space ?? "", body.Name(), out var known) ? known : await FindAsync(body, cancellationToken);
        return found is null ? null : (found.Text("metadata", "uid"), found.Text("metadata", "resourceVersion"));
    }

    /// <summary>Deletes an object that is this very one.</summary>
    public async Task DeleteAsync(JsonObject subject, Propagation propagation, CancellationToken cancellationToken)
    {
        var (kind, space) = await WhereAsync(subject, cancellationToken);
        await client.DeleteAsync(kind, space, subject.Name()!, new DeleteOptions(propagation, subject.Text("metadata", "uid")), cancellationToken);
        if (IsSeen(kind)) _writes.NoteDeleted(kind, subject);
    }

    /// <summary>A Job that failed makes room for one of the same name: a Job never changes.</summary>
    /// <returns>What is there afterwards, or null.</returns>
    public async Task<JsonObject?> ClearFailedAsync(ManifestObject job, ClusterWait wait, CancellationToken cancellationToken)
    {
        var found = await FindAsync(job, cancellationToken);
        if (found is null || ObjectStatus.Read(new ObservedObject(found)).Readiness != Readiness.Failed)
        {
            return found;
        }

        await DeleteAsync(found, Propagation.Foreground, cancellationToken);
        await wait.UntilAsync($"removing the failed {job.Name}", async () => await FindAsync(job, cancellationToken) is null, ClusterWait.RemovalLimit, cancellationToken);
        return null;
    }

    /// <summary>A Job never changes: one that is there keeps what it runs, and only what is said of it is new. What it waits for may have another name by now.</summary>
    /// <param name="job">As it is wanted.</param>
    /// <param name="found">As it is; null for nothing.</param>
    public static JsonObject Kept(JsonObject job, JsonObject? found)
    {
        if (job.Text("kind") == "Job" && found.At("spec", "template") is { } template) job["spec"]!["template"] = template.DeepClone();
        return job;
    }

    /// <summary>Deletes what was made for the environment and is not wanted any more. What holds data stays.</summary>
    /// <param name="space">Namespace.</param>
    /// <param name="wanted">Kinds and names, as <c>Kind/name</c>.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <param name="only">The only kinds that are looked at; null for all.</param>
    public async Task PruneAsync(string space, IReadOnlySet<string> wanted, CancellationToken cancellationToken, string[]? only = null)
    {
        foreach (var item in await ExtraAsync(space, wanted, cancellationToken, only))
        {
            await DeleteAsync(item, Propagation.Background, cancellationToken);
        }
    }

    /// <summary>What was made for the environment and is not wanted any more, but for what holds data.</summary>
    /// <param name="space">Namespace.</param>
    /// <param name="wanted">Kinds and names, as <c>Kind/name</c>.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <param name="only">The only kinds that are looked at; null for all.</param>
    public async Task<IReadOnlyList<JsonObject>> ExtraAsync(string space, IReadOnlySet<string> wanted, CancellationToken cancellationToken, string[]? only = null)
    {
        var extra = new List<JsonObject>();
        foreach (var (apiVersion, kind) in Pruned.Where(p => only is null || only.Contains(p.Kind)))
        {
            extra.AddRange((await ListAsync(apiVersion, kind, space, cancellationToken)).Where(i => !wanted.Contains($"{kind}/{i.Name()}") && !IsOwned(i)));
        }

        return extra;
    }

    /// <summary>An object as JSON.</summary>
    public static JsonObject Json(ManifestObject subject) => (JsonObject)JsonNode.Parse(ManifestText.Json(subject))!;

    /// <summary>The kind of an object as the cluster serves it, and its namespace; null for one that stands in none.</summary>
    private async Task<(ApiKind Kind, string? Space)> WhereAsync(JsonObject subject, CancellationToken cancellationToken)
    {
        var kind = await client.KindAsync(subject.Text("apiVersion")!, subject.Text("kind")!, cancellationToken);
        return (kind, kind.IsNamespaced ? subject.Text("metadata", "namespace") : null);
    }

    private static bool IsSeen(ApiKind kind) => kind is { ApiVersion: "v1", Kind: "Service" } || Units.Any(u => u.Kind == kind.Kind && u.ApiVersion == kind.ApiVersion);

    // What another object made goes with that.
    private static bool IsOwned(JsonObject item) => item.Items("metadata", "ownerReferences").Any();
}
