using System.Globalization;
using Towpath.Core.Kubernetes.Manifests;

namespace Towpath.Tests.Kubernetes;

/// <summary>
/// What kube-score, Polaris, Kubescape and the Pod Security Standards look for, over the objects of one environment. Each finding is the
/// name of a check and the object.
/// </summary>
internal static class HardeningChecks
{
    public static List<string> Findings(IReadOnlyCollection<ManifestObject> objects)
    {
        var findings = new List<string>();
        foreach (var subject in objects)
        {
            if (PodSpec(subject) is { } pod)
            {
                findings.AddRange(OfPod(pod, runsOn: subject.Kind is "Deployment" or "StatefulSet" or "DaemonSet").Concat(OfReferences(pod, objects)).Select(f => $"{f}: {subject.Id}"));
            }

            findings.AddRange(OfObject(subject, objects).Select(f => $"{f}: {subject.Id}"));
        }

        return findings;
    }

    public static ManifestMap? PodSpec(ManifestObject subject) => subject.Kind switch
    {
        "Deployment" or "StatefulSet" or "DaemonSet" or "Job" => Map(subject.Root, "spec", "template", "spec"),
        "CronJob" => Map(subject.Root, "spec", "jobTemplate", "spec", "template", "spec"),
        _ => null,
    };

    private static IEnumerable<string> OfPod(ManifestMap pod, bool runsOn)
    {
        foreach (var key in new[] { "hostNetwork", "hostPID", "hostIPC" }.Where(key => Text(pod, key) == "true"))
        {
            yield return "host-namespaces";
        }

        if (Text(pod, "automountServiceAccountToken") != "false")
        {
            yield return "automount-token";
        }

        if (Text(pod, "securityContext", "seccompProfile", "type") is not ("RuntimeDefault" or "Localhost"))
        {
            yield return "seccomp-profile";
        }

        if (Text(pod, "securityContext", "runAsNonRoot") != "true")
        {
            yield return "run-as-non-root";
        }

        foreach (var volume in List(pod, "volumes").OfType<ManifestMap>().Where(v => v["hostPath"] is not null))
        {
            yield return "host-path";
        }

        foreach (var container in List(pod, "initContainers").Concat(List(pod, "containers")).Cast<ManifestMap>())
        {
            foreach (var finding in OfContainer(container))
            {
                yield return finding;
            }
        }

        if (runsOn && List(pod, "containers").OfType<ManifestMap>().Any(c => c["ports"] is not null && (c["readinessProbe"] is null || c["livenessProbe"] is null)))
        {
            yield return "probes";
        }
    }

    private static IEnumerable<string> OfContainer(ManifestMap container)
    {
        var context = new[] { "securityContext" };
        if (Text(container, [.. context, "allowPrivilegeEscalation"]) != "false" || Text(container, [.. context, "privileged"]) == "true")
        {
            yield return "privilege-escalation";
        }

        if (Map(container, "securityContext", "capabilities")?["drop"] is not ManifestList dropped || !dropped.OfType<ManifestValue>().Any(v => v.Text == "ALL"))
        {
            yield return "drop-all-capabilities";
        }

        if (((Map(container, "securityContext", "capabilities")?["add"] as ManifestList) ?? []).OfType<ManifestValue>().Any(v => v.Text != "NET_BIND_SERVICE"))
        {
            yield return "added-capabilities";
        }

        if (Text(container, [.. context, "readOnlyRootFilesystem"]) != "true")
        {
            yield return "read-only-root";
        }

        if (Text(container, [.. context, "runAsUser"]) is not { } user || long.Parse(user, CultureInfo.InvariantCulture) == 0)
        {
            yield return "run-as-user";
        }

        var image = Text(container, "image")!;
        var tag = image.Contains('@') ? "digest" : image[(image.LastIndexOf('/') + 1)..].Split(':') is [_, var said] ? said : "latest";
        if (tag == "latest")
        {
            yield return "latest-tag";
        }

        if (Text(container, "imagePullPolicy") is null)
        {
            yield return "pull-policy";
        }

        foreach (var (side, what) in new[] { ("requests", "cpu"), ("requests", "memory"), ("limits", "cpu"), ("limits", "memory") })
        {
            if (Text(container, "resources", side, what) is null)
            {
                yield return $"{side}-{what}";
            }
        }
    }

