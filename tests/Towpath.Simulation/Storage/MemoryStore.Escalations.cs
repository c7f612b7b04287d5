using System.Collections.Immutable;
using Towpath.Core.Journal;
using Towpath.Server.Storage;

namespace Towpath.Simulation.Storage;

// Escalations of blocked deploy requests.
internal sealed partial class MemoryStore
{
    private readonly List<EscalationRecord> _escalations = [];

    /// <inheritdoc/>
    public bool SaveEscalation(EscalationRecord escalation, params ImmutableArray<Fact> facts) => Write(() =>
    {
        var index = _escalations.FindIndex(e => (e.Application, e.Environment, e.Release) == (escalation.Application, escalation.Environment, escalation.Release));
        if (index >= 0 && _escalations[index].Version != escalation.Version - 1) return false;
        if (index >= 0) _escalations[index] = escalation;
        else _escalations.Add(escalation);
        Add(facts);
        return true;
    });

    /// <inheritdoc/>
    public EscalationRecord? Escalation(string application, string environment, string release) =>
        Read(() => _escalations.Find(e => (e.Application, e.Environment, e.Release) == (application, environment, release)));

    /// <inheritdoc/>
    public IReadOnlyList<EscalationRecord> Escalations(string application, string? environment, int count) => Read(() => _escalations
        .Where(e => e.Application == application && (environment is null || e.Environment == environment))
        .OrderByDescending(e => e.State.Since).ThenBy(e => e.Environment, StringComparer.Ordinal).ThenBy(e => e.Release, StringComparer.Ordinal).Take(count).ToList());
}
