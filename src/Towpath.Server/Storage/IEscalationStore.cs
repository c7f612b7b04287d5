using System.Collections.Immutable;
using Towpath.Core.Environments;
using Towpath.Core.Journal;

namespace Towpath.Server.Storage;

/// <summary>Escalations of blocked deploy requests.</summary>
public interface IEscalationStore
{
    /// <summary>
    /// Stores how far an escalation has come, in place of the state before, whose version must be one less; false where somebody was first, and
    /// nothing is stored: so each step is taken once.
    /// </summary>
    bool SaveEscalation(EscalationRecord escalation, params ImmutableArray<Fact> facts);

    /// <summary>The escalation of a request, or null.</summary>
    EscalationRecord? Escalation(string application, string environment, string release);

    /// <summary>Escalations of an environment, or of all where none is named, blocked last first.</summary>
    IReadOnlyList<EscalationRecord> Escalations(string application, string? environment, int count);
}

/// <summary>An escalation.</summary>
/// <param name="Application">Application.</param>
/// <param name="Environment">Environment of the request.</param>
/// <param name="Release">Release of the request.</param>
/// <param name="Version">Number of the change, from 1.</param>
/// <param name="State">How far it has come.</param>
public sealed record EscalationRecord(string Application, string Environment, string Release, int Version, EscalationState State);
