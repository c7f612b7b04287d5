using Towpath.Core.Journal;
using Towpath.Core.Rollouts;

namespace Towpath.Simulation.Checks;

/// <summary>The journal is enough to find the truth again: folded from its first fact, it says what the store says, after each write.</summary>
internal sealed class ReplayCheck(Ledger ledger) : WorldCheck
{
    private JournalReplay _replay = JournalReplay.Empty;

    /// <inheritdoc/>
    public override void Told(Fact fact) => _replay = _replay.After(fact);

    /// <summary>All facts that were written have been told: both must say the same now.</summary>
    public void CaughtUp()
    {
        var stored = ledger.Store.OpenDeployments(null, null).ToDictionary(d => d.Id, d => new OpenDeployment(new Place(d.Application, d.Environment), d.Release, d.Phase));
        Same("deployments under way", stored, _replay.Open);
        var halts = ledger.Store.Halts().ToDictionary(h => new Place(h.Application ?? "", h.Environment ?? ""), h => (string?)h.Actor);
        Same("halts", halts, _replay.Halts);
        foreach (var (place, current) in _replay.Current)
            if (ledger.Store.Current(place.Application, place.Environment) is var found && (found?.Release, found?.Deployment) != current)
                Violated($"the journal says that {place.Environment} runs {current.Release} by {current.Deployment}, and the store {found?.Release} by {found?.Deployment}");
        foreach (var yes in _replay.Confirmations)
            if (!ledger.Store.Confirmations(yes.Place.Application, yes.Place.Environment, yes.Release).Any(c => (c.Role, c.Actor, c.Covers) == (yes.Role, yes.Actor, yes.Covers)))
                Violated($"the journal says that {yes.Actor} confirmed {yes.Release} as {yes.Role} for what {yes.Covers} covers, and the store does not");
        foreach (var (application, release) in _replay.Rejections)
            if (ledger.Store.Rejection(application, release) is null)
                Violated($"the journal says that {release} was rejected, and the store does not");
    }

    private void Same<TKey, TValue>(string what, Dictionary<TKey, TValue> stored, IReadOnlyDictionary<TKey, TValue> replayed)
        where TKey : notnull
    {
        if (stored.Count == replayed.Count && stored.All(s => replayed.TryGetValue(s.Key, out var told) && Equals(told, s.Value))) return;
        Violated($"the journal tells of other {what} than the store: {Words(replayed)} and not {Words(stored)}");
    }

    private static string Words<TKey, TValue>(IEnumerable<KeyValuePair<TKey, TValue>> entries) => string.Join(", ", entries.Select(e => $"{e.Key}: {e.Value}").Order(StringComparer.Ordinal));
}
