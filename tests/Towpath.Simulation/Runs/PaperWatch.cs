using Towpath.Core.Applications;
using Towpath.Core.Environments;
using Towpath.Core.Releases;
using Towpath.Server.Storage;

namespace Towpath.Simulation.Runs;

/// <summary>
/// Looks now and then at what control planes say of the gates for papers: the same as one that was started just now, and nothing closed that is open. What comes in through a gate that is
/// closed is seen when it comes in.
/// </summary>
internal sealed class PaperWatch(SimulationScene scene, ControlPlanes planes, Action<string> violated)
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly Dictionary<(string Application, string Environment, string Release), TimeSpan> _open = [];
    private int _looks;

    /// <summary>Looks for ever.</summary>
    public void Begin() => scene.Machine.Clock.After(Look, () =>
    {
        scene.PaperCheck.Look();
        foreach (var application in scene.Store.Applications())
            if (application.Ladder.Environments is var rungs && scene.Store.Releases(application.Name, 1) is [var newest])
                foreach (var plane in planes.Alive) Compare(plane, newest, rungs[_looks % rungs.Length]);
        _looks++;
        Begin();
    });

    /// <summary>What waits for gates that are all open comes in; asked only while nothing goes wrong.</summary>
    public void LookForWaiting()
    {
        if (!planes.AreWell) return;
        foreach (var application in scene.Store.Applications())
            foreach (var environment in application.Ladder.Environments)
            {
                if (planes.Alive.First().Ladder.WantedIn(application.Name, environment.Name) is not { } wanted) continue;
                var key = (application.Name, environment.Name, wanted);
                if (!IsOpen(application, environment, wanted)) _open.Remove(key);
                else if (!_open.TryAdd(key, scene.Machine.Clock.Elapsed) && scene.Machine.Clock.Elapsed - _open[key] > Patience + environment.Gates.Soak)
                    violated($"{wanted} of {application.Name} waits before {environment.Name}, although each of its gates is open");
            }
    }

    /// <summary>Each gate is open for certain: others than those that are read here may be closed by what the second reading can't tell.</summary>
    private bool IsOpen(ApplicationRecord application, EnvironmentSpec environment, string release)
    {
        if (environment.Gates is not { Request: false, Confirmation: null, Budget: null, Verification: false }) return false;
        if (scene.Store.OpenDeployments(application.Name, environment.Name).Count > 0 || scene.Store.Current(application.Name, environment.Name)?.Release == release) return false;
        if (application.Ladder.Below(environment.Name) is { } below && (below.Slo is not null || below.VerifyEvery is not null || scene.Store.Current(application.Name, below.Name)?.Release != release)) return false;
        return scene.Admission.Closed(application.Name, environment, release) is null
            && scene.Papers.All(application.Name, environment, release, isSure: false).All(gate => gate.Why is null);
    }

    private void Compare(ControlPlaneProcess plane, Release release, EnvironmentSpec environment)
    {
        var (said, afresh) = (plane.Gates.Judge(release, environment), plane.Afresh().Judge(release, environment));
        var isImporting = scene.Ledger.Papers.Advisories.Count > 1;
        foreach (var (gate, why) in scene.Papers.All(release.Application.Name, environment, release.Id, isSure: false))
        {
            if (isImporting && gate == "vulnerabilities") continue;
            var (verdict, other) = (Find(said, gate), Find(afresh, gate));
            if (verdict != other) violated($"{plane.Process.Name} says of {gate} of {environment.Name} for {release.Id}: {verdict}, and after a restart: {other}");
            if (why is null && verdict is not { Holds: true }) violated($"{plane.Process.Name} keeps {release.Id} out of {environment.Name} by {gate}, which is open: {verdict}");
        }
    }

    private static GateVerdict? Find(IEnumerable<GateVerdict> verdicts, string gate) => verdicts.FirstOrDefault(v => v.Name == gate);
}
