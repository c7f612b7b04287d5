using System.Text.Json.Nodes;
using Towpath.Core.Journal;
using Towpath.Core.Kubernetes.Objects;
using Towpath.Core.Kubernetes.Status;
using Towpath.Simulation.Clusters.Server;
using Towpath.Simulation.Clusters.World;

namespace Towpath.Simulation.Clusters.Checks;

/// <summary>What is others' is never touched, what holds data is never removed where a release is good, and what a pod needs is there as long as the pod is.</summary>
internal sealed class Belongings : ClusterCheck
{
    private readonly ClusterWorld _world;
    private readonly ClusterLedger _ledger;
    private readonly List<StoredObject> _theirs = [];

    /// <summary>Puts something of others into each namespace as it comes.</summary>
    public Belongings(ClusterWorld world, ClusterLedger ledger)
    {
        (_world, _ledger) = (world, ledger);
        world.Store.Told += told =>
        {
            if (told is { Type: "ADDED" } && told.Kind == ServedKind.Namespace && JsonNode.Parse(told.Text).Name() is var name && ledger.Find(name) is { } place) Furnish(place);
        };
    }

    /// <inheritdoc/>
    public override void Changes(StoredObject? item, ServedKind kind, ApiQuestion question)
    {
        if (item is null) return;
        if (!item.IsOurs) _world.Checks.Violate($"{question.Method} of {item}, which is others'");
        // What arrives late would take what was made anew meanwhile.
        if (question.Method == "DELETE" && question.Body.Text("preconditions", "uid") is null) _world.Checks.Violate($"{item} was deleted by its name alone");
        if (question.Method != "DELETE" || _ledger.Find(kind == ServedKind.Namespace ? item.Name : item.Space) is not { } place) return;
        if ((kind == ServedKind.Claim || kind == ServedKind.Namespace) && _ledger.Current(place) is { } current) _world.Checks.Violate($"{item} was deleted with its data although {current.Release} is good there");
        if (_world.Store.All(ServedKind.Pod, item.Space).Find(p => Needs(p, item)) is { } pod && _world.Undisturbed(item.Space) > TimeSpan.FromSeconds(60) && _ledger.Current(place) is not null)
        {
            _world.Checks.Violate($"{item} was deleted although {pod.Name} still needs it");
        }
    }

    /// <inheritdoc/>
    public override void Told(Fact fact)
    {
        if (fact.Kind.StartsWith("deployment.", StringComparison.Ordinal) && fact.Text.Contains("does not serve", StringComparison.Ordinal)) _world.Checks.Violate($"{fact.Deployment} believed that the cluster does not serve what it serves: {fact.Text}");
    }

    /// <summary>What is others' and is not as it was, in words; null where all is.</summary>
    public string? Missing() => _theirs.Where(t => _world.Store.Find(ServedKind.Namespace, "", t.Space) is not null && t.IsGone && _world.Store.Find(t.Kind, t.Space, t.Name) is null).Select(t => $"{t} of others is gone").FirstOrDefault();

    private void Furnish(ClusterPlace place) => _theirs.Add(_world.Store.Add(ServedKind.ConfigMap, new JsonObject
    {
        ["metadata"] = new JsonObject
        {
            ["name"] = "notes",
            ["namespace"] = place.Space,
            ["labels"] = new JsonObject { [ObjectNames.ManagedBy] = "Helm", [ObjectNames.Instance] = ObjectNames.InstanceOf(place.Application, place.Environment) },
        },
        ["data"] = new JsonObject { ["note"] = "ours" },
    }));

    private static bool Needs(StoredObject pod, StoredObject item) => ObjectStore.IsReady(pod) && pod.Body.Items("spec", "volumes").Any(v => item.Kind.Kind switch
    {
        "ConfigMap" => v.Text("configMap", "name") == item.Name,
        "Secret" => v.Text("secret", "secretName") == item.Name,
        "PersistentVolumeClaim" => v.Text("persistentVolumeClaim", "claimName") == item.Name,
        _ => false,
    });
}
