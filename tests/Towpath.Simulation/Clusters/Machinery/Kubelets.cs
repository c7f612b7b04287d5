using System.Text.Json.Nodes;
using Towpath.Core.Kubernetes.Status;
using Towpath.Simulation.Clusters.Server;
using Towpath.Simulation.Clusters.World;

namespace Towpath.Simulation.Clusters.Machinery;

/// <summary>The nodes: they pull images, wait for what pods wait for, start, look whether pods are ready, start again what ends, and take down what is to go.</summary>
internal sealed class Kubelets(ClusterWorld world)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(300);
    private readonly Dictionary<string, TimeSpan> _ready = new(StringComparer.Ordinal);
    private readonly HashSet<(string Node, string Image)> _pulled = [];
    private readonly HashSet<string> _away = [];
    private readonly Dictionary<string, int> _restarts = new(StringComparer.Ordinal);

    private ObjectStore Store => world.Store;

    /// <summary>How long a pod has been ready.</summary>
    public TimeSpan ReadyFor(StoredObject pod) => _ready.TryGetValue(pod.Uid, out var since) ? world.Clock.Elapsed - since : TimeSpan.Zero;

    /// <summary>Takes a new pod in.</summary>
    public void Start(StoredObject pod) => After(pod, 0.1, 1, () =>
    {
        pod.Body["spec"]!["nodeName"] = $"node-{world.Random.Next(2)}";
        Store.Touch(pod);
        Pull(pod);
    });

    /// <summary>A pod is to go: it gets no more requests at once, ends in its own time, and is gone then.</summary>
    public void End(StoredObject pod, string why)
    {
        if (pod.IsGone || pod.IsLeaving) return;
        world.Checks.PodEnds(pod, why);
        pod.Body["metadata"]!["deletionTimestamp"] = Store.Now;
        Store.Touch(pod);
        Away(pod, world.Between(0.3, 4));
    }

    /// <summary>A node is away, or back: pods on it are not ready meanwhile, and do not go.</summary>
    public void Turn(string node, bool isAway)
    {
        if (isAway ? !_away.Add(node) : !_away.Remove(node)) return;
        foreach (var pod in Store.All(ServedKind.Pod).Where(p => NodeOf(p) == node && !p.IsLeaving && _ready.ContainsKey(p.Uid))) Say(pod, "Running", isReady: !isAway, Running());
    }

    private void Away(StoredObject pod, TimeSpan after) => world.Clock.After(after, () =>
    {
        if (IsAway(pod)) Away(pod, TimeSpan.FromSeconds(1));
        else Store.Remove(pod);
    });

    private static string? NodeOf(StoredObject pod) => pod.Body.Text("spec", "nodeName");

    private bool IsAway(StoredObject pod) => NodeOf(pod) is { } node && _away.Contains(node);

    private void After(StoredObject pod, double least_s, double most_s, Action act) => world.Clock.After(world.Between(least_s, most_s), () => Now(pod, act));

    private void Now(StoredObject pod, Action act)
    {
        if (pod.IsGone || pod.IsLeaving) return;
        if (IsAway(pod)) world.Clock.After(TimeSpan.FromSeconds(1), () => Now(pod, act));
        else act();
    }

    private static string ImageOf(StoredObject pod) => pod.Body.Items("spec", "containers").First().Text("image") ?? "";

    private void Pull(StoredObject pod)
    {
        var image = ImageOf(pod);
        if (!world.BehaviourOf(image).IsThere)
        {
            Say(pod, "Pending", isReady: false, new JsonObject { ["waiting"] = new JsonObject { ["reason"] = "ImagePullBackOff", ["message"] = "manifest unknown" } });
            return;
        }

        var isNew = _pulled.Add((NodeOf(pod)!, image));
        After(pod, 0.05, isNew ? 6 : 0.3, () => Mount(pod));
    }

    private void Mount(StoredObject pod)
    {
        var missing = pod.Body.Items("spec", "volumes").Any(v =>
            (v.Text("configMap", "name") is { } map && Store.Find(ServedKind.ConfigMap, pod.Space, map) is null)
            || (v.Text("secret", "secretName") is { } secret && Store.Find(ServedKind.Secret, pod.Space, secret) is null));
        if (missing) After(pod, 1, 3, () => Mount(pod));
        else Wait(pod, 0, world.Clock.Elapsed);
    }

    /// <summary>Containers that wait run one after another; one that has waited too long ends, and is started again.</summary>
    private void Wait(StoredObject pod, int index, TimeSpan since)
    {
        var waits = pod.Body.Items("spec", "initContainers").ToList();
        if (index == waits.Count)
        {
            Run(pod);
            return;
        }

        var hasFailed = false;
        if (IsOver(pod, waits[index], ref hasFailed))
        {
            After(pod, 0.05, 0.5, () => Wait(pod, index + 1, world.Clock.Elapsed));
            return;
        }

        var isLate = hasFailed || world.Clock.Elapsed - since > Patience;
        if (isLate) _restarts[pod.Uid] = _restarts.GetValueOrDefault(pod.Uid) + 1;
        SayInit(pod, waits, index, isLate);
        if (isLate) After(pod, 10, 20, () => Wait(pod, index, world.Clock.Elapsed));
        else After(pod, 0.8, 2, () => Wait(pod, index, since));
    }

    private bool IsOver(StoredObject pod, JsonObject wait, ref bool hasFailed)
    {
        string? Of(string name) => wait.Items("env").FirstOrDefault(e => e.Text("name") == name).Text("value");
        if (Of("HOST") is { } host) return Store.Find(ServedKind.Service, pod.Space, host) is { } service && Store.Endpoints(service).Any();
        if (Of("OBJECT")?.Split('/') is not [_, _, _, var space, var plural, var name]) return true;
        if (Store.Find(plural == "jobs" ? ServedKind.Job : plural == "statefulsets" ? ServedKind.StatefulSet : ServedKind.Deployment, space, name) is not { } asked) return false;
        hasFailed = plural == "jobs" && asked.Body.Condition("Failed") is not null;
        return plural == "jobs" ? asked.Body.Condition("Complete") is not null : asked.Body.Number("status", "readyReplicas") > 0;
    }

    private void Run(StoredObject pod)
    {
        var behaviour = world.BehaviourOf(ImageOf(pod));
        if (pod.Label("job-name") is { } job)
        {
            Say(pod, "Running", isReady: false, Running());
            world.Checks.JobPodRuns(pod);
            var works = behaviour.Migrates || !job.Contains("migrate", StringComparison.Ordinal);
            After(pod, 0.5, 4, () => Say(pod, works ? "Succeeded" : "Failed", isReady: false, Ended(works ? 0 : 1)));
            return;
        }

        Say(pod, "Running", isReady: false, Running());
        var run = _restarts.GetValueOrDefault(pod.Uid);
        if (behaviour.ReadyAfter is { } ready && (behaviour.EndsAfter is null || behaviour.EndsAfter > ready))
        {
            world.Clock.After(ready + world.Between(0, 1), () => Now(pod, () =>
            {
                if (_restarts.GetValueOrDefault(pod.Uid) != run) return;
                _ready.TryAdd(pod.Uid, world.Clock.Elapsed);
                Say(pod, "Running", isReady: true, Running());
                world.Checks.PodServes(pod);
            }));
        }

        if (behaviour.EndsAfter is { } ends) world.Clock.After(ends, () => Now(pod, () => Crash(pod)));
    }

    private void Crash(StoredObject pod)
    {
        var count = _restarts[pod.Uid] = _restarts.GetValueOrDefault(pod.Uid) + 1;
        _ready.Remove(pod.Uid);
        Say(pod, "Running", isReady: false, Ended(1));
        After(pod, 0.1, 1, () => Say(pod, "Running", isReady: false, new JsonObject { ["waiting"] = new JsonObject { ["reason"] = "CrashLoopBackOff" } }));
        world.Clock.After(TimeSpan.FromSeconds(Math.Min(300, 10 * Math.Pow(2, count - 1))) + TimeSpan.FromSeconds(1), () => Now(pod, () => Run(pod)));
    }

    private void Say(StoredObject pod, string phase, bool isReady, JsonObject state)
    {
        if (pod.IsGone) return;
        var container = pod.Body.Items("spec", "containers").First();
        var told = new JsonObject
        {
            ["name"] = container.Text("name"),
            ["image"] = container.Text("image"),
            ["imageID"] = container.Text("image"),
            ["ready"] = isReady,
            ["restartCount"] = _restarts.GetValueOrDefault(pod.Uid),
            ["state"] = state,
        };
        if (state.At("waiting") is not null && _restarts.GetValueOrDefault(pod.Uid) > 0) told["lastState"] = Ended(1);
        Keep(pod, phase, isReady, new JsonArray(told), null);
    }

    private void SayInit(StoredObject pod, List<JsonObject> waits, int index, bool hasEnded)
    {
        var told = waits.Select((w, i) => new JsonObject
        {
            ["name"] = w.Text("name"),
            ["ready"] = i < index,
            ["restartCount"] = i == index ? _restarts.GetValueOrDefault(pod.Uid) : 0,
            ["state"] = i < index ? Ended(0) : i > index ? new JsonObject() : hasEnded ? Ended(1) : Running(),
        });
        Keep(pod, "Pending", isReady: false, [], new JsonArray([.. told]));
    }

    private void Keep(StoredObject pod, string phase, bool isReady, JsonArray containers, JsonArray? waits)
    {
        var status = new JsonObject
        {
            ["phase"] = phase,
            ["conditions"] = new JsonArray(new JsonObject { ["type"] = "Ready", ["status"] = isReady ? "True" : "False" }),
            ["containerStatuses"] = containers,
        };
        if (waits is not null) status["initContainerStatuses"] = waits;
        if (JsonNode.DeepEquals(pod.Body["status"], status)) return;
        pod.Body["status"] = status;
        Store.Touch(pod);
    }

    private static JsonObject Running() => new() { ["running"] = new JsonObject() };

    private static JsonObject Ended(int code) => new() { ["terminated"] = new JsonObject { ["exitCode"] = code, ["reason"] = code == 0 ? "Completed" : "Error" } };
}
