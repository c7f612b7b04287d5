using System.Collections.Immutable;
using Towpath.Core.Diagnostics;
using Towpath.Core.Kubernetes.Manifests;
using Towpath.Core.Kubernetes.Objects;
using Towpath.Core.Kubernetes.Planning;

namespace Towpath.Core.Kubernetes.Layouts;

/// <summary>
/// In which wave each object is applied by a controller that waits until a wave is healthy before it begins the next: first what needs nothing,
/// then what migrations wait for, migrations, and everything else. No pod waits for one of a later wave, or both would wait for ever.
/// </summary>
internal sealed class ApplyWaves
{
    /// <summary>The wave of the namespace and what stands beside it.</summary>
    public const int Room = -2;

    /// <summary>The wave of settings, rights and names.</summary>
    public const int Settings = -1;

    private readonly Dictionary<string, int> _workloads = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _migrations = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _claims;

    private ApplyWaves(ClusterPlan plan, ImmutableArray<ManifestObject> objects)
    {
        // Dependencies come first in the plan, so that what is waited for has its wave already.
        foreach (var workload in plan.Workloads)
        {
            var before = PodWaits.Of(plan, workload, waitsForMigration: false).Select(w => _workloads.GetValueOrDefault(w.Target.Name)).DefaultIfEmpty(0).Max();
            if (workload.Spec.Delivery.Migrate is null)
            {
                _workloads[workload.Name] = before;
                continue;
            }

            _migrations[JobObjects.MigrationOf(workload)] = before + 1;
            _workloads[workload.Name] = before + 2;
        }

        Last = _migrations.Values.Select(wave => wave + 1).DefaultIfEmpty(0).Max();
        var early = NeededByMigrations(plan);
        foreach (var workload in plan.Workloads.Where(w => !early.Contains(w.Name)))
        {
            _workloads[workload.Name] = Last;
        }

        foreach (var workload in plan.Workloads.Where(w => w.Kind == WorkloadKind.Job))
        {
            _workloads.TryAdd(JobObjects.NameOf(workload), _workloads[workload.Name]);
        }

        _claims = Claims(objects);
    }

    /// <summary>The last wave, which is the first one too where nothing migrates.</summary>
    public int Last { get; }

    /// <summary>The waves of an environment.</summary>
    public static ApplyWaves Of(RenderedEnvironment environment) => new(ClusterPlanner.Plan(environment.Request, new DiagnosticBag()), environment.Objects);

    /// <summary>The wave of an object.</summary>
    public int Of(ManifestObject subject) => subject.Kind switch
    {
        "Namespace" or "PriorityClass" => Room,
        "PersistentVolumeClaim" => _claims.GetValueOrDefault(subject.Name, Last),
        "Job" when _migrations.TryGetValue(subject.Name, out var wave) => wave,
        "Job" or "Deployment" or "StatefulSet" or "DaemonSet" or "Rollout" or "Canary" => _workloads.GetValueOrDefault(subject.Name, Last),
        _ => ObjectOrder.PlaceOf(subject.Kind) < ObjectOrder.PlaceOf("StatefulSet") ? Settings : Last,
    };

    private static HashSet<string> NeededByMigrations(ClusterPlan plan)
    {
        var needed = new HashSet<string>(StringComparer.Ordinal);
        foreach (var workload in plan.Workloads.Reverse())
        {
            if (workload.Spec.Delivery.Migrate is not null || needed.Contains(workload.Name))
            {
                needed.UnionWith(PodWaits.Of(plan, workload, waitsForMigration: false).Select(w => w.Target.Name));
            }
        }

        return needed;
    }

    // A claim may be bound only when a pod that uses it is there, and is not healthy before: it must not be waited for ahead of that pod.
    private Dictionary<string, int> Claims(ImmutableArray<ManifestObject> objects)
    {
        var claims = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var user in objects.Where(o => o.Kind is "Job" or "Deployment" or "StatefulSet" or "DaemonSet" or "Rollout"))
        {
            var wave = Of(user);
            foreach (var volume in user.Root.At("spec", "template", "spec", "volumes") as ManifestList ?? [])
            {
                if (volume.TextAt("persistentVolumeClaim", "claimName") is { } claim)
                {
                    claims[claim] = Math.Min(wave, claims.GetValueOrDefault(claim, int.MaxValue));
                }
            }
        }

        return claims;
    }
}
