using System.Globalization;
using Towpath.Core.Diagnostics;

namespace Towpath.Core.Identity;

/// <summary>What is wrong with who asks, and with accounts, grants and tokens: TP44xx.</summary>
public static class IdentityDiagnostics
{
    /// <summary>TP4401: the account may not do that.</summary>
    public static Diagnostic Forbidden(string why, string needed) => Error(
        "TP4401", "this account may not do that", [why, needed], "ask an administrator for `towpath grant`, or somebody who has the role");

    /// <summary>TP4402: a confirmation in the name of a team that the account is not in.</summary>
    public static Diagnostic NotInTeam(string account, string role, IEnumerable<string> teams) => Error(
        "TP4402", $"{account} can't confirm as {role}",
        [teams.Any() ? $"{account} is in {string.Join(", ", teams)}" : $"{account} is in no team"], $"let somebody of {role} confirm");

    /// <summary>TP4403: the token's time is over.</summary>
    public static Diagnostic TokenExpired(string token, DateTimeOffset at) => Error(
        "TP4403", "the token has expired", [$"token {token} was good until {Time(at)}"], "run `towpath login`, or ask an administrator for another token");

    /// <summary>TP4404: the token was revoked, or the session ended.</summary>
    public static Diagnostic TokenRevoked(string token, DateTimeOffset at) => Error(
        "TP4404", "the token was revoked", [$"token {token} was revoked at {Time(at)}"], "run `towpath login`, or ask an administrator for another token");

    /// <summary>TP4405: the account is disabled.</summary>
    public static Diagnostic AccountDisabled(string account) => Error(
        "TP4405", "the account is disabled", [$"an administrator disabled {account}"], "ask an administrator");

    /// <summary>TP4406: no such account.</summary>
    public static Diagnostic UnknownAccount(string account) => Error(
        "TP4406", $"there is no account \"{account}\"", [], "see `towpath account list`; `towpath account add` makes one");

    /// <summary>TP4407: the name is taken.</summary>
    public static Diagnostic AccountExists(string account) => Error(
        "TP4407", $"there is an account \"{account}\" already",
        ["an account is never removed, so that its name can't come to mean somebody else"], "choose another name, or let it act again with `towpath account enable`");

    /// <summary>TP4408: not a name.</summary>
    public static Diagnostic BadName(string name) => Error(
        "TP4408", $"an account or team can't be called \"{Short(name)}\"",
        [$"a name has {AccountRules.NameRule}"], "choose another name");

    /// <summary>TP4409: no such token.</summary>
    public static Diagnostic UnknownToken(string token) => Error(
        "TP4409", $"there is no token \"{Short(token)}\"", [], "see `towpath token list`");

    /// <summary>TP4410: account or password is wrong; which of them is not told.</summary>
    public static Diagnostic LoginRefused() => Error(
        "TP4410", "account or password is wrong", ["a service has no password; nor has an account before an administrator gave it one"], "try again, or ask an administrator for `towpath account password`");

    /// <summary>TP4411: too many failed logins.</summary>
    public static Diagnostic LoginLocked(TimeSpan wait) => Error(
        "TP4411", "too many logins failed",
        [string.Create(CultureInfo.InvariantCulture, $"the next one is looked at in {Math.Ceiling(wait.TotalSeconds)} s"), "sessions and tokens that exist go on"], "wait, then try again");

    /// <summary>TP4412: a password that is too easy to guess, or too long.</summary>
    public static Diagnostic BadPassword(string why) => Error(
        "TP4412", "this can't be a password", [why], "choose a longer one: some words that do not belong together");

    /// <summary>TP4413: services have tokens only.</summary>
    public static Diagnostic NoPasswordForService(string account) => Error(
        "TP4413", $"{account} is a service and has no password", ["a program needs a token that ends and can be revoked by itself"], $"run `towpath token create --account {account}`");

    /// <summary>TP4414: there is no such grant to take back.</summary>
    public static Diagnostic NothingGranted(string account, string extent) => Error(
        "TP4414", $"{account} was granted nothing for exactly {extent}", [], "see `towpath account list` for what was granted");

