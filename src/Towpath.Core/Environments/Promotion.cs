using Towpath.Core.Applications;

namespace Towpath.Core.Environments;

/// <summary>What an environment remembers about promotion.</summary>
/// <param name="Considered">Arrival that was taken up automatically last, so that none is taken up twice.</param>
/// <param name="Wanted">Release that is to enter as soon as the gates hold, or null.</param>
/// <param name="WantedBy">Who wants it; null for Towpath itself.</param>
/// <param name="Told">Release and reason that were last told as waiting, so that each is told once.</param>
public sealed record PromotionState(string? Considered, string? Wanted, string? WantedBy, string? Told)
{
    /// <summary>Nothing has happened yet.</summary>
    public static PromotionState Initial { get; } = new(null, null, null, null);

    /// <summary>The emergency in which the wanted release is to enter; null where it comes the usual way.</summary>
    public EmergencyEvidence? Emergency { get; init; }

    /// <summary>Nothing is wanted any more.</summary>
    public PromotionState WithoutWish() => this with { Wanted = null, WantedBy = null, Told = null, Emergency = null };
}

/// <summary>A release on its way up.</summary>
/// <param name="Id">Release.</param>
/// <param name="Arrival">What brought it to where it is: the run that made or found it, or the deployment below. The same release may arrive again.</param>
public sealed record PromotionCandidate(string Id, string Arrival);

/// <summary>What is to be done for an environment now.</summary>
/// <param name="State">What to remember.</param>
/// <param name="Deploy">Release to deploy now, or null.</param>
/// <param name="Waiting">Release that waits, when that is news; null otherwise.</param>
/// <param name="Reason">Why it waits.</param>
public sealed record PromotionStep(PromotionState State, string? Deploy, string? Waiting, string? Reason);

/// <summary>Decides when a release moves up the ladder.</summary>
public static class Promotion
{
    /// <summary>The next step for one environment.</summary>
    /// <param name="environment">Which.</param>
    /// <param name="state">What it remembers.</param>
    /// <param name="candidate">The release in the environment below; for the lowest, the one shipped last. Null for none.</param>
    /// <param name="current">Release that runs here, or null.</param>
    /// <param name="busy">A deployment here has not ended.</param>
    /// <param name="judge">Judges the gates for a release.</param>
    public static PromotionStep Next(
        EnvironmentSpec environment, PromotionState state, PromotionCandidate? candidate, string? current, bool busy,
        Func<string, IReadOnlyList<GateVerdict>> judge)
    {
        if (environment.Automatic && candidate is not null && candidate.Arrival != state.Considered)
            state = state with { Considered = candidate.Arrival, Wanted = candidate.Id, WantedBy = null, Emergency = candidate.Id == state.Wanted ? state.Emergency : null };
        if (state.Wanted is { } wanted) return Wanted(state, wanted, current, busy, judge);
        if (!environment.Automatic && !busy && candidate is not null && candidate.Id != current)
            return Tell(state, candidate.Id, $"waits below {environment.Name}: `towpath promote {environment.Name}`");
        return new PromotionStep(state, null, null, null);
    }

    private static PromotionStep Wanted(
        PromotionState state, string wanted, string? current, bool busy, Func<string, IReadOnlyList<GateVerdict>> judge)
    {
        if (wanted == current && state.WantedBy is null)
            return new PromotionStep(state.WithoutWish(), null, wanted, "runs there already");
        var closed = judge(wanted).Where(g => !g.Holds).ToList();
        if (closed.Count > 0)
        {
            var onlyTime = closed.TrueForAll(g => g.HoldsAt is not null);
            // What only needs time comes by itself: that is no news worth stopping for.
            return onlyTime ? new PromotionStep(state, null, null, null) : Tell(state, wanted, string.Join("; ", closed.Where(g => g.HoldsAt is null).Select(g => g.Evidence)));
        }
        return busy
            ? new PromotionStep(state, null, null, null)
            : new PromotionStep(state.WithoutWish(), wanted, null, null);
    }

    private static PromotionStep Tell(PromotionState state, string release, string reason)
    {
        var news = $"{release} {reason}";
        return news == state.Told
            ? new PromotionStep(state, null, null, null)
            : new PromotionStep(state with { Told = news }, null, release, reason);
    }
}
