using System.Collections.Immutable;
using Towpath.Core.Journal;
using Towpath.Server.Storage;

namespace Towpath.Simulation.Storage;

// Escalations of blocked deploy requests.
internal sealed partial class ProcessStore
{
    /// <inheritdoc/>
    public bool SaveEscalation(EscalationRecord escalation, params ImmutableArray<Fact> facts) =>
        Write(() => inner.SaveEscalation(escalation, facts));

    /// <inheritdoc/>
    public EscalationRecord? Escalation(string application, string environment, string release) =>
        Read(() => inner.Escalation(application, environment, release));

    /// <inheritdoc/>
    public IReadOnlyList<EscalationRecord> Escalations(string application, string? environment, int count) =>
        Read(() => inner.Escalations(application, environment, count));
}
