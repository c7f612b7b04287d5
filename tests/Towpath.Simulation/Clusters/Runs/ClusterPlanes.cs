using Towpath.Simulation.Clusters.World;

namespace Towpath.Simulation.Clusters.Runs;

/// <summary>The control planes: killed now and then, and always started again.</summary>
internal sealed class ClusterPlanes(ClusterScene scene, Random random)
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(500);
    private readonly ClusterControlPlane?[] _planes = new ClusterControlPlane?[scene.Options.ControlPlanes];

    /// <summary>What ended the work of one although nobody killed it; null where none did.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>Starts all, and looks after them for ever.</summary>
    public void Begin()
    {
        for (var i = 0; i < _planes.Length; i++) Start(i);
        Watch();
    }

    /// <summary>One that lives, or null.</summary>
    public ClusterControlPlane? Any()
    {
        var from = random.Next(_planes.Length);
        return Enumerable.Range(0, _planes.Length).Select(i => _planes[(from + i) % _planes.Length]).FirstOrDefault(p => p is { Process.IsAlive: true });
    }

    private void Watch() => scene.World.Clock.After(Look, () =>
    {
        for (var i = 0; i < _planes.Length; i++)
        {
            if (_planes[i] is not { } plane) continue;
            Failure ??= plane.Process.Failure;
            if (plane.Process.IsAlive && scene.World.Random.NextDouble() < scene.World.Faults[ClusterFault.Kill] / 60 * Look.TotalSeconds) plane.Process.Kill();
            if (plane.Process.IsAlive) continue;
            scene.World.Trace?.Invoke($"{plane.Process.Name} was killed");
            _planes[i] = null;
            var index = i;
            scene.World.Clock.After(scene.World.Between(0, 20), () => Start(index));
        }

        Watch();
    });

    private void Start(int index) => _planes[index] = new ClusterControlPlane(((char)('a' + index)).ToString(), scene);
}
