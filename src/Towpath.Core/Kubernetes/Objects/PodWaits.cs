using System.Globalization;
using Towpath.Core.Applications;
using Towpath.Core.Kubernetes.Manifests;
using Towpath.Core.Kubernetes.Planning;

namespace Towpath.Core.Kubernetes.Objects;

/// <summary>
/// <c>depends_on</c> as containers that run before: each waits for one other service, at most five minutes, and says what it waited for. Then
/// the cluster starts the pod again, more slowly each time, so that nothing waits for ever in silence. What listens is asked on its port,
/// which answers only while a pod behind it is ready; of what only runs, or has to complete, the API server is asked.
/// </summary>
internal static class PodWaits
{
    /// <summary>The image that waits where the environment names none.</summary>
    public const string UsualImage = "docker.io/curlimages/curl:8.17.0";

    private const string TokenFolder = "/var/run/secrets/towpath";
    private const string TokenVolume = "wait-token";
    private const long Patience = 300;

    // The texts hold no name of a user's: those come in by variables.
    private const string AskPort = """
        end=$(( $(date +%s) + $SECONDS_AT_MOST ))
        while [ "$(date +%s)" -lt "$end" ]; do
          took=$(curl --silent --output /dev/null --write-out '%{time_connect}' --connect-timeout 2 --max-time 2 "telnet://$HOST:$PORT" < /dev/null)
          [ "$took" = "0.000000" ] || exit 0
          sleep 1
        done
        echo "$HOST:$PORT did not answer for $SECONDS_AT_MOST seconds" >&2
        exit 1
        """;

    private const string AskServer = """
        end=$(( $(date +%s) + $SECONDS_AT_MOST ))
        while [ "$(date +%s)" -lt "$end" ]; do
          state=$(curl --silent --max-time 5 --cacert "$TOKEN_FOLDER/ca.crt" --header "Authorization: Bearer $(cat "$TOKEN_FOLDER/token")" "https://kubernetes.default.svc/apis/$OBJECT" | tr -d ' \n')
          echo "$state" | grep -q -E "$WANTED" && exit 0
          echo "$state" | grep -q '"type":"Failed","status":"True"' && { echo "$OBJECT has failed" >&2; exit 1; }
          sleep 2
        done
        echo "$OBJECT was not as wanted for $SECONDS_AT_MOST seconds" >&2
        exit 1
        """;

    /// <summary>A wait for one workload.</summary>
    /// <param name="Target">The workload.</param>
    /// <param name="Name">Name of the object that is asked about.</param>
    /// <param name="Completes">It has to run to its end.</param>
    /// <param name="Origin">What says so.</param>
    public sealed record Wait(Workload Target, string Name, bool Completes, Origin Origin)
    {
        /// <summary>The API server is asked.</summary>
        public bool AsksServer => Completes || Port is null;

        /// <summary>The port that is asked, or null.</summary>
        public WorkloadPort? Port => Target.HasService ? Target.Ports.FirstOrDefault(p => p.Protocol == "TCP") : null;

        /// <summary>Kind of the object that is asked about, as a path of the API has it.</summary>
        public string Resource => Completes ? "jobs" : Target.Kind.ToString().ToLowerInvariant() + "s";
    }

    /// <summary>What a workload waits for: dependencies that must be ready or completed, and its own migration.</summary>
    public static IEnumerable<Wait> Of(ClusterPlan plan, Workload workload, bool waitsForMigration)
    {
        foreach (var dependency in workload.Spec.DependsOn.Where(d => d.Condition != DependencyCondition.Started))
        {
            if (plan.Of(dependency.Service) is not { Kind: not WorkloadKind.CronJob } target)
            {
                continue;
            }

            var origin = new Origin($"`depends_on` of {workload.Service.Name}", dependency.Location);
            var completes = target.Kind == WorkloadKind.Job;
            yield return new Wait(target, completes ? JobObjects.NameOf(target) : target.Name, completes, origin);
        }

        if (waitsForMigration && workload.Spec.Delivery.Migrate is { } migrate)
        {
            yield return new Wait(workload, JobObjects.MigrationOf(workload), Completes: true, new Origin($"`x-towpath.migrate` of {workload.Service.Name}", migrate.Location));
        }
    }

    /// <summary>The containers that wait, and the token that those have who ask the API server.</summary>
    public static ManifestList Containers(ClusterPlan plan, IReadOnlyCollection<Wait> waits, PodParts parts)
    {
        if (waits.Any(w => w.AsksServer))
        {
            parts.AddVolume(TokenVolume, "projected", Token(), new Origin("a container that waits asks the API server; the others get no token"));
        }

        var containers = new ManifestList();
        foreach (var wait in waits)
        {
            containers.Add(Container(plan, wait));
        }

        return containers;
    }

    private static ManifestNode Container(ClusterPlan plan, Wait wait)
    {
        var variables = new ManifestMap();
        if (wait.AsksServer)
        {
            var group = wait.Completes ? "batch/v1" : "apps/v1";
            variables.Add("OBJECT", $"{group}/namespaces/{plan.Namespace}/{wait.Resource}/{wait.Name}");
            variables.Add("WANTED", wait.Completes ? "\"type\":\"(Complete|SuccessCriteriaMet)\",\"status\":\"True\"" : "\"(readyReplicas|numberReady)\":[1-9]");
            variables.Add("TOKEN_FOLDER", TokenFolder);
        }
        else
        {
            variables.Add("HOST", wait.Target.Name);
            variables.Add("PORT", wait.Port!.Number.ToString(CultureInfo.InvariantCulture));
        }

        variables.Add("SECONDS_AT_MOST", Patience.ToString(CultureInfo.InvariantCulture));
        var container = new ManifestMap
        {
            { "name", ClusterNames.With("wait", wait.Name.Length > 58 ? wait.Name[..58].TrimEnd('-') : wait.Name) },
            { "image", plan.Request.Spec.WaitImage ?? UsualImage },
            { "imagePullPolicy", "IfNotPresent" },
            { "command", ManifestList.Of(["/bin/sh", "-c", wait.AsksServer ? AskServer : AskPort]) },
            { "env", new ManifestList(variables.Select(v => new ManifestMap { { "name", v.Key }, { "value", v.Value } })) },
            { "resources", PodResources.Waiting.ToManifest(null) },
            { "securityContext", PodSecurity.OfWaiting() },
        };
        if (wait.AsksServer)
        {
            container.Add("volumeMounts", new ManifestList { new ManifestMap { { "name", TokenVolume }, { "mountPath", TokenFolder }, { "readOnly", true } } });
        }

        return container.Because(wait.Origin);
    }

    private static ManifestMap Token() => new()
    {
        {
            "sources", new ManifestList
            {
                new ManifestMap { { "serviceAccountToken", new ManifestMap { { "path", "token" }, { "expirationSeconds", 3600 } } } },
                new ManifestMap { { "configMap", new ManifestMap { { "name", "kube-root-ca.crt" }, { "items", new ManifestList { new ManifestMap { { "key", "ca.crt" }, { "path", "ca.crt" } } } } } } },
            }
        },
    };
}
