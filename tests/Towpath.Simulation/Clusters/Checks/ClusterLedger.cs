using System.Collections.Immutable;
using Towpath.Core.Environments;
using Towpath.Core.Kubernetes.Running;
using Towpath.Core.Rollouts;
using Towpath.Server.Storage;
using Towpath.Simulation.Clusters.Runs;

namespace Towpath.Simulation.Clusters.Checks;

/// <summary>An environment on the cluster.</summary>
/// <param name="Application">Whose.</param>
/// <param name="Environment">Its name.</param>
/// <param name="Space">Its namespace.</param>
internal sealed record ClusterPlace(string Application, string Environment, string Space);

/// <summary>The truth that promises are measured by, read past the control planes.</summary>
internal sealed class ClusterLedger(IStore store)
{
    private readonly Dictionary<(ClusterPlace Place, string Release), EnvironmentDesired> _desired = [];

    /// <summary>What the control planes remember.</summary>
    public IStore Store { get; } = store;

    /// <summary>All environments.</summary>
    public List<ClusterPlace> Places { get; } = [];

    /// <summary>Releases with which nothing is wrong.</summary>
    public HashSet<(string Application, string Release)> Good { get; } = [];

    /// <summary>Environments in which somebody broke a deployment off, or wanted another release, and when.</summary>
    public Dictionary<ClusterPlace, TimeSpan> Meddled { get; } = [];

    /// <summary>The environment of a namespace; null for a namespace of others.</summary>
    public ClusterPlace? Find(string space) => Places.Find(p => p.Space == space);

    /// <summary>What an environment runs by the last success that was told; null before the first.</summary>
    public EnvironmentDesired? Current(ClusterPlace place) => Store.Current(place.Application, place.Environment) is { } current ? Desired(place, current.Release) : null;

    /// <summary>The deployment that has begun in an environment and not ended; null for none.</summary>
    public DeploymentRecord? Active(ClusterPlace place) =>
        Store.OpenDeployments(place.Application, place.Environment).FirstOrDefault(d => d.Phase != nameof(DeploymentPhase.Requested));

    /// <summary>What a release is to look like in an environment.</summary>
    public EnvironmentDesired Desired(ClusterPlace place, string release)
    {
        if (_desired.TryGetValue((place, release), out var known)) return known;
        var found = Store.Release(place.Application, release)!;
        var desired = EnvironmentPlanner.Plan(found, found.Application.Ladder.Environment(place.Environment)!, ImmutableDictionary<string, string>.Empty);
        return _desired[(place, release)] = ClusterUnits.Of(desired, NoFiles.Instance);
    }
}
