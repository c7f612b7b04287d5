using Towpath.Core.Applications;
using Towpath.Core.Environments;
using Towpath.Core.Kubernetes.Running;
using Towpath.Engines.Environments;
using Towpath.Engines.Secrets;
using Towpath.Server.Reconcilers;
using Towpath.Server.Storage;
using Towpath.Simulation.Clusters.Checks;
using Towpath.Simulation.Clusters.World;
using Towpath.Simulation.Storage;

namespace Towpath.Simulation.Clusters.Runs;

/// <summary>What the processes and people of one simulation of a cluster share.</summary>
internal sealed class ClusterScene(ClusterWorld world, ClusterOptions options, ClusterMutation mutation, Machines machines, string folder) : IDisposable
{
    private readonly SecretVault _vault = new(folder, SecretKeyring.Given(SecretKeys.New()), Path.Combine(folder, "shown"));
    private readonly Dictionary<ClusterPlace, (EnvironmentFolder Folder, KeptValues Memory)> _places = [];
    private readonly Dictionary<(string, string, string), (EnvironmentSpec Spec, EnvironmentDesired Shaped)> _shaped = [];

    /// <summary>The cluster.</summary>
    public ClusterWorld World { get; } = world;

    /// <summary>What the seed is about.</summary>
    public ClusterOptions Options { get; } = options;

    /// <summary>The deliberate fault, if any.</summary>
    public ClusterMutation Mutation { get; } = mutation;

    /// <summary>Decisions.</summary>
    public Machines Machines { get; } = machines;

    /// <summary>What outlives control planes.</summary>
    public IStore Store { get; } = new MemoryStore();

    /// <summary>Wakes those who wait for facts.</summary>
    public WriteSignal Written { get; } = new();

    /// <summary>The truth beside.</summary>
    public ClusterLedger Ledger => field ??= new ClusterLedger(Store);

    /// <summary>Files and small values of an environment.</summary>
    public (EnvironmentFolder Folder, KeptValues Memory) Of(ClusterPlace place)
    {
        if (!_places.TryGetValue(place, out var kept)) _places[place] = kept = (new EnvironmentFolder(folder, place.Application, place.Environment, _vault), new KeptValues());
        return kept;
    }

    /// <summary>A release as the engine sees it; made once, as nothing in it changes.</summary>
    public EnvironmentDesired Shape(EnvironmentDesired desired)
    {
        var key = (desired.Application, desired.Environment.Name, desired.Release);
        if (_shaped.TryGetValue(key, out var known) && ReferenceEquals(known.Spec, desired.Environment)) return known.Shaped;
        var shaped = ClusterUnits.Of(desired, NoFiles.Instance);
        _shaped[key] = (desired.Environment, shaped);
        return shaped;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
    }
}
