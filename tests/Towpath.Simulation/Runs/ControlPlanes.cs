using Towpath.Core.Diagnostics;
using Towpath.Simulation.Storage;
using Towpath.Simulation.World;

namespace Towpath.Simulation.Runs;

/// <summary>The control planes of a simulation: killed now and then, held up now and then, and always started again.</summary>
internal sealed class ControlPlanes(SimulationScene scene, int count, Random random)
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Well = TimeSpan.FromSeconds(10);
    private readonly ControlPlaneProcess?[] _planes = new ControlPlaneProcess?[count];

    /// <summary>What ended the work of one although nobody killed it; null where none did.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>Starts all, and looks after them for ever.</summary>
    public void Begin()
    {
        for (var i = 0; i < _planes.Length; i++) Start(i);
        Watch();
    }

    /// <summary>Those that live.</summary>
    public IEnumerable<ControlPlaneProcess> Alive => _planes.OfType<ControlPlaneProcess>().Where(plane => plane.Process.IsAlive);

    /// <summary>Each lives, and was not held up for a while.</summary>
    public bool AreWell => _planes.All(plane => plane is { Process: { IsAlive: true } process } && process.SinceHeldUp > Well && scene.Machine.Clock.Elapsed - process.StartedAt > Well);

    /// <summary>Asks one of those that live; a refusal is an answer too.</summary>
    public void Ask(string what, Action<ControlPlaneProcess> ask)
    {
        if (Any() is not { } plane) return;
        scene.Machine.Trace?.Invoke($"somebody asks {plane.Process.Name}: {what}");
        plane.Process.Start(() =>
        {
            try
            {
                ask(plane);
            }
            catch (DiagnosticException e)
            {
                scene.Machine.Trace?.Invoke($"refused: {e.Diagnostics[0].Headline}");
            }
            catch (KilledException)
            {
                // Whoever asked gets no answer.
            }
            return Task.CompletedTask;
        });
    }

    /// <summary>Ends all of them at once; each is started again.</summary>
    public void KillAll()
    {
        foreach (var plane in Alive) plane.Process.Kill();
    }

    /// <summary>One that lives, or null.</summary>
    public ControlPlaneProcess? Any()
    {
        var from = random.Next(_planes.Length);
        for (var i = 0; i < _planes.Length; i++)
            if (_planes[(from + i) % _planes.Length] is { Process.IsAlive: true } plane) return plane;
        return null;
    }

    private void Watch() => scene.Machine.Clock.After(Look, () =>
    {
        for (var i = 0; i < _planes.Length; i++)
        {
            if (_planes[i] is not { } plane) continue;
            Failure ??= plane.Process.Failure;
            if (plane.Process.IsAlive && Comes(FaultKind.Kill)) plane.Process.Kill();
            if (plane.Process.IsAlive && Comes(FaultKind.Stall)) plane.Process.HoldUp(scene.Machine.Between(1, 90));
            if (plane.Process.IsAlive) continue;
            scene.Machine.Trace?.Invoke($"{plane.Process.Name} was killed");
            _planes[i] = null;
            var index = i;
            scene.Machine.Clock.After(scene.Machine.Between(0, 20), () => Start(index));
        }
        Watch();
    });

    private void Start(int index) => _planes[index] = new ControlPlaneProcess(((char)('a' + index)).ToString(), scene);

    private bool Comes(FaultKind kind) =>
        scene.Machine.Faults[kind] is var rate && rate > 0 && scene.Machine.Random.NextDouble() < rate / 60 * Look.TotalSeconds;
}
