using System.Collections.Immutable;
using Towpath.Core.Applications;
using Towpath.Core.Environments;
using Towpath.Core.Rollouts;
using Towpath.Server.Storage;
using Towpath.Simulation.World;

namespace Towpath.Simulation.Checks;

/// <summary>
/// The truth that promises are measured by: what people did and were told, and what is asked of each release. It is kept beside the
/// control planes, from the same acts, by simpler means.
/// </summary>
internal sealed class Ledger(IStore store, MachineWorld machine)
{
    private readonly Dictionary<(string Application, string Environment, string Release), EnvironmentDesired> _desired = [];

    /// <summary>What the control planes remember, read past their connections.</summary>
    public IStore Store { get; } = store;

    /// <summary>Confirmations that were given.</summary>
    public List<(string Application, string Environment, string Release, string Role, string Actor, DateTimeOffset At)> Confirmed { get; } = [];

    /// <summary>Releases that were rejected.</summary>
    public HashSet<(string Application, string Release)> Rejected { get; } = [];

    /// <summary>Complete deploy requests that were handed in.</summary>
    public HashSet<(string Application, string Environment, string Release)> Requested { get; } = [];

    /// <summary>Releases that somebody wanted to have in an environment.</summary>
    public HashSet<(string Application, string Environment, string Release)> Wanted { get; } = [];

    /// <summary>Environments that take what runs below by themselves, by any ladder so far.</summary>
    public HashSet<(string Application, string Environment)> Automatic { get; } = [];

    /// <summary>An application has a ladder from now on.</summary>
    public void Knows(string application, Ladder ladder) =>
        Automatic.UnionWith(ladder.Environments.Where(e => e.Automatic).Select(e => (application, e.Name)));

    /// <summary>What pipelines found of images; nothing for those that nobody looked at.</summary>
    public Dictionary<(string Application, string Release, string Service), KeptImage> Images { get; } = [];

    /// <summary>The truth about papers.</summary>
    public PaperLedger Papers { get; } = new();

    /// <summary>When the wall clock jumped last, in virtual time; null for never.</summary>
    public TimeSpan? ClockJumpedAt { get; set; }

    /// <summary>Virtual time since the wall clock was last set.</summary>
    public TimeSpan SinceClockJump => ClockJumpedAt is { } at ? machine.Clock.Elapsed - at : TimeSpan.MaxValue;

    /// <summary>What an environment runs by the last success that was told; null before the first.</summary>
    public EnvironmentDesired? Current(EnvironmentWorld world) =>
        Store.Current(world.Application, world.Name) is { } current ? Desired(world.Application, world.Name, current.Release) : null;

    /// <summary>What a release is to look like in an environment.</summary>
    public EnvironmentDesired Desired(string application, string environment, string release)
    {
        if (_desired.TryGetValue((application, environment, release), out var known)) return known;
        var found = Store.Release(application, release)!;
        return _desired[(application, environment, release)] =
            EnvironmentPlanner.Plan(found, found.Application.Ladder.Environment(environment)!, ImmutableDictionary<string, string>.Empty);
    }

    /// <summary>The deployment that has begun in an environment and not ended; null for none.</summary>
    public DeploymentRecord? Active(EnvironmentWorld world)
    {
        foreach (var deployment in Store.OpenDeployments(world.Application, world.Name))
            if (deployment.Phase != nameof(DeploymentPhase.Requested)) return deployment;
        return null;
    }

    /// <summary>A release was an environment's good one once.</summary>
    public bool WasGood(EnvironmentWorld world, string release) => Store.RecentDeployments(world.Application, world.Name, int.MaxValue)
        .Any(d => d.Release == release && d.Phase == nameof(DeploymentPhase.Succeeded));

    /// <summary>Virtual time since which an environment stands still by somebody's will; null where it does not.</summary>
    public TimeSpan? HaltedSince(EnvironmentWorld world)
    {
        TimeSpan? since = null;
        foreach (var (extent, at) in Halts)
            if (extent.Application is null || (extent.Application == world.Application && (extent.Environment is null || extent.Environment == world.Name)))
                since = since is { } earlier && earlier < at ? earlier : at;
        return since;
    }

    /// <summary>Halts that were said and not taken back, by extent.</summary>
    public Dictionary<(string? Application, string? Environment), TimeSpan> Halts { get; } = [];
}

/// <summary>What a pipeline found of one image.</summary>
/// <param name="IsThere">It was there.</param>
/// <param name="Bytes">Its size, or null.</param>
/// <param name="User">Whom it runs as, or null.</param>
/// <param name="Key">Number of the key that signed it; null for none.</param>
internal sealed record KeptImage(bool IsThere, long? Bytes, string? User, int? Key);
