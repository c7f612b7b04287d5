using System.Text.RegularExpressions;

namespace Towpath.Core.Identity;

/// <summary>What accounts, teams and tokens may look like, and how many there may be.</summary>
public static partial class AccountRules
{
    /// <summary>Accounts at most, disabled ones included: they stay, so that a name never means somebody else later.</summary>
    public const int MostAccounts = 1000;

    /// <summary>Teams of one account at most.</summary>
    public const int MostTeams = 20;

    /// <summary>Grants of one account at most.</summary>
    public const int MostGrants = 200;

    /// <summary>Living tokens of one account at most; the oldest session gives way to a new one, a token does not.</summary>
    public const int MostTokens = 50;

    /// <summary>Days that a token lives at most.</summary>
    public const int MostDays = 366;

    /// <summary>How long a login lasts.</summary>
    public static TimeSpan SessionTime { get; } = TimeSpan.FromHours(12);

    /// <summary>How long what has ended is remembered, so that its bearer can be told what became of it.</summary>
    public static TimeSpan Memory { get; } = TimeSpan.FromDays(30);

    /// <summary>How exactly the last use of a token is known: storing it costs a write to the disk.</summary>
    public static TimeSpan UseStep { get; } = TimeSpan.FromHours(1);

    /// <summary>What a name has, to follow "a name has".</summary>
    public const string NameRule = "1 to 40 lower-case letters, digits, dots, hyphens and underscores, and begins with a letter or digit";

    /// <summary>Whether that can be the name of an account or a team: 1 to 40 lower-case letters, digits, dots, hyphens and underscores, a letter or digit first.</summary>
    public static bool IsName(string name) => Name().IsMatch(name);

    [GeneratedRegex(@"\A[a-z0-9][a-z0-9._-]{0,39}\z", RegexOptions.None, 1000)]
    private static partial Regex Name();
}
