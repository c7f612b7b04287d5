using Towpath.Core.Journal;
using Towpath.Simulation.Clusters.Server;
using Towpath.Simulation.Time;

namespace Towpath.Simulation.Clusters.Checks;

/// <summary>Something that must always hold in a cluster, told of what happens in it.</summary>
internal abstract class ClusterCheck
{
    /// <summary>A pod is about to be taken away.</summary>
    public virtual void PodEnds(StoredObject pod, string why)
    {
    }

    /// <summary>A pod has become ready.</summary>
    public virtual void PodServes(StoredObject pod)
    {
    }

    /// <summary>The process of a job has begun.</summary>
    public virtual void JobPodRuns(StoredObject pod)
    {
    }

    /// <summary>A job is over.</summary>
    public virtual void JobEnded(StoredObject job, bool isGood)
    {
    }

    /// <summary>Towpath is about to change something; null for what is not there yet.</summary>
    public virtual void Changes(StoredObject? item, ServedKind kind, ApiQuestion question)
    {
    }

    /// <summary>Somebody else has deleted something.</summary>
    public virtual void DeletedByHand(StoredObject item)
    {
    }

    /// <summary>A fact was written into the journal.</summary>
    public virtual void Told(Fact fact)
    {
    }
}

/// <summary>All checks of a cluster; the first broken promise ends the run.</summary>
internal sealed class ClusterChecks(VirtualClock clock) : ClusterCheck
{
    private readonly List<ClusterCheck> _all = [];

    /// <summary>What was broken first, or null.</summary>
    public string? Violation { get; private set; }

    /// <summary>Adds one.</summary>
    public void Add(ClusterCheck check) => _all.Add(check);

    /// <summary>A promise is broken.</summary>
    public void Violate(string what) => Violation ??= $"at {clock.Elapsed.TotalSeconds:0.00} s: {what}";

    /// <inheritdoc/>
    public override void PodEnds(StoredObject pod, string why) => _all.ForEach(c => c.PodEnds(pod, why));

    /// <inheritdoc/>
    public override void PodServes(StoredObject pod) => _all.ForEach(c => c.PodServes(pod));

    /// <inheritdoc/>
    public override void JobPodRuns(StoredObject pod) => _all.ForEach(c => c.JobPodRuns(pod));

    /// <inheritdoc/>
    public override void JobEnded(StoredObject job, bool isGood) => _all.ForEach(c => c.JobEnded(job, isGood));

    /// <inheritdoc/>
    public override void Changes(StoredObject? item, ServedKind kind, ApiQuestion question) => _all.ForEach(c => c.Changes(item, kind, question));

    /// <inheritdoc/>
    public override void DeletedByHand(StoredObject item) => _all.ForEach(c => c.DeletedByHand(item));

    /// <inheritdoc/>
    public override void Told(Fact fact) => _all.ForEach(c => c.Told(fact));
}
