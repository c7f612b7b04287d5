using System.Text.Json.Nodes;
using Towpath.Core.Kubernetes.Status;
using Towpath.Simulation.Clusters.Server;
using Towpath.Simulation.Clusters.World;

namespace Towpath.Simulation.Clusters.Machinery;

/// <summary>The cluster's own controllers: some time after each change they look at everything, each of them sooner or later.</summary>
internal sealed class ControllerLoop
{
    private readonly ClusterWorld _world;
    private readonly DeploymentController _deployments;
    private readonly StatefulSetController _sets;
    private readonly JobController _jobs;
    private bool _isDue;
    private long _numbers;

    /// <summary>Those of a cluster.</summary>
    public ControllerLoop(ClusterWorld world)
    {
        _world = world;
        (_deployments, _sets, _jobs) = (new DeploymentController(world, this), new StatefulSetController(world, this), new JobController(world, this));
        world.Store.Told += _ => Look(world.Between(0.05, 0.4));
        world.Server.Deletes = Delete;
    }

    private ObjectStore Store => _world.Store;

    /// <summary>They look again after a time.</summary>
    public void Look(TimeSpan after)
    {
        if (_isDue) return;
        _isDue = true;
        _world.Clock.After(after, () =>
        {
            _isDue = false;
            Act();
        });
    }

    /// <summary>They look again at a time at which something is over that nothing tells of.</summary>
    public void LookAt(TimeSpan after) => _world.Clock.After(after, () => Look(TimeSpan.Zero));

    /// <summary>Makes a pod of a template.</summary>
    public void MakePod(StoredObject owner, JsonObject template, string name, Action<JsonObject>? fit = null)
    {
        if (Store.Find(ServedKind.Namespace, "", owner.Space) is not { IsLeaving: false }) return;
        var body = (JsonObject)template.DeepClone();
        var meta = body["metadata"] as JsonObject ?? [];
        body["metadata"] = meta;
        (meta["name"], meta["namespace"]) = (name, owner.Space);
        meta["ownerReferences"] = new JsonArray(Reference(owner));
        body["status"] = new JsonObject { ["phase"] = "Pending" };
        fit?.Invoke(body);
        _world.Nodes.Start(Store.Add(ServedKind.Pod, body));
    }

    /// <summary>An ending for a name that nothing else has.</summary>
    public string Ending() => (++_numbers).ToString("x5", System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>A reference to an owner.</summary>
    public static JsonObject Reference(StoredObject owner) => new() { ["apiVersion"] = owner.Kind.ApiVersion, ["kind"] = owner.Kind.Kind, ["name"] = owner.Name, ["uid"] = owner.Uid, ["controller"] = true };

    /// <summary>Sets the status of an object where it is another one.</summary>
    public void Report(StoredObject item, JsonObject status)
    {
        if (JsonNode.DeepEquals(item.Body["status"], status)) return;
        item.Body["status"] = status;
        Store.Touch(item);
    }

    private void Act()
    {
        foreach (var room in Store.All(ServedKind.Namespace).Where(n => n.IsLeaving)) Empty(room);
        Collect();
        foreach (var item in Store.All(ServedKind.Deployment)) Now(() => _deployments.Act(item));
        foreach (var item in Store.All(ServedKind.ReplicaSet)) Now(() => _deployments.ActOnReplicas(item));
        foreach (var item in Store.All(ServedKind.StatefulSet)) Now(() => _sets.Act(item));
        foreach (var item in Store.All(ServedKind.Job)) Now(() => _jobs.Act(item));
    }

    private void Now(Action act)
    {
        if (_world.Random.Next(5) == 0) Look(_world.Between(0.1, 1));
        else act();
    }

    /// <summary>Somebody wants an object to be gone.</summary>
    private void Delete(StoredObject item, string propagation)
    {
        if (item.Kind == ServedKind.Pod)
        {
            _world.Nodes.End(item, "its deletion");
        }
        else if (item.Kind == ServedKind.Namespace || propagation == "Foreground")
        {
            if (item.IsLeaving) return;
            item.Body["metadata"]!["deletionTimestamp"] = Store.Now;
            if (item.Kind == ServedKind.Namespace) item.Body["status"] = new JsonObject { ["phase"] = "Terminating" };
            Store.Touch(item);
        }
        else
        {
            Store.Remove(item);
        }
    }

    /// <summary>What a namespace held goes with it, pods in their own time, and it goes last.</summary>
    private void Empty(StoredObject room)
    {
        var isEmpty = true;
        foreach (var kind in ServedKind.All.Where(k => k.IsNamespaced))
        {
            foreach (var item in Store.All(kind, room.Name))
            {
                if (kind == ServedKind.Pod) isEmpty = false;
                if (kind == ServedKind.Pod) _world.Nodes.End(item, "the end of its namespace");
                else Store.Remove(item);
            }
        }

        if (isEmpty) Store.Remove(room);
    }

    /// <summary>What was made for an object goes with it; one that goes in the foreground waits for that.</summary>
    private void Collect()
    {
        var owners = new[] { ServedKind.Deployment, ServedKind.ReplicaSet, ServedKind.StatefulSet, ServedKind.Job }.SelectMany(k => Store.All(k)).ToDictionary(o => o.Uid, StringComparer.Ordinal);
        var owned = Store.All(ServedKind.ReplicaSet).Concat(Store.All(ServedKind.Pod)).Select(i => (Item: i, Owner: i.Body.Items("metadata", "ownerReferences").FirstOrDefault().Text("uid"))).Where(o => o.Owner is not null).ToList();
        foreach (var (item, owner) in owned)
        {
            if (owners.TryGetValue(owner!, out var there) && !there.IsLeaving) continue;
            if (item.Kind == ServedKind.Pod) _world.Nodes.End(item, $"the end of {there?.ToString() ?? "its owner"}");
            else if (!item.IsLeaving) Delete(item, there is null ? "Background" : "Foreground");
        }

        foreach (var owner in owners.Values.Where(o => o.IsLeaving && !owned.Exists(i => i.Owner == o.Uid && !i.Item.IsGone))) Store.Remove(owner);
    }
}
