using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Towpath.Core.Kubernetes.Status;

namespace Towpath.Tests.Fakes;

/// <summary>An API server that keeps objects, with controllers that give Deployments their pods and bring Jobs to their end at once. What one manager applies is the whole object.</summary>
internal sealed class FakeCluster : HttpMessageHandler
{
    private static readonly Dictionary<string, string[]> Kinds = new()
    {
        ["v1"] = ["Pod", "Service", "Namespace", "ConfigMap", "Secret", "ServiceAccount", "ResourceQuota", "LimitRange"],
        ["apps/v1"] = ["Deployment", "StatefulSet", "DaemonSet", "ReplicaSet"],
        ["batch/v1"] = ["Job", "CronJob"],
        ["policy/v1"] = ["PodDisruptionBudget"],
        ["autoscaling/v2"] = ["HorizontalPodAutoscaler"],
        ["networking.k8s.io/v1"] = ["Ingress", "NetworkPolicy"],
        ["gateway.networking.k8s.io/v1"] = ["HTTPRoute", "Gateway"],
        ["rbac.authorization.k8s.io/v1"] = ["Role", "RoleBinding"],
        ["scheduling.k8s.io/v1"] = ["PriorityClass"],
    };

    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, JsonObject> _objects = new(StringComparer.Ordinal);
    private int _count;

    /// <summary>Whether the pods of a Deployment become ready; the others end again and again.</summary>
    public Func<JsonObject, bool> IsGood { get; set; } = _ => true;

    /// <summary>Runs after each change, with what changed.</summary>
    public Action<string> Changed { get; set; } = _ => { };

    /// <summary>Objects of a kind.</summary>
    public IReadOnlyList<JsonObject> All(string kind)
    {
        lock (_lock) return [.. _objects.Where(o => o.Key.Contains($"/{Plural(kind)}/", StringComparison.Ordinal)).Select(o => (JsonObject)o.Value.DeepClone())];
    }

    /// <summary>An object, or null.</summary>
    public JsonObject? Find(string kind, string name) => All(kind).SingleOrDefault(o => o.Name() == name);

