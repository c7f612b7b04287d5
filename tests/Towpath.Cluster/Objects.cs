using System.Text.Json.Nodes;
using Towpath.Core.Kubernetes.Status;
using Towpath.Engines.Kubernetes;

namespace Towpath.Cluster;

/// <summary>Objects of the tests, and what is waited for.</summary>
internal static class Objects
{
    public static JsonObject ConfigMap(string name, params (string Key, string Value)[] data) => new()
    {
        ["apiVersion"] = "v1",
        ["kind"] = "ConfigMap",
        ["metadata"] = new JsonObject { ["name"] = name },
        ["data"] = new JsonObject(data.Select(d => KeyValuePair.Create(d.Key, (JsonNode?)d.Value))),
    };

    public static JsonObject Pod(string name, string image, params string[] command) => new()
    {
        ["apiVersion"] = "v1",
        ["kind"] = "Pod",
        ["metadata"] = new JsonObject { ["name"] = name },
        ["spec"] = PodSpec(image, command),
    };

    public static JsonObject Deployment(string name, JsonObject podSpec, int replicas = 1) => new()
    {
        ["apiVersion"] = "apps/v1",
        ["kind"] = "Deployment",
        ["metadata"] = new JsonObject { ["name"] = name },
        ["spec"] = new JsonObject
        {
            ["replicas"] = replicas,
            ["selector"] = new JsonObject { ["matchLabels"] = new JsonObject { ["app"] = name } },
            ["template"] = new JsonObject { ["metadata"] = new JsonObject { ["labels"] = new JsonObject { ["app"] = name } }, ["spec"] = podSpec },
        },
    };

    public static JsonObject PodSpec(string image, params string[] command) => new()
    {
        ["terminationGracePeriodSeconds"] = 0,
        ["containers"] = new JsonArray(new JsonObject
        {
            ["name"] = "app",
            ["image"] = image,
            ["imagePullPolicy"] = "IfNotPresent",
            ["command"] = new JsonArray([.. command.Select(c => (JsonNode?)c)]),
        }),
    };

    /// <summary>Creates a pod and waits until it is ready.</summary>
    public static async Task StartPodAsync(this KubernetesClient client, string space, JsonObject pod, CancellationToken cancellationToken)
    {
        var pods = await client.KindAsync("v1", "Pod", cancellationToken);
        await client.CreateAsync(pods, space, pod, "test", cancellationToken);
        await using var watched = client.Keep(pods, new ObjectFilter(space, Fields: $"metadata.name={pod.Name()}"));
        await watched.UntilAsync(seen => seen.Items.Values.Any(p => ObjectStatus.Read(new ObservedObject(p)).Readiness == Readiness.Ready), cancellationToken);
    }
}
