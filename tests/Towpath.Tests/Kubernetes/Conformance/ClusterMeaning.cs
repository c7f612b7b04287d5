using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;

namespace Towpath.Tests.Kubernetes.Conformance;

/// <summary>
/// What objects say, whoever made them and however they are cut: one fact for each thing that an application would notice. A fact has a name, such as
/// <c>web env GREETING</c> or <c>web mount /data</c>, and a value.
/// </summary>
internal sealed class ClusterMeaning
{
    private static readonly string[] Workloads = ["Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob", "Pod"];
    private static readonly string[] WholeKinds = ["Ingress", "HorizontalPodAutoscaler", "NetworkPolicy", "Namespace"];

    // The value of a fact that says that a thing is there.
    private const string Whole = "is there";

    private readonly SortedDictionary<string, string> _facts = new(StringComparer.Ordinal);
    private readonly ImmutableArray<JsonNode> _objects;

    private ClusterMeaning(ImmutableArray<JsonNode> objects) => _objects = objects;

    /// <summary>The facts of objects.</summary>
    /// <param name="objects">All of an application.</param>
    /// <param name="nameOf">What a workload is called by who wrote the Compose file; null for one that stands in no file.</param>
    public static IReadOnlyDictionary<string, string> Of(IEnumerable<JsonNode> objects, Func<JsonNode, string?> nameOf)
    {
        var meaning = new ClusterMeaning([.. objects]);
        foreach (var subject in meaning._objects)
        {
            if (Workloads.Contains(Kind(subject)) && nameOf(subject) is { } name)
            {
                meaning.AddWorkload(subject, name);
            }
            else if (Kind(subject) == "Service")
            {
                meaning.AddService(subject);
            }
            else if (WholeKinds.Contains(Kind(subject)))
            {
                meaning._facts[$"some {Kind(subject)}"] = "";
            }
        }

        return meaning._facts;
    }

    /// <summary>The names of facts that only one of two has, or both with other values. What belongs to a thing that one of them lacks as a whole is not told again.</summary>
    public static IEnumerable<(string Fact, string Side)> Differences(IReadOnlyDictionary<string, string> theirs, IReadOnlyDictionary<string, string> ours)
    {
        var names = theirs.Keys.Union(ours.Keys).Order(StringComparer.Ordinal).ToList();
        var missing = names.Where(n => (theirs.TryGetValue(n, out var there) ? there : ours[n]) == Whole && theirs.ContainsKey(n) != ours.ContainsKey(n)).ToList();
        return from name in names
               where !missing.Exists(m => name.StartsWith(m + " ", StringComparison.Ordinal))
               let side = !theirs.TryGetValue(name, out var their) ? "only Towpath" : !ours.TryGetValue(name, out var our) ? "only kompose" : their == our ? null : "differs"
               where side is not null
               select (name, side);
    }

    private void AddWorkload(JsonNode subject, string name)
    {
        _facts[name] = Whole;
        _facts[$"{name} kind"] = Kind(subject);
        if (Kind(subject) is "Deployment" or "StatefulSet")
        {
            _facts[$"{name} replicas"] = subject["spec"]!["replicas"]?.ToString() ?? "1";
        }

        var pod = Kind(subject) switch
        {
            "Pod" => subject["spec"]!,
            "CronJob" => subject["spec"]!["jobTemplate"]!["spec"]!["template"]!["spec"]!,
            _ => subject["spec"]!["template"]!["spec"]!,
        };
        var containers = List(pod["containers"]).ToList();
        foreach (var container in containers)
        {
            AddContainer(pod, container, containers.Count == 1 ? name : $"{name} container {container["name"]}");
        }

        foreach (var init in List(pod["initContainers"]).Where(i => !i["name"]!.ToString().StartsWith("wait", StringComparison.Ordinal)))
        {
            _facts[$"{name} init {init["name"]}"] = "";
        }
    }

    private void AddContainer(JsonNode pod, JsonNode container, string name)
    {
        _facts[$"{name} image"] = container["image"]!.ToString();
        _facts[$"{name} command"] = string.Join(' ', List(container["command"]).Concat(List(container["args"])).Select(a => a.ToJsonString()));
        foreach (var port in List(container["ports"]))
        {
            _facts[$"{name} port {port["containerPort"]}/{port["protocol"] ?? "TCP"}"] = "";
        }

        AddVariables(container, name);
        foreach (var mount in List(container["volumeMounts"]))
        {
            AddMount(pod, mount, name);
        }
    }

