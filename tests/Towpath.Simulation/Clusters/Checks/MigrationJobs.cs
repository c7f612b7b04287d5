using Towpath.Core.Kubernetes.Objects;
using Towpath.Core.Kubernetes.Planning;
using Towpath.Core.Kubernetes.Status;
using Towpath.Simulation.Clusters.Server;
using Towpath.Simulation.Clusters.World;

namespace Towpath.Simulation.Clusters.Checks;

/// <summary>A migration has worked before pods of its revision serve, and works once only, unless what it did was taken back or the job was deleted by others.</summary>
internal sealed class MigrationJobs(ClusterWorld world, ClusterLedger ledger) : ClusterCheck
{
    private const string Migration = "-migrate-";
    private const string Reversal = "-revert-";
    private readonly Dictionary<(string Room, string Job), int> _worked = [];
    private readonly HashSet<(string Room, string Job)> _ever = [];

    /// <inheritdoc/>
    public override void JobEnded(StoredObject job, bool isGood)
    {
        if (!isGood || Room(job.Space) is not { } room) return;
        if (job.Name.Contains(Reversal, StringComparison.Ordinal)) _worked.Remove((room, job.Name.Replace(Reversal, Migration, StringComparison.Ordinal)));
        if (!job.Name.Contains(Migration, StringComparison.Ordinal)) return;
        var key = (room, job.Name);
        _ever.Add(key);
        _worked[key] = _worked.GetValueOrDefault(key) + 1;
        if (_worked[key] > 1) world.Checks.Violate($"{job.Name} has migrated {_worked[key]} times in {job.Space}");
    }

    /// <inheritdoc/>
    public override void PodServes(StoredObject pod)
    {
        if (ledger.Find(pod.Space) is null || Room(pod.Space) is not { } room || pod.Label(ObjectNames.Name) is not { } component || pod.Label(ObjectNames.Revision) is not { } revision) return;
        if (pod.Body.Items("metadata", "ownerReferences").FirstOrDefault().Text("kind") == "Job" || !Migrates(pod.Space, component, revision)) return;
        if (!_ever.Contains((room, $"{component}{Migration}{revision[..8]}"))) world.Checks.Violate($"{pod.Name} serves in {pod.Space} before the migration of its revision has worked");
    }

    /// <inheritdoc/>
    public override void DeletedByHand(StoredObject item) => Forgive(item);

    /// <inheritdoc/>
    public override void Changes(StoredObject? item, ServedKind kind, ApiQuestion question)
    {
        if (item is null || kind != ServedKind.Job || question.Method != "DELETE" || !item.Name.Contains(Migration, StringComparison.Ordinal)) return;
        if (ledger.Find(item.Space) is { } place && ledger.Active(place) is null && ledger.Current(place) is { } current && current.Services.Any(s => item.Name.EndsWith(Migration + s.PodRevision[..8], StringComparison.Ordinal)))
        {
            world.Checks.Violate($"{item.Name} was deleted although pods of {current.Release} may still wait for it");
        }

        Forgive(item);
    }

    private void Forgive(StoredObject item)
    {
        if (item.Kind == ServedKind.Job && Room(item.Space) is { } room) _worked.Remove((room, item.Name));
    }

    private bool Migrates(string space, string component, string revision)
    {
        var place = ledger.Find(space)!;
        return ledger.Store.RecentDeployments(place.Application, place.Environment, int.MaxValue).Select(d => ledger.Desired(place, d.Release))
            .Any(d => d.Services.Any(s => ServiceNames.Of(s.Name) == component && s.PodRevision == revision && s.Spec.Delivery.Migrate is not null));
    }

    private string? Room(string space) => world.Store.Find(ServedKind.Namespace, "", space)?.Uid;
}