    private static IEnumerable<string> OfReferences(ManifestMap pod, IReadOnlyCollection<ManifestObject> objects)
    {
        var names = objects.Select(o => o.Id).ToHashSet(StringComparer.Ordinal);
        if (!names.Contains($"ServiceAccount/{Text(pod, "serviceAccountName")}"))
        {
            yield return "service-account-missing";
        }

        var volumes = List(pod, "volumes").Cast<ManifestMap>().ToDictionary(v => Text(v, "name")!, StringComparer.Ordinal);
        foreach (var volume in volumes.Values)
        {
            if (Text(volume, "configMap", "name") is { } map && !names.Contains($"ConfigMap/{map}"))
            {
                yield return $"config-map-missing {map}";
            }
        }

        foreach (var container in List(pod, "initContainers").Concat(List(pod, "containers")).Cast<ManifestMap>())
        {
            foreach (var source in List(container, "envFrom").Cast<ManifestMap>())
            {
                if (Text(source, "configMapRef", "name") is { } map && !names.Contains($"ConfigMap/{map}"))
                {
                    yield return $"config-map-missing {map}";
                }
            }
        }
    }

    private static IEnumerable<string> OfObject(ManifestObject subject, IReadOnlyCollection<ManifestObject> objects)
    {
        switch (subject.Kind)
        {
            case "Service" or "PodDisruptionBudget" or "NetworkPolicy" when !SelectsPods(subject, objects):
                yield return "selects-no-pod";
                break;
            case "CronJob" when Text(subject.Root, "spec", "startingDeadlineSeconds") is null:
                yield return "cronjob-deadline";
                break;
            case "Deployment" or "StatefulSet":
                if (!objects.Any(o => o.Kind == "PodDisruptionBudget" && o.Name == subject.Name && Text(o.Root, "spec", "maxUnavailable") is { } most && most != "0"))
                {
                    yield return "disruption-budget";
                }

                if (!List(Map(subject.Root, "spec", "template", "spec")!, "topologySpreadConstraints").Any())
                {
                    yield return "spread";
                }

                break;
            case "HorizontalPodAutoscaler" when !objects.Any(o => o.Kind == Text(subject.Root, "spec", "scaleTargetRef", "kind") && o.Name == Text(subject.Root, "spec", "scaleTargetRef", "name")):
                yield return "autoscaler-target";
                break;
            case "Ingress":
                foreach (var path in List(Map(subject.Root, "spec")!, "rules").Cast<ManifestMap>().SelectMany(r => List(Map(r, "http")!, "paths")).Cast<ManifestMap>())
                {
                    if (!objects.Any(o => o.Kind == "Service" && o.Name == Text(path, "backend", "service", "name")))
                    {
                        yield return "ingress-service";
                    }
                }

                break;
        }
    }

    private static bool SelectsPods(ManifestObject subject, IReadOnlyCollection<ManifestObject> objects)
    {
        var selector = subject.Kind switch
        {
            "Service" => Map(subject.Root, "spec", "selector")!,
            "NetworkPolicy" => Map(subject.Root, "spec", "podSelector")!,
            _ => Map(subject.Root, "spec", "selector")!,
        };
        var wanted = selector["matchLabels"] as ManifestMap ?? (selector["matchExpressions"] is null ? selector : new ManifestMap());
        return objects.Select(Labels).OfType<ManifestMap>().Any(labels => wanted.All(w => Text(labels, w.Key) == ((ManifestValue)w.Value).Text));
    }

    private static ManifestMap? Labels(ManifestObject subject) => subject.Kind switch
    {
        "Deployment" or "StatefulSet" or "DaemonSet" or "Job" => Map(subject.Root, "spec", "template", "metadata", "labels"),
        "CronJob" => Map(subject.Root, "spec", "jobTemplate", "spec", "template", "metadata", "labels"),
        _ => null,
    };

    private static ManifestMap? Map(ManifestMap map, params IEnumerable<string> path) =>
        path.Aggregate((ManifestNode?)map, (node, key) => (node as ManifestMap)?[key]) as ManifestMap;

    private static IEnumerable<ManifestNode> List(ManifestMap map, string key) => map[key] as ManifestList ?? [];

    private static string? Text(ManifestMap map, params IEnumerable<string> path) =>
        (path.Aggregate((ManifestNode?)map, (node, key) => (node as ManifestMap)?[key]) as ManifestValue)?.Text;
}
