using Towpath.Core.Applications;
using Towpath.Core.Diagnostics;
using Towpath.Core.Kubernetes.Manifests;
using Towpath.Core.Kubernetes.Planning;

namespace Towpath.Core.Kubernetes.Objects;

/// <summary>
/// The three questions that a cluster asks a container: has it started, can it take requests, does it still live. Readiness takes it out of
/// its Service at once; only a failing liveness restarts it, and that is asked more patiently, so that a slow dependency restarts nobody.
/// </summary>
internal static class Probes
{
    private const int LivenessPatience = 3;

    /// <summary>Adds the probes of a workload to its container; says so where there is nothing to ask.</summary>
    public static void AddTo(ManifestMap container, Workload workload, TimeSpan readyTimeout, DiagnosticBag bag)
    {
        var spec = workload.Spec;
        if (workload.Ends)
        {
            return;
        }

        if (spec.Delivery.Health is { } health && spec.HttpPort is { } port)
        {
            AddHttp(container, workload, health, port, readyTimeout);
        }
        else if (spec.Healthcheck is { } check)
        {
            AddCommand(container, workload, check, readyTimeout);
        }
        else if (workload.Ports.FirstOrDefault(p => p.Protocol == "TCP") is { } tcp)
        {
            AddTcp(container, tcp, readyTimeout);
        }
        else
        {
            bag.Add(KubernetesDiagnostics.NoProbe(spec.Location, spec.Name));
        }
    }

    private static void AddHttp(ManifestMap container, Workload workload, HealthEndpoint health, int port, TimeSpan readyTimeout)
    {
        var origin = new Origin($"`x-towpath.health` of {workload.Spec.Name}", health.Location);
        var name = workload.HttpPort?.Name;
        container.Add("startupProbe", Probe("httpGet", Get(health.Live, name, port), 1, 2, Quantity.Seconds(readyTimeout)), origin);
        container.Add("readinessProbe", Probe("httpGet", Get(health.Ready, name, port), 5, 2, 2), origin);
        // The same path for both would restart a container because something that it needs is away.
        container.Add(
            "livenessProbe",
            health.Live == health.Ready ? Probe("tcpSocket", new ManifestMap { { "port", port } }, 10, 2, LivenessPatience) : Probe("httpGet", Get(health.Live, name, port), 10, 2, LivenessPatience),
            origin);
    }

    private static void AddCommand(ManifestMap container, Workload workload, Healthcheck check, TimeSpan readyTimeout)
    {
        var origin = new Origin($"`healthcheck` of {workload.Spec.Name}", check.Location);
        var command = new ManifestMap { { "command", ManifestList.Of(check.Command.Select(PodContainer.Escaped)) } };
        var period = Quantity.Seconds(check.Interval);
        var timeout = Quantity.Seconds(check.Timeout);
        var retries = Math.Max(1, check.Retries);
        var startPeriod = Math.Min(period, Quantity.Seconds(workload.Cluster.StartInterval ?? TimeSpan.FromSeconds(5)));
        var patience = Math.Max(readyTimeout.TotalSeconds, check.StartPeriod.TotalSeconds + (retries * check.Interval.TotalSeconds));
        container.Add("startupProbe", Probe("exec", command, startPeriod, timeout, (long)Math.Ceiling(patience / startPeriod)), origin);
        container.Add("readinessProbe", Probe("exec", command, period, timeout, retries), origin);
        container.Add("livenessProbe", Probe("exec", command, period, timeout, retries * LivenessPatience), origin);
    }

    private static void AddTcp(ManifestMap container, WorkloadPort port, TimeSpan readyTimeout)
    {
        var socket = new ManifestMap { { "port", port.Name } };
        container.Add("startupProbe", Probe("tcpSocket", socket, 1, 2, Quantity.Seconds(readyTimeout)), port.Origin);
        container.Add("readinessProbe", Probe("tcpSocket", socket, 5, 2, 2), port.Origin);
        container.Add("livenessProbe", Probe("tcpSocket", socket, 10, 2, LivenessPatience), port.Origin);
    }

    private static ManifestMap Get(string path, string? portName, int port) =>
        new() { { "path", path }, { "port", portName is null ? (ManifestNode)port : portName } };

    private static ManifestMap Probe(string how, ManifestMap what, long period, long timeout, long failures)
    {
        var probe = new ManifestMap { { how, what } };
        probe.Add("periodSeconds", period);
        probe.Add("timeoutSeconds", timeout);
        probe.Add("failureThreshold", failures);
        return probe;
    }
}
