using System.Text.RegularExpressions;

namespace Towpath.Core.Contracts.Credentials;

/// <summary>A kind of credential that can be told by its form.</summary>
/// <param name="Name">What it is, with an article.</param>
/// <param name="Hint">Letters that each of its kind holds: a line without them is not looked at further.</param>
/// <param name="Form">The form; the group <c>secret</c>, where it has one, is the credential itself.</param>
internal sealed record CredentialKind(string Name, string Hint, Regex Form);

/// <summary>Where a credential was found in a text.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="At">Index of its first character.</param>
/// <param name="Length">Number of characters.</param>
internal readonly record struct CredentialMatch(CredentialKind Kind, int At, int Length);

/// <summary>Matches that end, whatever the text is.</summary>
internal static class BoundedMatching
{
    /// <summary>
    /// All matches. Each form has bounds and begins at the edge of a word, so that its time grows with the text alone; the time limit is for what
    /// nobody thought of, and what was found before it is kept.
    /// </summary>
    public static IReadOnlyList<Match> Of(Regex form, string text)
    {
        var found = new List<Match>();
        try
        {
            for (var match = form.Match(text); match.Success; match = match.NextMatch())
            {
                found.Add(match);
            }
        }
        catch (RegexMatchTimeoutException)
        {
            return found;
        }

        return found;
    }
}

/// <summary>The forms of credentials that are well known.</summary>
internal static partial class CredentialKinds
{
    private const RegexOptions Plain = RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture;
    private const int Limit_ms = 1000;

    /// <summary>All kinds.</summary>
    public static IReadOnlyList<CredentialKind> All { get; } =
    [
        new("a private key", "PRIVATE KEY", PrivateKey()),
        new("an AWS access key", "A", AwsKey()),
        new("a GitHub token", "gh", GitHub()),
        new("a fine-grained GitHub token", "github_pat_", GitHubFine()),
        new("a GitLab token", "gl", GitLab()),
        new("a Slack token", "xox", Slack()),
        new("a Slack webhook", "hooks.slack.com", SlackHook()),
        new("a Discord webhook", "/api/webhooks/", DiscordHook()),
        new("a Discord bot token", ".", DiscordBot()),
        new("a Google API key", "AIza", Google()),
        new("a Stripe key", "_live_", Stripe()),
        new("an npm token", "npm_", Npm()),
        new("a PyPI token", "pypi-", PyPi()),
        new("a SendGrid key", "SG.", SendGrid()),
        new("a JSON web token", "eyJ", Jwt()),
        new("a password in an address", "://", UrlPassword()),
    ];

    /// <summary>The credentials in a text, placeholders left out.</summary>
    public static IEnumerable<CredentialMatch> Find(string text)
    {
        foreach (var kind in All)
        {
            if (!text.Contains(kind.Hint, StringComparison.Ordinal))
            {
                continue;
            }

            foreach (var match in BoundedMatching.Of(kind.Form, text))
            {
                Group found = match.Groups["secret"] is { Success: true } secret ? secret : match;
                if (!Placeholders.IsOne(found.Value) && !(kind.Form == UrlPassword() && IsWeak(match, found.Value)))
                {
                    yield return new CredentialMatch(kind, found.Index, found.Length);
                }
            }
        }
    }

    // shop:shop@db and root:root1@db are habits of development: bad, and told where they stand in the environment of a service.
    private static bool IsWeak(Match match, string password) =>
        password.Length < 8 || Randomness.Entropy_bits(password) < 2.75 || password == match.Groups["user"].Value;

    [GeneratedRegex("-----BEGIN (RSA |EC |DSA |OPENSSH |ENCRYPTED )?PRIVATE KEY-----(\\s|\\\\n)+(Proc-Type|[A-Za-z0-9+/=]{32})", Plain, Limit_ms)]
    private static partial Regex PrivateKey();

    [GeneratedRegex(@"\b(AKIA|ASIA)[0-9A-Z]{16}\b", Plain, Limit_ms)]
    private static partial Regex AwsKey();

    [GeneratedRegex(@"\bgh[pousr]_[A-Za-z0-9]{36,255}\b", Plain, Limit_ms)]
    private static partial Regex GitHub();

    [GeneratedRegex(@"\bgithub_pat_[A-Za-z0-9_]{60,255}\b", Plain, Limit_ms)]
    private static partial Regex GitHubFine();

    [GeneratedRegex(@"\bgl(pat|dt|rt|ptt|soat|cbt)-[A-Za-z0-9_-]{20,64}\b", Plain, Limit_ms)]
    private static partial Regex GitLab();

    [GeneratedRegex(@"\bxox[abposr]-[A-Za-z0-9-]{20,250}\b", Plain, Limit_ms)]
    private static partial Regex Slack();

    [GeneratedRegex(@"hooks\.slack\.com/services/T[A-Z0-9]{6,12}/B[A-Z0-9]{6,12}/(?<secret>[A-Za-z0-9]{20,30})", Plain, Limit_ms)]
    private static partial Regex SlackHook();

    [GeneratedRegex(@"discord(app)?\.com/api/webhooks/[0-9]{17,20}/(?<secret>[A-Za-z0-9_-]{60,80})", Plain, Limit_ms)]
    private static partial Regex DiscordHook();

    [GeneratedRegex(@"\b[MNO][A-Za-z0-9_-]{23,27}\.[A-Za-z0-9_-]{6}\.[A-Za-z0-9_-]{27,38}\b", Plain, Limit_ms)]
    private static partial Regex DiscordBot();

    [GeneratedRegex(@"\bAIza[0-9A-Za-z_-]{35}(?![0-9A-Za-z_-])", Plain, Limit_ms)]
    private static partial Regex Google();

    [GeneratedRegex(@"\b[rs]k_live_[0-9A-Za-z]{20,100}\b", Plain, Limit_ms)]
    private static partial Regex Stripe();

    [GeneratedRegex(@"\bnpm_[A-Za-z0-9]{36}\b", Plain, Limit_ms)]
    private static partial Regex Npm();

    [GeneratedRegex(@"\bpypi-AgE[A-Za-z0-9_-]{50,250}", Plain, Limit_ms)]
    private static partial Regex PyPi();

    [GeneratedRegex(@"\bSG\.[A-Za-z0-9_-]{20,24}\.[A-Za-z0-9_-]{40,46}\b", Plain, Limit_ms)]
    private static partial Regex SendGrid();

    [GeneratedRegex(@"\beyJ[A-Za-z0-9_-]{10,2000}\.eyJ[A-Za-z0-9_-]{10,4000}\.[A-Za-z0-9_-]{20,1000}", Plain, Limit_ms)]
    private static partial Regex Jwt();

    [GeneratedRegex(@"\b[A-Za-z][A-Za-z0-9+.-]{1,20}://(?<user>[^/\s:@'""`<>]{0,100}):(?<secret>[^/\s@'""`<>]{3,200})@[A-Za-z0-9\[]", Plain, Limit_ms)]
    private static partial Regex UrlPassword();
}
