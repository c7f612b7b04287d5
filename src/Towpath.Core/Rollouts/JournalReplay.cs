using System.Collections.Immutable;
using Towpath.Core.Journal;

namespace Towpath.Core.Rollouts;

/// <summary>An environment of an application; empty names for a halt of wider extent.</summary>
/// <param name="Application">Application, or empty for all.</param>
/// <param name="Environment">Environment, or empty for all of the application.</param>
public sealed record Place(string Application, string Environment);

/// <summary>A deployment that has not ended, as the journal tells it.</summary>
/// <param name="Place">Where.</param>
/// <param name="Release">Release.</param>
/// <param name="Phase">Phase that it is in.</param>
public sealed record OpenDeployment(Place Place, string Release, string Phase);

/// <summary>A yes, as the journal tells it.</summary>
/// <param name="Place">For which environment.</param>
/// <param name="Release">For which release.</param>
/// <param name="Role">In which role.</param>
/// <param name="Actor">Who.</param>
/// <param name="Covers">Hash of what was confirmed.</param>
public sealed record Yes(Place Place, string Release, string? Role, string? Actor, string? Covers);

/// <summary>
/// The state of all deliveries, folded from facts alone. What the store says besides must be the same: the journal is not a log beside the
/// truth, it is enough to find the truth again.
/// </summary>
public sealed record JournalReplay
{
    /// <summary>Nothing has happened.</summary>
    public static JournalReplay Empty { get; } = new();

    /// <summary>Release and deployment that each environment runs.</summary>
    public ImmutableDictionary<Place, (string Release, string Deployment)> Current { get; init; } = ImmutableDictionary<Place, (string, string)>.Empty;

    /// <summary>Deployments that have not ended, by identifier.</summary>
    public ImmutableDictionary<string, OpenDeployment> Open { get; init; } = ImmutableDictionary<string, OpenDeployment>.Empty;

    /// <summary>What stands still, and who stopped it.</summary>
    public ImmutableDictionary<Place, string?> Halts { get; init; } = ImmutableDictionary<Place, string?>.Empty;

    /// <summary>Rejected releases with their applications.</summary>
    public ImmutableHashSet<(string Application, string Release)> Rejections { get; init; } = [];

    /// <summary>Confirmations; the same one twice counts once, for what the later one covers.</summary>
    public ImmutableHashSet<Yes> Confirmations { get; init; } = [];

    private static readonly Dictionary<string, Func<JournalReplay, Fact, JournalReplay>> Folds = new(StringComparer.Ordinal)
    {
        [FactKind.DeploymentRequested] = (r, f) => r with { Open = r.Open.SetItem(f.Deployment!, new OpenDeployment(Of(f), f.Release!, nameof(DeploymentPhase.Requested))) },
        [FactKind.DeploymentPhase] = (r, f) => r.Open.TryGetValue(f.Deployment!, out var open) ? r with { Open = r.Open.SetItem(f.Deployment!, open with { Phase = f.Step! }) } : r,
        [FactKind.DeploymentSucceeded] = (r, f) => Ended(r, f) with { Current = r.Current.SetItem(Of(f), (f.Release!, f.Deployment!)) },
        [FactKind.DeploymentFailed] = Ended,
        [FactKind.DeploymentFrozen] = Ended,
        [FactKind.DeploymentSuperseded] = Ended,
        [FactKind.DeploymentCancelled] = Ended,
        [FactKind.WorldStopped] = (r, f) => r.Halts.ContainsKey(Of(f)) ? r : r with { Halts = r.Halts.Add(Of(f), f.Actor) },
        [FactKind.WorldResumed] = (r, f) => r with { Halts = r.Halts.Remove(Of(f)) },
        [FactKind.ReleaseRejected] = (r, f) => r with { Rejections = r.Rejections.Add((f.Application, f.Release!)) },
        [FactKind.ReleaseConfirmed] = (r, f) => Confirmed(r, new Yes(Of(f), f.Release!, f.Role, f.Actor, f.Covers)),
        [FactKind.ApplicationRemoved] = Removed,
    };

    /// <summary>All of a journal.</summary>
    public static JournalReplay Of(IEnumerable<Fact> facts) => facts.Aggregate(Empty, (replay, fact) => replay.After(fact));

    /// <summary>With one more fact; facts that tell of nothing in here change nothing.</summary>
    public JournalReplay After(Fact fact) => Folds.TryGetValue(fact.Kind, out var fold) ? fold(this, fact) : this;

    private static Place Of(Fact fact) => new(fact.Application, fact.Environment ?? "");

    private static JournalReplay Ended(JournalReplay replay, Fact fact) => replay with { Open = replay.Open.Remove(fact.Deployment!) };

    private static JournalReplay Confirmed(JournalReplay replay, Yes yes) => replay with
    {
        Confirmations = replay.Confirmations.Except(replay.Confirmations.Where(c => c with { Covers = yes.Covers } == yes)).Add(yes),
    };

    private static JournalReplay Removed(JournalReplay replay, Fact fact) => replay with
    {
        Current = replay.Current.RemoveRange(replay.Current.Keys.Where(p => p.Application == fact.Application)),
        Open = replay.Open.RemoveRange(replay.Open.Where(o => o.Value.Place.Application == fact.Application).Select(o => o.Key)),
        Halts = replay.Halts.RemoveRange(replay.Halts.Keys.Where(p => p.Application == fact.Application)),
        Rejections = replay.Rejections.Except(replay.Rejections.Where(r => r.Application == fact.Application)),
        Confirmations = replay.Confirmations.Except(replay.Confirmations.Where(c => c.Place.Application == fact.Application)),
    };
}
