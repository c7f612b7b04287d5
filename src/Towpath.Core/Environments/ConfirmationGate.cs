using System.Collections.Immutable;
using Towpath.Core.Applications;

namespace Towpath.Core.Environments;

/// <summary>Whether everybody who must say yes has done so, to this release and to what it is now.</summary>
internal static class ConfirmationGate
{
    private const string Name = "confirmation";

    /// <summary>The verdict at a time.</summary>
    public static GateVerdict Judge(ConfirmationSpec asked, GateEvidence evidence, DateTimeOffset now)
    {
        var standing = Standing(asked, evidence, now);
        var rest = string.Concat(standing.Confirmations.Where(c => c.WhyNot is not null).Select(c => $"; that of {c.Yes.Actor} ({c.Yes.Role}) does not count: {c.WhyNot}"));
        return standing.Missing.IsEmpty
            ? new GateVerdict(Name, true, "confirmed by " + string.Join(", ", standing.Confirmations.Where(c => c.WhyNot is null).Select(c => $"{c.Yes.Actor} ({c.Yes.Role})")))
            : new GateVerdict(
                Name, false,
                "waits for " + string.Join(" and ", standing.Missing.Select(r => $"a confirmation by {r}")) + (asked.Distinct ? ", from distinct people" : "") + rest)
            {
                CanBeBroughtAbout = true,
            };
    }

    /// <summary>Which yes counts, and whose is missing.</summary>
    public static ConfirmationStanding Standing(ConfirmationSpec asked, GateEvidence evidence, DateTimeOffset now)
    {
        var judged = evidence.Confirmations.Select(yes => new JudgedYes(yes, WhyNot(yes, asked, evidence, now))).ToImmutableArray();
        return new ConfirmationStanding(asked, evidence.Covers, judged, MissingRoles(asked, [.. judged.Where(j => j.WhyNot is null).Select(j => j.Yes)]));
    }

    /// <summary>Why a yes does not count, as the end of a sentence; null where it does.</summary>
    public static string? WhyNot(YesEvidence yes, ConfirmationSpec asked, GateEvidence evidence, DateTimeOffset now) =>
        !asked.Roles.Contains(yes.Role) ? "nobody asks for that role"
        : yes.Covers != evidence.Covers ? "what it covers has changed since"
        : asked.NotAuthor && string.Equals(yes.Actor, evidence.Author, StringComparison.Ordinal) ? "it is the author's own"
        : asked.ValidFor is { } valid && now >= yes.At + valid ? $"it is older than {GateWords.Of(valid)}"
        : null;

    /// <summary>Roles without a confirmation; with distinct people, one person fills one role.</summary>
    private static ImmutableArray<string> MissingRoles(ConfirmationSpec asked, ImmutableArray<YesEvidence> confirmations)
    {
        if (!asked.Distinct)
            return [.. asked.Roles.Where(role => !confirmations.Any(c => c.Role == role))];
        // An assignment of people to roles: few of both, so the augmenting-path matching needs no cleverness.
        var roleOf = new Dictionary<string, string>(StringComparer.Ordinal);
        return [.. asked.Roles.Where(role => !Assign(role, confirmations, roleOf, []))];
    }

    private static bool Assign(string role, ImmutableArray<YesEvidence> confirmations, Dictionary<string, string> roleOf, HashSet<string> tried)
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
}
