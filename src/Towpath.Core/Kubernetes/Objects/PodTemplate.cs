using System.Collections.Immutable;
using Towpath.Core.Applications;
using Towpath.Core.Diagnostics;
using Towpath.Core.Kubernetes.Manifests;
using Towpath.Core.Kubernetes.Planning;

namespace Towpath.Core.Kubernetes.Objects;

/// <summary>What the pods of a workload are made by.</summary>
internal sealed class PodTemplate(ClusterPlan plan, PodFiles files, DiagnosticBag bag)
{
    /// <summary>The template of the service's own pods.</summary>
    public ManifestMap OfService(Workload workload, PodParts parts) =>
        Of(workload, parts, null, workload.Name, [.. PodWaits.Of(plan, workload, waitsForMigration: true)]);

    /// <summary>The template of a pod that migrates: image, files and variables of the service, another command.</summary>
    /// <param name="workload">The service.</param>
    /// <param name="parts">Receives what the pod needs.</param>
    /// <param name="command">Argument list.</param>
    /// <param name="component">Name in its labels: no Service may take it for a pod of the service.</param>
    public ManifestMap OfTask(Workload workload, PodParts parts, ImmutableArray<string> command, string component) =>
        Of(workload, parts, command, component, [.. PodWaits.Of(plan, workload, waitsForMigration: false)]);

    private ManifestMap Of(Workload workload, PodParts parts, ImmutableArray<string>? command, string component, ImmutableArray<PodWaits.Wait> waits)
    {
        files.AddTo(parts, workload);
        var container = PodContainer.Of(plan, workload, parts, command, bag);
        var waiting = PodWaits.Containers(plan, waits, parts);
        var pod = new ManifestMap
        {
            { "serviceAccountName", AccountObjects.NameOf(workload) },
            // A token of the API server is for those who ask it, and none of the Compose file's services does.
            { "automountServiceAccountToken", false },
            // Variables for each Service of the namespace would overwrite those that programs look for, such as REDIS_PORT.
            { "enableServiceLinks", false },
        };
        AddHost(pod, workload);
        AddNames(pod, workload);
        pod.Add("securityContext", PodSecurity.OfPod(workload));
        pod.Add("imagePullSecrets", plan.Request.Spec.PullSecret is { } pull ? new ManifestList { new ManifestMap { { "name", pull } } } : null, new Origin("`kubernetes.pull-secret`", plan.Request.Spec.Location));
        pod.Add("runtimeClassName", workload.Cluster.Runtime, workload.From("runtime"));
        pod.Add("priorityClassName", NamespaceObjects.IsBacking(workload) ? NamespaceObjects.PriorityOf(plan) : null, new Origin("what keeps data is the last to be evicted"));
        AddLifetime(pod, workload, command is not null);
        PodPlacement.AddTo(pod, plan, workload, isTask: command is not null);
        pod.Add("initContainers", waiting.OrNothing());
        pod.Add("containers", new ManifestList { container });
        pod.Add("volumes", parts.Volumes.OrNothing());
        return new ManifestMap { { "metadata", Meta(workload, component) }, { "spec", pod } };
    }

    private ManifestMap Meta(Workload workload, string component)
    {
        var labels = ObjectNames.Labels(plan, component);
        // Only what determines the containers is in it: a release that does not change a service leaves its pods alone.
        labels.Add(ObjectNames.Revision, workload.PodRevision, new Origin("pods carry the revision of their service"));
        if (component == workload.Name && Weighing.IsWeighed(plan, workload))
        {
            labels.Add(ObjectNames.Track, ObjectNames.Stable, new Origin($"`strategy: {workload.Service.Rollout.Kind.Word()}` of {workload.Service.Name}", workload.Service.Rollout.Location ?? plan.Request.Desired.Environment.Location));
        }

        var meta = new ManifestMap { { "labels", labels } };
        meta.Add("annotations", Annotations.Of(workload));
        return meta;
    }

    private static void AddHost(ManifestMap pod, Workload workload)
    {
        pod.AddFlag("hostNetwork", workload.Cluster.HostNetwork, workload.From("network_mode"));
        pod.AddFlag("hostPID", workload.Cluster.HostProcesses, workload.From("pid"));
        pod.AddFlag("hostIPC", workload.Cluster.HostMemory, workload.From("ipc"));
        pod.AddFlag("shareProcessNamespace", workload.Spec.Init && !workload.Cluster.HostProcesses, workload.From("init"));
    }

    private void AddNames(ManifestMap pod, Workload workload)
    {
        pod.Add("hostname", workload.Spec.Hostname is { } host ? ClusterNames.Label(host) : null, workload.From("hostname"));
        pod.Add("subdomain", workload.Cluster.Domain is { } domain ? ClusterNames.Label(domain.Split('.')[0]) : null, workload.From("domainname"));
        pod.Add("hostAliases", HostAliases(workload), workload.From("extra_hosts"));
        var cluster = workload.Cluster;
        var options = new ManifestList();
        foreach (var option in cluster.ResolverOptions)
        {
            var parts = option.Split(':', 2);
            options.Add(new ManifestMap { { "name", parts[0] }, { "value", parts.Length > 1 ? parts[1] : null } });
        }

        var dns = new ManifestMap
        {
            { "nameservers", ManifestList.Of(cluster.NameServers).OrNothing() }, { "searches", ManifestList.Of(cluster.SearchDomains).OrNothing() }, { "options", options.OrNothing() },
        };
        pod.Add("dnsPolicy", cluster.HostNetwork ? "ClusterFirstWithHostNet" : null, workload.From("network_mode"));
        pod.Add("dnsConfig", dns.OrNothing(), workload.From(cluster.NameServers.IsEmpty ? cluster.SearchDomains.IsEmpty ? "dns_opt" : "dns_search" : "dns"));
    }

    private ManifestList? HostAliases(Workload workload)
    {
        var byAddress = new SortedDictionary<string, List<string>>(StringComparer.Ordinal);
        foreach (var entry in workload.Spec.ExtraHosts)
        {
            var parts = entry.Split(':', 2);
            if (!System.Net.IPAddress.TryParse(parts[1].Trim('[', ']'), out _))
            {
                bag.Add(KubernetesDiagnostics.HostEntry(workload.From("extra_hosts").Place!, workload.Service.Name, entry));
            }
            else if (byAddress.TryGetValue(parts[1], out var names))
            {
                names.Add(parts[0]);
            }
            else
            {
                byAddress[parts[1]] = [parts[0]];
            }
        }

        return new ManifestList(byAddress.Select(a => new ManifestMap { { "ip", a.Key.Trim('[', ']') }, { "hostnames", ManifestList.Of(a.Value) } })).OrNothing();
    }

    private void AddLifetime(ManifestMap pod, Workload workload, bool isTask)
    {
        var ends = workload.Ends || isTask;
        var grace = Quantity.Seconds(workload.Spec.StopGracePeriod) + (!ends && PodContainer.Drains(workload) ? PodContainer.DrainSeconds : 0);
        pod.Add("terminationGracePeriodSeconds", grace, workload.From("stop_grace_period"));
        if (ends)
        {
            pod.Add("restartPolicy", workload.Spec.Restart == RestartPolicy.OnFailure && !isTask ? "OnFailure" : "Never", isTask ? null : workload.From("restart"));
        }

        if (workload.Spec.StopSignal is { } signal and not ("SIGTERM" or "TERM" or "15"))
        {
            bag.Add(KubernetesDiagnostics.StopSignal(workload.From("stop_signal").Place!, workload.Service.Name, signal));
        }
    }
}
