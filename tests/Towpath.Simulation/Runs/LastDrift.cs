using Towpath.Core.Applications;
using Towpath.Core.Environments;
using Towpath.Core.Journal;
using Towpath.Core.Rollouts;
using Towpath.Simulation.World;

namespace Towpath.Simulation.Runs;

/// <summary>
/// When all is as it should be, somebody stops a container in each environment of an application: it comes back by itself, or is only told, as was asked. In a frozen environment
/// nothing is mended until a person has brought another release in (docs/guide/rollouts.md).
/// </summary>
internal sealed class LastDrift(string application, SimulationScene scene)
{
    private readonly List<(EnvironmentSpec Environment, SimulatedContainer Stopped)> _stopped = [];
    private long _before;

    /// <summary>Stops them.</summary>
    public void Cause()
    {
        _before = scene.Store.LastSequence();
        foreach (var environment in scene.Store.Application(application)!.Ladder.Environments)
        {
            var world = scene.Machine.Environment(application, environment.Name);
            var wanted = scene.Ledger.Current(world)!;
            var running = world.Containers.Where(c => c.Process == ReplicaProcess.Running && IsPartOf(wanted, c)).ToList();
            if (running.Count == 0) continue;
            var stopped = running[scene.Machine.Random.Next(running.Count)];
            scene.Machine.Trace?.Invoke($"{environment.Name}: somebody stops {stopped.Name}");
            world.Disturb(stopped.Service.Name);
            world.Stop(stopped);
            // By the release's own word, not the ladder of today.
            _stopped.Add((wanted.Environment, stopped));
        }
    }

    private static bool IsPartOf(EnvironmentDesired wanted, SimulatedContainer container) =>
        wanted.Service(container.Service.Name) is { } service && service.Revision == container.Service.Revision && container.Ordinal < service.Replicas;

    /// <summary>Where nothing has come of it yet, in words; null where all was seen to.</summary>
    public string? Unseen()
    {
        foreach (var (environment, stopped) in _stopped)
        {
            var world = scene.Machine.Environment(application, environment.Name);
            if (environment.Drift == DriftPolicy.Mend && !IsFrozen(environment.Name) && !world.Containers.Any(c => c.Service.Name == stopped.Service.Name && c.Ordinal == stopped.Ordinal && c.IsReady(scene.Machine.Clock.Elapsed)))
                return $"{stopped.Name} was stopped by hand in {environment.Name}, and nothing brought it back";
            if (!scene.Store.Facts(application, _before, int.MaxValue).Any(f => f.Kind == FactKind.DriftFound && f.Environment == environment.Name && f.Service == stopped.Service.Name))
                return $"{stopped.Name} was stopped by hand in {environment.Name}, and nobody was told";
        }
        return null;
    }

    private bool IsFrozen(string environment) => scene.Store.RecentDeployments(application, environment, 1) is [{ Phase: nameof(DeploymentPhase.Frozen) }];

    /// <summary>What was to be left alone and was not, in words.</summary>
    public string? Meddled() => _stopped.Where(s => s.Environment.Drift == DriftPolicy.Report && s.Stopped.Process == ReplicaProcess.Running)
        .Select(s => $"{s.Stopped.Name} was stopped by hand in {s.Environment.Name} and brought back, where that was only to be told").FirstOrDefault();
}
