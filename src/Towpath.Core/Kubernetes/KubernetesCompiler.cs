using System.Collections.Immutable;
using System.Globalization;
using Towpath.Core.Applications;
using Towpath.Core.Diagnostics;
using Towpath.Core.Environments;
using Towpath.Core.Kubernetes.Manifests;
using Towpath.Core.Kubernetes.Objects;
using Towpath.Core.Kubernetes.Planning;

namespace Towpath.Core.Kubernetes;

/// <summary>What came of a compilation.</summary>
/// <param name="Namespace">The namespace of everything.</param>
/// <param name="Objects">In the order in which they are applied: what others need comes first.</param>
/// <param name="Workloads">Identifier of the object that runs each service, by its name in the Compose file.</param>
/// <param name="Diagnostics">What could not be carried over as it stands, or had to be assumed, by file, line and column.</param>
public sealed record Compilation(
    string Namespace, ImmutableArray<ManifestObject> Objects, ImmutableSortedDictionary<string, string> Workloads, ImmutableArray<Diagnostic> Diagnostics)
{
    /// <summary>Some of it could not be compiled: the objects must not be applied.</summary>
    public bool HasErrors => Diagnostics.Any(d => d.Severity == Severity.Error);
}

/// <summary>
/// Compiles a desired environment to objects of Kubernetes, in two steps: to workloads (<see cref="ClusterPlanner"/>: names, kinds, ports,
/// users, who calls whom), and those to objects, each part of which knows why it is there. The same request gives the same bytes.
/// </summary>
public static class KubernetesCompiler
{
    /// <summary>Compiles an environment.</summary>
    public static Compilation Compile(ClusterRequest request)
    {
        var bag = new DiagnosticBag();
        var plan = ClusterPlanner.Plan(request, bag);
        TellOfSecrets(plan, bag);
        TellOfStrategies(plan, bag);
        var objects = Objects(plan, bag).DistinctBy(o => (o.Kind, o.Name)).ToList();
        return new Compilation(
            plan.Namespace,
            [.. ObjectOrder.Sorted(objects)],
            plan.Workloads.ToImmutableSortedDictionary(w => w.Service.Name, w => $"{w.Kind}/{(w.Kind == WorkloadKind.Job ? JobObjects.NameOf(w) : w.Name)}", StringComparer.Ordinal),
            bag.ToSorted());
    }

    /// <summary>The Job that migrates for a service, with what its pod needs; empty for a service without a migration.</summary>
    public static ImmutableArray<ManifestObject> Migration(ClusterRequest request, string service) => Task(request, service, (jobs, workload) => jobs.Migration(workload));

    /// <summary>The Job that takes back what the migration of a service did, with what its pod needs; empty for a service that can't.</summary>
    public static ImmutableArray<ManifestObject> Reversal(ClusterRequest request, string service) => Task(request, service, (jobs, workload) => jobs.Reversal(workload));

    private static ImmutableArray<ManifestObject> Task(ClusterRequest request, string service, Func<JobObjects, Workload, IEnumerable<ManifestObject>> make)
    {
        var bag = new DiagnosticBag();
        var plan = ClusterPlanner.Plan(request, bag);
        return plan.Of(service) is { } workload ? [.. ObjectOrder.Sorted(make(new JobObjects(plan, Templates(plan, new VolumeClaims(plan, bag), bag), bag), workload))] : [];
    }

    private static PodTemplate Templates(ClusterPlan plan, VolumeClaims claims, DiagnosticBag bag) =>
        new(plan, new PodFiles(plan, claims, new CommitFiles(plan.Request.Files), bag), bag);

    private static List<ManifestObject> Objects(ClusterPlan plan, DiagnosticBag bag)
    {
        var claims = new VolumeClaims(plan, bag);
        var templates = Templates(plan, claims, bag);
        var running = new WorkloadObjects(plan, templates);
        var jobs = new JobObjects(plan, templates, bag);
        var backups = new BackupObjects(plan, bag);
        var objects = new List<ManifestObject>(NamespaceObjects.Of(plan, bag));
        objects.AddRange(NetworkPolicies.Of(plan));
        foreach (var workload in plan.Workloads)
        {
            objects.AddRange(AccountObjects.Of(plan, workload));
            objects.AddRange(ServiceObjects.Of(plan, workload, bag));
            objects.AddRange(jobs.Migration(workload));
            objects.AddRange(workload.Ends ? jobs.Of(workload) : running.Of(workload));
            objects.AddRange(AvailabilityObjects.Of(plan, workload, bag));
            objects.AddRange(backups.Of(workload));
        }

        objects.AddRange(EntryObjects.Of(plan, bag));
        objects.AddRange(claims.Objects);
        return objects;
    }

    private static void TellOfSecrets(ClusterPlan plan, DiagnosticBag bag)
    {
        var used = plan.Workloads.SelectMany(w => w.Spec.Secrets).Select(s => s.Source).ToHashSet(StringComparer.Ordinal);
        foreach (var secret in plan.Request.Desired.Secrets.Where(s => used.Contains(s.Name) && !plan.Request.SecretVersions.ContainsKey(s.Name)))
        {
            var source = secret is { Source: SecretSource.File, File: { } file } ? file : "/dev/stdin";
            bag.Add(KubernetesDiagnostics.SecretNeeded(
                secret.Location, secret.Name, $"kubectl create secret generic {ClusterNames.Label(secret.Name)} --namespace {plan.Namespace} --from-file=value={source}"));
        }
    }

    private static void TellOfStrategies(ClusterPlan plan, DiagnosticBag bag)
    {
        var environment = plan.Request.Desired.Environment;
        if (environment.Strategy.Kind is StrategyKind.BlueGreen or StrategyKind.Canary)
        {
            bag.Add(KubernetesDiagnostics.StrategyNeedsTowpath(environment.Location, environment.Name, environment.Strategy.Kind.Word()));
        }

        if (environment.Engine == EngineKind.Kubernetes)
        {
            foreach (var workload in plan.Workloads.Where(w => w.Service.IsByShares))
            {
                TellOfWeights(plan, workload, bag);
            }
        }
    }

    private static void TellOfWeights(ClusterPlan plan, Workload workload, DiagnosticBag bag)
    {
        var (service, rollout) = (workload.Service.Name, workload.Service.Rollout);
        var place = rollout.Location ?? plan.Request.Desired.Environment.Location;
        if (Weighing.WhyNot(plan, workload) is { } why)
        {
            bag.Add(KubernetesDiagnostics.StrategyRolls(place, service, rollout.Kind.Word(), why));
        }
        else if (workload.Service.Strategy == RolloutStrategy.Canary)
        {
            var others = rollout.Steps.Select(s => (Step: s, Instead: Weighing.Instead(s, workload.Replicas))).Where(s => s.Instead is not null).ToList();
            if (others.Count > 0 && !Weighing.IsSplit(plan, workload))
            {
                var shares = string.Join(", ", others.Select(s => string.Create(CultureInfo.InvariantCulture, $"{s.Instead:0} % in place of {s.Step} %")));
                bag.Add(KubernetesDiagnostics.ShareByPods(place, service, shares, workload.Replicas));
            }

            bag.Add(KubernetesDiagnostics.JudgedByReadiness(place, service));
        }
    }
}