    /// <summary>TP4415: something about a grant or token is out of its bounds.</summary>
    public static Diagnostic OutOfBounds(string what, string why) => Error("TP4415", what, [why], "see `towpath grant --help` and `towpath token create --help`");

    /// <summary>TP4416: this token is no session.</summary>
    public static Diagnostic NoSession() => Error(
        "TP4416", "there is no session to end", ["the request did not come with a token of a login"], "a token is revoked with `towpath token revoke`");

    /// <summary>TP4420: a request with a browser's session that no page of this control plane made.</summary>
    public static Diagnostic ForeignPage() => Error(
        "TP4420", "the request does not come from a page of this control plane",
        ["browsers send a session's cookie with requests of other pages too, so that changes need the origin of this control plane and the token of the session"],
        "send `Towpath-Csrf` as `GET /api/v1/session` gives it, or open the page again; programs use a bearer token");

    /// <summary>TP4421: the provider does not answer, or not as OpenID Connect says.</summary>
    public static Diagnostic ProviderFails(string why) => Error(
        "TP4421", "the login provider can't be used", [why], "try again; a password still works. The provider is named by `login: { oidc: … }` in `server.yaml`");

    /// <summary>TP4422: the provider's answer proves nothing.</summary>
    public static Diagnostic ProviderRefused(string why) => Error(
        "TP4422", "the login provider did not prove who you are", [why], "begin the login again");

    /// <summary>TP4423: an answer of the provider that this browser did not ask for, or asked for too long ago, or used already.</summary>
    public static Diagnostic LoginNotBegun() => Error(
        "TP4423", "this login was not begun here, or is over",
        ["it is begun and ended in one browser, within ten minutes, and once"], "begin the login again");

    /// <summary>TP4424: the provider knows somebody whom no account is linked to.</summary>
    public static Diagnostic NotLinked(string subject, string why) => Error(
        "TP4424", "no account is linked to this login",
        [$"the provider knows you as {Short(subject)}", why], "ask an administrator for `towpath account link NAME --subject SUBJECT`");

    /// <summary>TP4425: the link for the first administrator is not good.</summary>
    public static Diagnostic FirstLinkGone() => Error(
        "TP4425", "this link is not good any more", ["it works once, for an hour, and a newer one ends it"], "on the machine itself, `towpath account first` makes another one");

    /// <summary>TP4426: the subject, or the account, is linked already.</summary>
    public static Diagnostic LinkTaken(string account) => Error(
        "TP4426", $"{account} can't be linked to that login",
        ["the login is another account's, or the account has another login"], "take the other link away first, with `towpath account link NAME --none`");

    /// <summary>TP4427: no provider is configured.</summary>
    public static Diagnostic NoProvider() => Error(
        "TP4427", "this control plane has no login provider", [], "name one by `login: { oidc: … }` in `server.yaml`, or use passwords");

    /// <summary>TP4428: only the owner of the machine may.</summary>
    public static Diagnostic OwnerOnly() => Error(
        "TP4428", "only the owner of this machine may do that", ["whoever makes such a link can become administrator"], "run it on the machine of the control plane, logged out");

    /// <summary>TP4429: a command line asks to be let in, and not as it must.</summary>
    public static Diagnostic BadTerminalLogin(string why) => Error(
        "TP4429", "this is no login of a command line", [why], "run `towpath login --browser` again, and open the address that it prints");

    /// <summary>TP4430: a code that lets nobody in.</summary>
    public static Diagnostic CodeRefused() => Error(
        "TP4430", "this code lets nobody in", ["it is good once, for a minute, where it was sent, and for the command line that began the login; the control plane that gave it must not have begun anew"], "run `towpath login --browser` again");

    private static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static string Short(string text) => text.Length <= 60 ? text : text[..60] + "…";

    private static Diagnostic Error(string code, string headline, string[] notes, string help) => new(code, Severity.Error, headline, Notes: [.. notes], Help: help);
}
