using System.Collections.Immutable;
using Towpath.Core.Environments;
using Towpath.Core.Journal;

namespace Towpath.Server.Storage;

/// <summary>Deploy requests, and emergencies that were declared.</summary>
public interface IRequestStore
{
    /// <summary>
    /// Stores a deploy request in place of the one before of the same release and environment, whose version must be one less; false where
    /// somebody was first, and nothing is stored.
    /// </summary>
    bool SaveDeployRequest(DeployRequestRecord request, params ImmutableArray<Fact> facts);

    /// <summary>The deploy request for a release and environment, or null.</summary>
    DeployRequestRecord? DeployRequest(string application, string environment, string release);

    /// <summary>The deploy requests of an environment, or of all where none is named, that were changed last first.</summary>
    IReadOnlyList<DeployRequestRecord> DeployRequests(string application, string? environment, int count);

    /// <summary>Adds an emergency.</summary>
    void AddEmergency(EmergencyRecord emergency, params ImmutableArray<Fact> facts);

    /// <summary>Emergencies of an application since a time, newest first.</summary>
    IReadOnlyList<EmergencyRecord> Emergencies(string application, DateTimeOffset since);
}

/// <summary>A deploy request: what is asked and why, in the fields that its template names.</summary>
/// <param name="Application">Application.</param>
/// <param name="Environment">Environment that the release is to enter.</param>
/// <param name="Release">Release.</param>
/// <param name="Actor">Who changed it last.</param>
/// <param name="Fields">What it says so far, by field.</param>
/// <param name="At">When it was changed last; its refusal is no change of what it says.</param>
public sealed record DeployRequestRecord(string Application, string Environment, string Release, string Actor, ImmutableSortedDictionary<string, string> Fields, DateTimeOffset At)
{
    /// <summary>When it was begun; another one that follows a refused one has a time of its own.</summary>
    public DateTimeOffset OpenedAt { get; init; }

    /// <summary>Its refusal; null for none.</summary>
    public RefusalEvidence? Refusal { get; init; }

    /// <summary>Number of the change, from 1.</summary>
    public int Version { get; init; } = 1;

    /// <summary>What gates judge by.</summary>
    public RequestEvidence Evidence() => new(Actor, At, DeployRequestTemplate.Missing(Fields)) { Refusal = Refusal };
}

/// <summary>Somebody declared an emergency.</summary>
/// <param name="Application">Application.</param>
/// <param name="Environment">Environment that the release is to enter.</param>
/// <param name="Release">Release.</param>
/// <param name="Actor">Who.</param>
/// <param name="Reason">Why.</param>
/// <param name="At">When.</param>
public sealed record EmergencyRecord(string Application, string Environment, string Release, string Actor, string Reason, DateTimeOffset At);
