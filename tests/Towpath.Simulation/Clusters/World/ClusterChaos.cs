using System.Text.Json.Nodes;
using Towpath.Core.Kubernetes.Status;
using Towpath.Simulation.Clusters.Server;

namespace Towpath.Simulation.Clusters.World;

/// <summary>What goes wrong with a cluster by itself, or by somebody's hand, at random moments.</summary>
internal sealed class ClusterChaos(ClusterWorld world)
{
    private const string Hand = "kubectl-edit";
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);
    private readonly List<(StoredObject Item, string Path, JsonNode? Before)> _edits = [];
    private static readonly ServedKind[] Deletable = [ServedKind.Deployment, ServedKind.StatefulSet, ServedKind.Service, ServedKind.ConfigMap, ServedKind.Job, ServedKind.NetworkPolicy, ServedKind.Pod];

    /// <summary>Looks each second whether something goes wrong, until a virtual time; what was broken for a while is whole then.</summary>
    public void Begin(TimeSpan until) => world.Clock.After(Look, () =>
    {
        if (world.Clock.Elapsed >= until)
        {
            End();
            return;
        }

        foreach (var kind in ClusterFaultRates.ByMinute)
            if (world.Faults[kind] > 0 && world.Random.NextDouble() < world.Faults[kind] / 60)
                Happen(kind);
        Begin(until);
    });

    /// <summary>Somebody deletes an object of Towpath's, or changes one; what it was.</summary>
    /// <param name="space">In that namespace; null for any.</param>
    public (StoredObject Item, bool IsDeleted)? Meddle(string? space)
    {
        if (world.Random.Next(2) == 0) return Delete(space) is { } deleted ? (deleted, true) : null;
        return Edit(space) is { } edited ? (edited, false) : null;
    }

    private void End()
    {
        world.Faults = new ClusterFaultRates();
        (world.AwayUntil, world.NobodyKnownUntil, world.StaleUntil) = (TimeSpan.Zero, TimeSpan.Zero, TimeSpan.Zero);
        world.Server.Unnamed = new HashSet<string>();
        for (var node = 0; node < 2; node++) world.Nodes.Turn($"node-{node}", isAway: false);
        // Where changes are only told, nothing comes in over them until whoever made them takes them back.
        foreach (var (item, path, before) in _edits.Where(e => !e.Item.IsGone)) world.Server.TakeBack(item, path, before, Hand);
    }

    private void Happen(ClusterFault kind)
    {
        world.Trace?.Invoke($"the cluster: {kind}");
        switch (kind)
        {
            case ClusterFault.ServerAway:
                ServerAway();
                break;
            case ClusterFault.TokenRefused:
                world.NobodyKnownUntil = world.Clock.Elapsed + world.Between(1, 40);
                break;
            case ClusterFault.WatchBreaks:
                world.BreakWatches();
                break;
            case ClusterFault.WatchStale:
                world.StaleUntil = world.Clock.Elapsed + world.Between(5, 40);
                break;
            case ClusterFault.Forgotten:
                world.Store.Forget();
                world.BreakWatches();
                break;
            case ClusterFault.NodeAway:
                NodeAway($"node-{world.Random.Next(2)}");
                break;
            case ClusterFault.DeletedByHand:
                Delete(null);
                break;
            case ClusterFault.EditedByHand:
                Edit(null);
                break;
            case ClusterFault.NamespaceDeleted:
                if (Any(world.Store.All(ServedKind.Namespace).Where(n => n.IsOurs)) is { } room) Remove(room);
                break;
            case ClusterFault.PodLost:
                if (Any(world.Store.All(ServedKind.Pod).Where(p => p.IsOurs)) is { } pod) Remove(pod);
                break;
        }
    }

    private void ServerAway()
    {
        world.AwayUntil = world.Clock.Elapsed + world.Between(1, 90);
        world.BreakWatches();
        world.Server.Unnamed = ServedKind.Groups.Where(_ => world.Random.Next(2) == 0).ToHashSet(StringComparer.Ordinal);
        var whole = world.AwayUntil + world.Between(0.5, 15);
        world.Clock.After(whole - world.Clock.Elapsed, () =>
        {
            if (world.Clock.Elapsed >= world.AwayUntil) world.Server.Unnamed = new HashSet<string>();
        });
    }

    private void NodeAway(string node)
    {
        DisturbAll();
        world.Nodes.Turn(node, isAway: true);
        world.Clock.After(world.Between(5, 60), () =>
        {
            DisturbAll();
            world.Nodes.Turn(node, isAway: false);
        });
    }

    private void DisturbAll()
    {
        foreach (var room in world.Store.All(ServedKind.Namespace)) world.Disturb(room.Name);
    }

    private StoredObject? Delete(string? space)
    {
        var kind = Deletable[world.Random.Next(Deletable.Length)];
        if (Any(world.Store.All(kind, space).Where(i => i.IsOurs && !i.IsLeaving)) is not { } found) return null;
        Remove(found);
        return found;
    }

    private void Remove(StoredObject item)
    {
        world.Trace?.Invoke($"somebody deletes {item}");
        world.Disturb(item.Kind == ServedKind.Namespace ? item.Name : item.Space);
        world.Checks.DeletedByHand(item);
        world.Server.Deletes!(item, "Background");
    }

    private StoredObject? Edit(string? space)
    {
        var kind = world.Random.Next(3) switch { 0 => ServedKind.Service, 1 => ServedKind.NetworkPolicy, _ => ServedKind.Deployment };
        if (Any(world.Store.All(kind, space).Where(i => i.IsOurs && !i.IsLeaving)) is not { } found) return null;
        world.Trace?.Invoke($"somebody changes {found}");
        world.Disturb(found.Space);
        world.Edited.Add(found.Space);
        var (path, value) = kind == ServedKind.Deployment && world.Random.Next(2) == 0
            ? ("spec\nreplicas", JsonValue.Create((int)(found.Body.Number("spec", "replicas") ?? 1) + 1))
            : ("metadata\nlabels\napp.kubernetes.io/part-of", JsonValue.Create($"other-{world.Random.Next(1000)}"));
        if (!_edits.Exists(e => e.Item == found && e.Path == path)) _edits.Add((found, path, FieldSets.Get(found.Body, path)?.DeepClone()));
        world.Server.Edit(found, path, value, Hand);
        return found;
    }

    private StoredObject? Any(IEnumerable<StoredObject> items) => items.ToList() is { Count: > 0 } all ? all[world.Random.Next(all.Count)] : null;
}
