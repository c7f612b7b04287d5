using System.Collections.Immutable;
using Towpath.Core.Applications;
using Towpath.Core.Diagnostics;
using Towpath.Core.Environments;

namespace Towpath.Core.Kubernetes.Planning;

/// <summary>A desired environment to the workloads that run it: names, kinds, ports, users, and who calls whom.</summary>
internal static class ClusterPlanner
{
    /// <summary>Plans all services.</summary>
    public static ClusterPlan Plan(ClusterRequest request, DiagnosticBag bag)
    {
        var services = request.Desired.Services;
        var names = Names(services, bag);
        var calls = CallGraph.Of(request.Desired);
        var byCalled = calls.ToLookup(c => c.To, StringComparer.Ordinal);
        var shared = KindPlanner.Shared(services);
        var workloads = services.Select(s => Workload(request, s, names, byCalled[s.Name], shared, bag)).ToImmutableArray();
        var callees = calls.GroupBy(c => names[c.From], StringComparer.Ordinal).ToImmutableSortedDictionary(
            g => g.Key,
            g => g.DistinctBy(c => c.To).Select(c => new WorkloadCaller(names[c.To], c.Origin)).ToImmutableArray(),
            StringComparer.Ordinal);
        return new ClusterPlan(request, workloads, callees);
    }

    private static Workload Workload(
        ClusterRequest request, ServiceDesired service, Dictionary<string, string> names, IEnumerable<Call> calls, IReadOnlySet<string> sharedVolumes, DiagnosticBag bag)
    {
        var image = request.Images.GetValueOrDefault(service.Name) ?? new ImageFacts(service.Image.Reference, null, []);
        var (kind, why) = KindPlanner.Of(service, sharedVolumes);
        TellOfRestarts(service.Spec, kind, bag);
        return new Workload
        {
            Service = service,
            Kind = kind,
            KindOrigin = why,
            Name = names[service.Name],
            Image = image,
            Ports = PortPlanner.Of(service.Spec, calls, image),
            Callers = [.. calls.DistinctBy(c => c.From).Select(c => new WorkloadCaller(names[c.From], c.Origin))],
            User = UserPlanner.Of(service.Spec, image, bag),
            WritableFolders = KnownImage.Of(service.Spec)?.Writable ?? [],
        };
    }

    private static void TellOfRestarts(Service spec, WorkloadKind kind, DiagnosticBag bag)
    {
        if (spec is { Cluster.NamesRestart: true, Restart: RestartPolicy.No or RestartPolicy.OnFailure } && kind is WorkloadKind.Deployment or WorkloadKind.StatefulSet or WorkloadKind.DaemonSet)
        {
            bag.Add(KubernetesDiagnostics.RestartsAlways(spec.Source.Keys.GetValueOrDefault("restart") ?? spec.Location, spec.Name, spec.Restart == RestartPolicy.No ? "no" : "on-failure"));
        }
    }

    /// <summary>The name of each service. Two that come out alike are an error; one that others call by a name which it loses is told about.</summary>
    private static Dictionary<string, string> Names(ImmutableArray<ServiceDesired> services, DiagnosticBag bag)
    {
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        var owners = new Dictionary<string, Service>(StringComparer.Ordinal);
        foreach (var service in services.OrderBy(s => s.Name, StringComparer.Ordinal))
        {
            var name = ServiceNames.Of(service.Name);
            if (!owners.TryAdd(name, service.Spec))
            {
                bag.Add(KubernetesDiagnostics.NamesCollide(service.Spec.Location, service.Name, owners[name].Name, name));
                name = ClusterNames.Label($"{name}-{ClusterNames.Hash(service.Name)}", ClusterNames.LongestService);
            }
            else if (name != service.Name)
            {
                bag.Add(KubernetesDiagnostics.NameChanged(service.Spec.Location, service.Name, name));
            }

            names[service.Name] = name;
        }

        return names;
    }
}