    private void AddVariables(JsonNode container, string name)
    {
        foreach (var variable in List(container["env"]))
        {
            _facts[$"{name} env {variable["name"]}"] = variable["valueFrom"]?["configMapKeyRef"] is { } key
                ? Data(key["name"]!.ToString())[key["key"]!.ToString()]
                : variable["value"]?.ToString() ?? (variable["valueFrom"] is null ? "" : "from elsewhere");
        }

        foreach (var source in List(container["envFrom"]))
        {
            if (source["configMapRef"] is { } map)
            {
                foreach (var (key, value) in Data(map["name"]!.ToString()))
                {
                    _facts[$"{name} env {key}"] = value;
                }
            }
            else if (Find("Secret", source["secretRef"]!["name"]!.ToString()) is { } secret)
            {
                foreach (var (key, _) in secret["stringData"]?.AsObject() ?? secret["data"]!.AsObject())
                {
                    _facts[$"{name} env {key}"] = "from elsewhere";
                }
            }
        }
    }

    private void AddMount(JsonNode pod, JsonNode mount, string name)
    {
        var target = mount["mountPath"]!.ToString();
        var volume = List(pod["volumes"]).FirstOrDefault(v => v["name"]!.ToString() == mount["name"]!.ToString());
        // One that no volume of the pod is, is of a claim template; one of no kind is an empty folder to the API server.
        var source = volume is null ? "persistentVolumeClaim" : volume.AsObject().Select(p => p.Key).FirstOrDefault(k => k != "name") ?? "emptyDir";
        var isReadOnly = mount["readOnly"]?.GetValue<bool>() ?? false;
        if (source == "emptyDir" && volume!["emptyDir"]?["medium"] is null)
        {
            _facts[$"{name} writable {target}"] = "";
            return;
        }

        if (source != "configMap")
        {
            _facts[$"{name} mount {target}"] = $"{source}{(mount["subPath"] is { } part ? $" part {part}" : "")}{(isReadOnly ? " read-only" : "")}";
            return;
        }

        // Whole or by item, in one object or several: what counts is which file stands where, and what is in it.
        var items = List(volume!["configMap"]!["items"]).ToDictionary(i => i["key"]!.ToString(), i => i["path"]!.ToString());
        var data = Data(volume["configMap"]!["name"]!.ToString());
        var files = data.Where(d => items.Count == 0 || items.ContainsKey(d.Key)).Select(d => (Path: items.GetValueOrDefault(d.Key, d.Key), Text: d.Value));
        foreach (var (path, text) in mount["subPath"] is { } sub ? files.Where(f => f.Path == sub.ToString()).Select(f => ("", f.Text)) : files.Select(f => ("/" + f.Path, f.Text)))
        {
            _facts[$"{name} file {target.TrimEnd('/')}{path}"] = text;
        }
    }

    private void AddService(JsonNode subject)
    {
        var name = subject["metadata"]!["name"]!.ToString();
        foreach (var port in List(subject["spec"]!["ports"]))
        {
            var target = port["targetPort"] is { } named && !int.TryParse(named.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out _) ? PortOf(subject, named.ToString()) : port["targetPort"]?.ToString();
            _facts[$"service {name} port {port["port"]}/{port["protocol"] ?? "TCP"}"] = $"to {target ?? port["port"]!.ToString()}";
        }

        var type = subject["spec"]!["clusterIP"]?.ToString() == "None" ? "headless" : subject["spec"]!["type"]?.ToString() ?? "ClusterIP";
        _facts[$"service {name}"] = Whole;
        _facts[$"service {name} type"] = type;
    }

    private string PortOf(JsonNode service, string port) =>
        (from workload in _objects
         where Kind(workload) is "Deployment" or "StatefulSet" or "DaemonSet"
         let template = workload["spec"]!["template"]!
         where service["spec"]!["selector"]!.AsObject().All(s => template["metadata"]!["labels"]?[s.Key]?.ToString() == s.Value!.ToString())
         from container in List(template["spec"]!["containers"])
         from open in List(container["ports"])
         where open["name"]?.ToString() == port
         select open["containerPort"]!.ToString()).FirstOrDefault(port);

    private Dictionary<string, string> Data(string name)
    {
        var map = Find("ConfigMap", name);
        return (map?["data"]?.AsObject() ?? []).Select(d => (d.Key, Value: d.Value?.ToString() ?? ""))
            .Concat((map?["binaryData"]?.AsObject() ?? []).Select(d => (d.Key, Value: d.Value!.ToString()))).ToDictionary(d => d.Key, d => d.Value, StringComparer.Ordinal);
    }

    private JsonNode? Find(string kind, string name) => _objects.FirstOrDefault(o => Kind(o) == kind && o["metadata"]!["name"]!.ToString() == name);

    private static string Kind(JsonNode subject) => subject["kind"]!.ToString();

    private static IEnumerable<JsonNode> List(JsonNode? node) => (node as JsonArray ?? []).Select(n => n!);
}
