using System.Text.Json;
using Towpath.Core.Configuration;
using Towpath.Core.Diagnostics;
using Towpath.Core.Identity;
using Towpath.Core.Identity.OpenId;
using Towpath.Core.Journal;
using Towpath.Server.Api;
using Towpath.Server.Storage;

namespace Towpath.Server.Identity.OpenId;

/// <summary>
/// Which account somebody is whom a provider knows. By issuer and subject only: names and mail addresses can come to mean somebody else at the provider, and then an account of that name here would be his.
/// </summary>
internal sealed class ProvidedAccounts(IStore store, AccountDesk accounts)
{
    private const string Provider = "login provider";

    /// <summary>Links an account to somebody; null takes its links away.</summary>
    public AccountAnswer Link(string name, ProviderPolicy policy, string? subject, string actor, DateTimeOffset now)
    {
        var account = accounts.Find(name);
        if (account.Kind == AccountKind.Service) throw AccountDesk.Bounds($"{name} is a service", "a program has tokens, and does not log in");
        if (subject is null)
        {
            store.RemoveLinks(name, IdentityFacts.Of(FactKind.AccountLinked, actor, now, $"{actor} takes the link to a login provider from {name}"));
            return accounts.Answer(name);
        }

        if (!IsSubject(subject)) throw AccountDesk.Bounds("this is no subject", "a subject has 1 to 255 visible characters");
        var fact = IdentityFacts.Of(FactKind.AccountLinked, actor, now, $"{actor} links {name} to a login at {policy.Issuer}");
        return store.AddLink(new AccountLink(policy.Issuer, subject, name), fact) || store.LinkedAccount(policy.Issuer, subject) == name
            ? accounts.Answer(name)
            : throw new DiagnosticException(ExitCode.Usage, IdentityDiagnostics.LinkTaken(name));
    }

    /// <summary>The account of whom verified claims name; made where that is wanted, without a role. Its teams are brought up to date.</summary>
    /// <exception cref="DiagnosticException">TP4424, TP4405.</exception>
    public string Of(ProviderPolicy policy, JsonElement claims, DateTimeOffset now)
    {
        var subject = claims.GetProperty("sub").GetString()!;
        var name = store.LinkedAccount(policy.Issuer, subject) ?? Create(policy, subject, claims, now);
        var account = accounts.Find(name);
        if (account.Disabled) throw new DiagnosticException(ExitCode.NotSignedIn, IdentityDiagnostics.AccountDisabled(name));
        if (policy.GroupsClaim is not { } claim) return name;
        var teams = ProvidedTeams.After(account.Teams, Groups(claims, claim), policy.Teams);
        if (!teams.SetEquals(account.Teams)) accounts.Change(name, new AccountChangeRequest(null, [.. teams], Provider));
        return name;
    }

    private string Create(ProviderPolicy policy, string subject, JsonElement claims, DateTimeOffset now)
    {
        if (!policy.CreatesAccounts) throw NotLinked(subject, "accounts are made by an administrator here");
        if (!IsSubject(subject)) throw NotLinked("?", "its subject is no name");
        var name = claims.TryGetProperty(policy.NameClaim, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()!.ToLowerInvariant() : "";
        if (!AccountRules.IsName(name)) throw NotLinked(subject, $"its claim `{policy.NameClaim}` is no name of an account: a name has {AccountRules.NameRule}");
        // Never taken over: an account of that name may be somebody else's.
        if (store.Account(name) is not null) throw NotLinked(subject, "there is an account of your name already, which is not linked to it");
        accounts.Add(new AccountRequest(name, AccountKind.Person, null, Provider));
        return store.AddLink(new AccountLink(policy.Issuer, subject, name), IdentityFacts.Of(FactKind.AccountLinked, Provider, now, $"{name} is linked to a login at {policy.Issuer}"))
            ? name
            : throw NotLinked(subject, "another login was quicker: try again");
    }

    private static IEnumerable<string> Groups(JsonElement claims, string claim) =>
        claims.TryGetProperty(claim, out var groups) && groups.ValueKind == JsonValueKind.Array
            ? groups.EnumerateArray().Where(g => g.ValueKind == JsonValueKind.String).Select(g => g.GetString()!)
            : [];

    private static bool IsSubject(string subject) => subject.Length is > 0 and <= 255 && subject.All(c => c is >= ' ' and < '\x7f');

    private static DiagnosticException NotLinked(string subject, string why) => new(ExitCode.Forbidden, IdentityDiagnostics.NotLinked(subject, why));
}