    /// <summary>Pods that a Service sends requests to.</summary>
    public IReadOnlyList<JsonObject> Behind(string service) => Find("Service", service) is { } found ? [.. All("Pod").Where(p => IsReady(p) && Fits(p, found.At("spec", "selector")!.AsObject()))] : [];

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var (path, query) = (request.RequestUri!.AbsolutePath, Uri.UnescapeDataString(request.RequestUri.Query));
        var body = request.Content is null ? null : JsonNode.Parse(await request.Content.ReadAsStringAsync(cancellationToken)) as JsonObject;
        var (code, answer) = request.Method.Method switch
        {
            "GET" => (HttpStatusCode.OK, Get(path, query)),
            "PATCH" => (HttpStatusCode.OK, Apply(path, body!, query.Contains("dryRun", StringComparison.Ordinal))),
            _ => (HttpStatusCode.OK, Delete(path)),
        };
        return new HttpResponseMessage(answer is null ? HttpStatusCode.NotFound : code) { Content = new StringContent(answer?.ToJsonString() ?? "", Encoding.UTF8, "application/json") };
    }

    private JsonObject? Get(string path, string query)
    {
        if (path is "/version") return new JsonObject { ["major"] = "1", ["minor"] = "30", ["gitVersion"] = "v1.30.0" };
        if (path is "/readyz") return [];
        if (path is "/apis") return new JsonObject { ["groups"] = new JsonArray([.. Kinds.Keys.Where(k => k != "v1").Select(k => new JsonObject { ["versions"] = new JsonArray(new JsonObject { ["groupVersion"] = k }) })]) };
        if (Kinds.TryGetValue(path.Replace("/apis/", "", StringComparison.Ordinal).Replace("/api/", "", StringComparison.Ordinal), out var kinds)) return Served(path, kinds);
        lock (_lock)
        {
            if (_objects.TryGetValue(path, out var found)) return (JsonObject)found.DeepClone();
            if (!IsList(path)) return null;
            var selector = query.Split(['?', '&']).FirstOrDefault(q => q.StartsWith("labelSelector=", StringComparison.Ordinal))?["labelSelector=".Length..] ?? "";
            var labels = new JsonObject(selector.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(s => KeyValuePair.Create(s.Split('=')[0], (JsonNode?)s.Split('=')[1])));
            var items = _objects.Where(o => o.Key.StartsWith(path + "/", StringComparison.Ordinal) && Fits(o.Value, labels)).Select(o => o.Value.DeepClone());
            return new JsonObject { ["metadata"] = new JsonObject { ["resourceVersion"] = "1" }, ["items"] = new JsonArray([.. items]) };
        }
    }

    private JsonObject Apply(string path, JsonObject body, bool isTried)
    {
        lock (_lock)
        {
            var old = _objects.GetValueOrDefault(path);
            var generation = old.Number("metadata", "generation") ?? 0;
            var isSame = old is not null && JsonNode.DeepEquals(old["spec"], body["spec"]);
            var metadata = body["metadata"]!.AsObject();
            (metadata["uid"], metadata["resourceVersion"]) = (old.Text("metadata", "uid") ?? $"u{++_count}", $"{++_count}");
            metadata["generation"] = isSame ? generation : generation + 1;
            if (old?["status"] is { } status) body["status"] = status.DeepClone();
            if (isTried) return body;
            _objects[path] = body;
            if (body.Text("kind") == "Deployment") Replace(body);
            if (body.Text("kind") == "Job") body["status"] = new JsonObject { ["succeeded"] = 1, ["conditions"] = new JsonArray(new JsonObject { ["type"] = "Complete", ["status"] = "True" }) };
        }

        Changed(path);
        return (JsonObject)body.DeepClone();
    }

    private JsonObject? Delete(string path)
    {
        lock (_lock)
        {
            if (!_objects.Remove(path, out var gone)) return null;
            if (gone.Text("kind") == "Deployment") RemovePods(gone);
        }

        Changed(path);
        return [];
    }

    /// <summary>All pods at once: those of another template go, and what is missing comes.</summary>
    private void Replace(JsonObject deployment)
    {
        var want = (int)(deployment.Number("spec", "replicas") ?? 1);
        var template = deployment["spec"]!["template"]!;
        RemovePods(deployment);
        for (var i = 0; i < want; i++)
        {
            var pod = (JsonObject)template.DeepClone();
            var metadata = pod["metadata"]!.AsObject();
            (metadata["name"], metadata["namespace"]) = ($"{deployment.Name()}-{i}", deployment.Text("metadata", "namespace"));
            metadata["ownerReferences"] = new JsonArray(new JsonObject { ["uid"] = deployment.Text("metadata", "uid") });
            var state = IsGood(deployment) ? new JsonObject { ["ready"] = true, ["restartCount"] = 0 } : new JsonObject
            {
                ["ready"] = false,
                ["restartCount"] = 5,
                ["state"] = new JsonObject { ["waiting"] = new JsonObject { ["reason"] = "CrashLoopBackOff" } },
                ["lastState"] = new JsonObject { ["terminated"] = new JsonObject { ["exitCode"] = 3 } },
            };
            state["name"] = deployment.Name();
            pod["status"] = new JsonObject
            {
                ["phase"] = "Running",
                ["conditions"] = new JsonArray(new JsonObject { ["type"] = "Ready", ["status"] = IsGood(deployment) ? "True" : "False" }),
                ["containerStatuses"] = new JsonArray(state),
            };
            _objects[$"/api/v1/namespaces/{deployment.Text("metadata", "namespace")}/{Plural("Pod")}/{deployment.Name()}-{i}"] = pod;
        }

        var ready = IsGood(deployment) ? want : 0;
        deployment["status"] = new JsonObject
        {
            ["observedGeneration"] = deployment.Number("metadata", "generation"),
            ["replicas"] = want,
            ["updatedReplicas"] = want,
            ["readyReplicas"] = ready,
            ["availableReplicas"] = ready,
        };
    }

    private void RemovePods(JsonObject deployment)
    {
        foreach (var pod in _objects.Where(o => o.Value.Items("metadata", "ownerReferences").Any(r => r.Text("uid") == deployment.Text("metadata", "uid"))).Select(o => o.Key).ToList()) _objects.Remove(pod);
    }

    private static JsonObject Served(string path, string[] kinds) => new()
    {
        ["groupVersion"] = path.Replace("/apis/", "", StringComparison.Ordinal).Replace("/api/", "", StringComparison.Ordinal),
        ["resources"] = new JsonArray([.. kinds.Select(k => new JsonObject { ["name"] = Plural(k), ["kind"] = k, ["namespaced"] = k is not ("Namespace" or "PriorityClass") })]),
    };

    private static bool IsList(string path) => Kinds.Values.SelectMany(k => k).Any(k => path.EndsWith("/" + Plural(k), StringComparison.Ordinal));

    private static bool IsReady(JsonObject pod) => pod.Condition("Ready").Text("status") == "True";

    private static bool Fits(JsonObject subject, JsonObject labels) => labels.All(l => subject.Text("metadata", "labels", l.Key) == l.Value?.ToString());

    private static string Plural(string kind) => kind.ToLowerInvariant() + "s";
}
