using System.Collections.Immutable;

namespace Towpath.Core.Identity;

/// <summary>Whether somebody may do something.</summary>
/// <param name="Allowed">Whether.</param>
/// <param name="Why">Why not, as a sentence; empty where it is allowed. Tells only facts of the one who asks.</param>
/// <param name="Needed">What would be needed, as a sentence; empty where it is allowed.</param>
public sealed record Judgement(bool Allowed, string Why, string Needed)
{
    /// <summary>Yes.</summary>
    public static Judgement Yes { get; } = new(true, "", "");
}

/// <summary>Decides who may do what, by <see cref="Deeds"/>.</summary>
public static class Access
{
    /// <summary>Judges one deed.</summary>
    /// <param name="principal">Who asks.</param>
    /// <param name="deed">For what.</param>
    /// <param name="application">In which application; null for none in particular.</param>
    /// <param name="environment">In which environment; null for the whole application.</param>
    /// <param name="now">The time.</param>
    public static Judgement Judge(Principal principal, Deed deed, string? application, string? environment, DateTimeOffset now)
    {
        if (principal.ExpiresAt <= now) return new Judgement(false, "The token has expired.", "A new token or a new login.");
        var rule = Deeds.RuleOf(deed);
        var asked = rule.Reach switch
        {
            Reach.Everything => Extent.All,
            Reach.Application => new Extent(application, null),
            _ => new Extent(application, environment),
        };
        if (Holds(principal.Effective, rule, asked)) return Judgement.Yes;
        var needed = $"It takes the role {rule.Least.Word()} {Place(rule, asked)} to {rule.Words}.";
        return Holds(principal.Grants, rule, asked)
            ? new Judgement(false, $"{principal.Name} may do this, but not with this token: it is narrowed to {principal.Narrowing}.", needed)
            : new Judgement(false, $"{principal.Name} {Held(principal, rule, asked)}.", needed);
    }

    /// <summary>Whether somebody may know that an application exists.</summary>
    public static bool Sees(Principal principal, string application, DateTimeOffset now) =>
        Judge(principal, Deed.Read, application, null, now).Allowed;

    /// <summary>Whether somebody may know of every application, of those too that there are not yet.</summary>
    public static bool SeesAll(Principal principal, DateTimeOffset now) =>
        !(principal.ExpiresAt <= now) && principal.Effective.Any(g => g.Extent.Application is null);

    private static bool Holds(IEnumerable<Grant> grants, DeedRule rule, Extent asked) => grants.Any(g => g.Role >= rule.Least && Reaches(g.Extent, rule, asked));

    private static bool Reaches(Extent extent, DeedRule rule, Extent asked) =>
        rule.Reach == Reach.SomePart ? extent.Touches(asked.Application) : extent.Covers(asked);

    private static string Held(Principal principal, DeedRule rule, Extent asked)
    {
        var there = principal.Effective.Where(g => Reaches(g.Extent, rule, asked)).Select(g => g.Role).ToImmutableSortedSet();
        if (!there.IsEmpty) return $"has the role {there.Max.Word()} there";
        var elsewhere = principal.Effective.Where(g => g.Extent.Touches(asked.Application)).Select(g => $"{g.Role.Word()} in {g.Extent}").Order(StringComparer.Ordinal).ToList();
        return elsewhere.Count == 0 ? "has no role there" : $"has no role there, only {string.Join(", ", elsewhere)}";
    }

    private static string Place(DeedRule rule, Extent asked) => (rule.Reach, asked.Application) switch
    {
        (Reach.SomePart, null) => "in something",
        (Reach.SomePart, { } application) => $"in some part of {application}",
        _ => $"in {asked}",
    };
}
