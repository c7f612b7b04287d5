using Towpath.Core.Diagnostics;

namespace Towpath.Core.Sources;

/// <summary>Who calls when there is something new in a repository.</summary>
public enum HookKind
{
    /// <summary>Webhooks of GitHub.</summary>
    GitHub,

    /// <summary>Webhooks of GitLab.</summary>
    GitLab,

    /// <summary>Anything else, with Towpath's own signature.</summary>
    Generic,
}

/// <summary>A repository elsewhere that is watched: an entry of <c>sources</c> in <c>server.yaml</c>.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Application">The application that its commits must be of.</param>
/// <param name="Url">Where it is, without any login.</param>
/// <param name="Branch">Short name of the branch whose commits ship.</param>
/// <param name="Every">How often it is looked at.</param>
public sealed record SourceSpec(string Name, string Application, string Url, string Branch, TimeSpan Every)
{
    /// <summary>Login name, or null for none.</summary>
    public string? User { get; init; }

    /// <summary>Password or token that goes with it; never shown.</summary>
    public Func<string>? Password { get; init; }

    /// <summary>Who may call; null for nobody.</summary>
    public HookKind? Hook { get; init; }

    /// <summary>What calls are signed with; null where nobody calls.</summary>
    public Func<string>? HookKey { get; init; }

    /// <summary>Who asks for what it ships, in the journal.</summary>
    public string Actor => $"source:{Name}";
}

/// <summary>When a source is looked at again.</summary>
public static class SourcePace
{
    /// <summary>The shortest way between two looks, a call or not.</summary>
    public static TimeSpan Least { get; } = TimeSpan.FromSeconds(5);

    /// <summary>The longest wait after failures, unless the source is looked at more seldom anyway.</summary>
    public static TimeSpan Longest { get; } = TimeSpan.FromHours(1);

    /// <summary>The wait until the next look: twice as long with each failure in a row, and up to a tenth longer, so that sources don't all look at once.</summary>
    /// <param name="every">How often it is looked at.</param>
    /// <param name="failures">Failures in a row.</param>
    /// <param name="chance">A random number from 0 to 1.</param>
    public static TimeSpan Wait(TimeSpan every, int failures, double chance)
    {
        var most = every > Longest ? every : Longest;
        // Beyond 20 doublings any wait is over the longest.
        var doubled = every * Math.Pow(2, Math.Min(failures, 20));
        return (doubled < most ? doubled : most) * (1 + (Math.Clamp(chance, 0, 1) / 10));
    }

    /// <summary>Whether a failure is told: the first in a row, and each of another kind.</summary>
    /// <param name="told">What was told last since it worked; null for nothing.</param>
    /// <param name="failure">What failed now.</param>
    public static bool IsNews(Diagnostic? told, Diagnostic failure) => told is null || told.Code != failure.Code || told.Headline != failure.Headline;
}
