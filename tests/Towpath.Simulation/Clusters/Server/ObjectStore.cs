using System.Globalization;
using System.Text.Json.Nodes;
using Towpath.Core.Kubernetes.Status;

namespace Towpath.Simulation.Clusters.Server;

/// <summary>Something that happened to an object, as watches tell it.</summary>
internal sealed record StoredEvent(long Version, string Type, ServedKind Kind, string Space, bool IsOurs, string Text);

/// <summary>All objects of the simulated cluster, their versions and what happened to them.</summary>
/// <param name="now">Clock of the cluster.</param>
internal sealed class ObjectStore(Func<DateTimeOffset> now)
{
    private readonly Dictionary<ServedKind, SortedDictionary<(string Space, string Name), StoredObject>> _objects = ServedKind.All.ToDictionary(k => k, _ => new SortedDictionary<(string, string), StoredObject>(Order.Instance));
    private readonly List<StoredEvent> _events = [];
    private long _uids;

    /// <summary>Number of the last change.</summary>
    public long Version { get; private set; } = 100;

    /// <summary>Changes up to this one are forgotten.</summary>
    public long Forgotten { get; private set; }

    /// <summary>Told of each change.</summary>
    public Action<StoredEvent>? Told { get; set; }

    /// <summary>Time in the form of the API.</summary>
    public string Now => now().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>An object, or null.</summary>
    public StoredObject? Find(ServedKind kind, string space, string name) => _objects[kind].GetValueOrDefault((space, name));

    /// <summary>All objects of a kind, in the order of their names.</summary>
    /// <param name="kind">The kind.</param>
    /// <param name="space">Their namespace; null for all.</param>
    public List<StoredObject> All(ServedKind kind, string? space = null)
    {
        var found = new List<StoredObject>();
        foreach (var (key, item) in _objects[kind])
            if (space is null || key.Space == space)
                found.Add(item);
        return found;
    }

    /// <summary>Adds an object.</summary>
    public StoredObject Add(ServedKind kind, JsonObject body)
    {
        var meta = (JsonObject)body["metadata"]!;
        (body["apiVersion"], body["kind"]) = (kind.ApiVersion, kind.Kind);
        meta["uid"] = (++_uids).ToString("00000000-0000-4000-8000-000000000000", CultureInfo.InvariantCulture);
        meta["creationTimestamp"] = Now;
        meta["generation"] = 1;
        var added = new StoredObject(kind, body);
        _objects[kind].Add((added.Space, added.Name), added);
        Tell("ADDED", added);
        return added;
    }

    /// <summary>An object has changed.</summary>
    public void Touch(StoredObject item)
    {
        if (!item.IsGone) Tell("MODIFIED", item);
    }

    /// <summary>Takes an object away.</summary>
    public void Remove(StoredObject item)
    {
        if (item.IsGone) return;
        item.IsGone = true;
        _objects[item.Kind].Remove((item.Space, item.Name));
        Tell("DELETED", item);
    }

    /// <summary>What happened after a version.</summary>
    public IEnumerable<StoredEvent> Since(long version) => _events.SkipWhile(e => e.Version <= version);

    /// <summary>Forgets what happened until now.</summary>
    public void Forget()
    {
        Forgotten = Version;
        _events.Clear();
    }

    /// <summary>Pods that get the requests of a service.</summary>
    public IEnumerable<StoredObject> Endpoints(StoredObject service)
    {
        var selector = service.Body.At("spec", "selector") as JsonObject;
        return All(ServedKind.Pod, service.Space).Where(p => IsReady(p) && p.Fits(selector));
    }

    /// <summary>A pod takes requests.</summary>
    public static bool IsReady(StoredObject pod) => !pod.IsLeaving && pod.Body.Condition("Ready").Text("status") == "True";

    private void Tell(string type, StoredObject item)
    {
        item.Body["metadata"]!["resourceVersion"] = (++Version).ToString(CultureInfo.InvariantCulture);
        item.Changed();
        var told = new StoredEvent(Version, type, item.Kind, item.Space, item.IsOurs, item.Text);
        _events.Add(told);
        Told?.Invoke(told);
    }

    private sealed class Order : IComparer<(string Space, string Name)>
    {
        public static readonly Order Instance = new();

        public int Compare((string Space, string Name) x, (string Space, string Name) y) =>
            string.CompareOrdinal(x.Space, y.Space) is not 0 and var first ? first : string.CompareOrdinal(x.Name, y.Name);
    }
}
