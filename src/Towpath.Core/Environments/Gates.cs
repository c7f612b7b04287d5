using System.Collections.Immutable;
using Towpath.Core.Applications;

namespace Towpath.Core.Environments;

/// <summary>Whether one condition for entering an environment holds, with the evidence for it.</summary>
/// <param name="Name"><c>pipeline</c>, <c>soak</c> or <c>confirmation</c>.</param>
/// <param name="Holds">Whether it holds now.</param>
/// <param name="Evidence">Why, in a sentence for people.</param>
/// <param name="HoldsAt">When it will hold by itself, if only time is missing.</param>
public sealed record GateVerdict(string Name, bool Holds, string Evidence, DateTimeOffset? HoldsAt = null);

/// <summary>What gates are judged by.</summary>
/// <param name="PipelineSucceeded">The run that made the release ended well.</param>
/// <param name="BelowSince">Since when the release has been the running one in the environment below; null when it is not there.</param>
/// <param name="BelowUntil">When it left the environment below, if it has; null while it is there.</param>
/// <param name="Confirmations">Who said yes to this release for this environment, and in which role.</param>
public sealed record GateEvidence(
    bool PipelineSucceeded,
    DateTimeOffset? BelowSince,
    DateTimeOffset? BelowUntil,
    ImmutableArray<(string Role, string Actor)> Confirmations);

/// <summary>The gates of an environment, as predicates over evidence. All are judged and all are shown, not only the first that fails.</summary>
public static class Gates
{
    /// <summary>Judges every gate.</summary>
    public static ImmutableArray<GateVerdict> Judge(Ladder ladder, EnvironmentSpec environment, GateEvidence evidence, DateTimeOffset now)
    {
        var verdicts = ImmutableArray.CreateBuilder<GateVerdict>();
        verdicts.Add(new GateVerdict("pipeline", evidence.PipelineSucceeded, evidence.PipelineSucceeded ? "every step was green" : "the pipeline did not end well"));
        if (ladder.Below(environment.Name) is { } below) verdicts.Add(Soak(below, environment, evidence, now));
        if (environment.Gates.Confirmation is { } confirmation) verdicts.Add(Confirmation(confirmation, evidence));
        return verdicts.ToImmutable();
    }

    private static GateVerdict Soak(EnvironmentSpec below, EnvironmentSpec environment, GateEvidence evidence, DateTimeOffset now)
    {
        if (evidence.BelowSince is not { } since)
            return new GateVerdict("soak", false, $"it has not run in {below.Name}");
        var lived = (evidence.BelowUntil ?? now) - since;
        if (lived >= environment.Gates.Soak)
            return new GateVerdict("soak", true, $"it ran in {below.Name} for {Words(lived)} of the {Words(environment.Gates.Soak)} asked");
        return evidence.BelowUntil is null
            ? new GateVerdict("soak", false, $"it has run in {below.Name} for {Words(lived)} of the {Words(environment.Gates.Soak)} asked", since + environment.Gates.Soak)
            : new GateVerdict("soak", false, $"it ran in {below.Name} for only {Words(lived)} of the {Words(environment.Gates.Soak)} asked before another release took its place");
    }

    private static GateVerdict Confirmation(ConfirmationSpec asked, GateEvidence evidence)
    {
        var missing = MissingRoles(asked, evidence.Confirmations);
        return missing.IsEmpty
            ? new GateVerdict("confirmation", true, "confirmed by " + string.Join(", ", evidence.Confirmations.Select(c => $"{c.Actor} ({c.Role})")))
            : new GateVerdict("confirmation", false, "waits for " + string.Join(" and ", missing.Select(r => $"a confirmation by {r}"))
                + (asked.Distinct ? ", from distinct people" : ""));
    }

    /// <summary>Roles without a confirmation; with distinct people, one person fills one role.</summary>
    public static ImmutableArray<string> MissingRoles(ConfirmationSpec asked, ImmutableArray<(string Role, string Actor)> confirmations)
    {
        if (!asked.Distinct)
            return [.. asked.Roles.Where(role => !confirmations.Any(c => c.Role == role))];
        // An assignment of people to roles: few of both, so the augmenting-path matching needs no cleverness.
        var roleOf = new Dictionary<string, string>(StringComparer.Ordinal);
        return [.. asked.Roles.Where(role => !Assign(role, confirmations, roleOf, []))];
    }

    private static bool Assign(
        string role, ImmutableArray<(string Role, string Actor)> confirmations, Dictionary<string, string> roleOf, HashSet<string> tried)
    {
        foreach (var actor in confirmations.Where(c => c.Role == role).Select(c => c.Actor))
        {
            if (!tried.Add(actor)) continue;
            if (!roleOf.TryGetValue(actor, out var taken) || Assign(taken, confirmations, roleOf, tried))
            {
                roleOf[actor] = role;
                return true;
            }
        }
        return false;
    }

    private static string Words(TimeSpan span) => span switch
    {
        { TotalSeconds: < 120 } => $"{span.TotalSeconds:0} s",
        { TotalMinutes: < 120 } => $"{span.TotalMinutes:0} min",
        { TotalHours: < 48 } => $"{span.TotalHours:0} h",
        _ => $"{span.TotalDays:0} days",
    };
}
