using System.Collections.Immutable;
using System.Security.Cryptography;
using Towpath.Core.Diagnostics;
using Towpath.Core.Identity;
using Towpath.Core.Journal;
using Towpath.Server.Api;
using Towpath.Server.Storage;

namespace Towpath.Server.Identity;

/// <summary>Where accounts, grants and passwords are kept. What can't be done is a <see cref="DiagnosticException"/>; whether somebody may is judged before.</summary>
internal sealed class AccountDesk(IStore store, TimeProvider time)
{
    /// <summary>All accounts by name.</summary>
    public IReadOnlyList<AccountAnswer> List()
    {
        // Three questions, however many accounts there are.
        var (grants, passwords) = (store.AllGrants(), store.AccountsWithPassword());
        return [.. store.Accounts().Select(account => Answer(account, passwords.Contains(account.Name), grants[account.Name]))];
    }

    /// <summary>Makes an account that may do nothing yet.</summary>
    public AccountAnswer Add(AccountRequest request)
    {
        Name(request.Name);
        var teams = Teams(request.Teams);
        if (store.Accounts().Count >= AccountRules.MostAccounts)
            throw Bounds("there are too many accounts", $"{AccountRules.MostAccounts} is the limit, disabled ones included");
        var now = time.GetUtcNow();
        var account = new AccountRecord(request.Name, request.Kind, teams, false, now);
        var what = request.Kind == AccountKind.Service ? "a service" : "a person";
        var text = $"{request.Actor} adds the account {account.Name}, {what}{(teams.IsEmpty ? "" : $" in {string.Join(", ", teams)}")}";
        return store.AddAccount(account, IdentityFacts.Of(FactKind.AccountAdded, request.Actor, now, text))
            ? Answer(account)
            : throw new DiagnosticException(ExitCode.Usage, IdentityDiagnostics.AccountExists(request.Name));
    }

    /// <summary>Disables an account or lets it act again, or puts it into other teams.</summary>
    public AccountAnswer Change(string name, AccountChangeRequest request)
    {
        var before = Find(name);
        var after = before with { Disabled = request.Disabled ?? before.Disabled, Teams = request.Teams is { } teams ? Teams(teams) : before.Teams };
        var changes = new List<string>();
        if (after.Disabled != before.Disabled) changes.Add(after.Disabled ? "disables it" : "lets it act again");
        if (!after.Teams.SetEquals(before.Teams)) changes.Add(after.Teams.IsEmpty ? "takes it out of all teams" : $"puts it into {string.Join(", ", after.Teams)}");
        if (changes.Count == 0) return Answer(before);
        store.ChangeAccount(after, IdentityFacts.Of(FactKind.AccountChanged, request.Actor, time.GetUtcNow(), $"the account {name}: {request.Actor} {string.Join(" and ", changes)}"));
        if (after.Disabled) EndSessions(name, request.Actor);
        return Answer(after);
    }

    /// <summary>Gives a person a password. Sessions of before end: whoever had guessed the old one is out.</summary>
    public void SetPassword(string name, PasswordRequest request)
    {
        var account = Find(name);
        if (account.Kind == AccountKind.Service) throw new DiagnosticException(ExitCode.Usage, IdentityDiagnostics.NoPasswordForService(name));
        if (PasswordHash.Fault(request.Password, name) is { } fault) throw new DiagnosticException(ExitCode.Usage, IdentityDiagnostics.BadPassword(fault));
        var hash = PasswordHash.Of(request.Password, RandomNumberGenerator.GetBytes(PasswordHash.SaltBytes));
        store.SetPassword(name, hash, IdentityFacts.Of(FactKind.AccountPassword, request.Actor, time.GetUtcNow(), $"{request.Actor} gives {name} another password"));
        EndSessions(name, request.Actor);
    }

    /// <summary>Grants a role, or takes back what was granted for exactly that extent.</summary>
    public AccountAnswer Grant(string name, GrantRequest request)
    {
        var account = Find(name);
        var extent = ExtentOf(request.Application, request.Environment);
        var now = time.GetUtcNow();
        if (request.Role is not { } role)
        {
            var taken = IdentityFacts.Of(FactKind.GrantTaken, request.Actor, now, $"{request.Actor} takes the role in {extent} from {name}");
            return store.RemoveGrant(name, extent, taken) ? Answer(account) : throw new DiagnosticException(ExitCode.NotFound, IdentityDiagnostics.NothingGranted(name, extent.ToString()));
        }
        var held = store.Grants(name);
        if (held.Contains(new Grant(role, extent))) return Answer(account);
        if (held.Count >= AccountRules.MostGrants) throw Bounds($"{name} has too many grants", $"{AccountRules.MostGrants} is the limit; `*` stands for every application or environment");
        store.SetGrant(name, new Grant(role, extent), IdentityFacts.Of(FactKind.GrantGiven, request.Actor, now, $"{request.Actor} makes {name} {role.Word()} in {extent}"));
        return Answer(account);
    }

    /// <summary>The account of that name.</summary>
    public AccountRecord Find(string name) => store.Account(name) ?? throw new DiagnosticException(ExitCode.NotFound, IdentityDiagnostics.UnknownAccount(name));

    /// <summary>The account of that name, as it is shown.</summary>
    public AccountAnswer Answer(string name) => Answer(Find(name));

    /// <summary>An extent from what was asked for.</summary>
    public static Extent ExtentOf(string? application, string? environment)
    {
        var extent = Extent.Of(application, environment);
        return extent.IsWellFormed() ? extent : throw Bounds("this is no name of an application or environment", "a name has 1 to 100 visible characters; `*` stands for every one");
    }

    /// <summary>Something is out of its bounds.</summary>
    public static DiagnosticException Bounds(string what, string why) => new(ExitCode.Usage, IdentityDiagnostics.OutOfBounds(what, why));

    /// <summary>Ends a session.</summary>
    public void EndSession(TokenRecord session, string actor, DateTimeOffset now) => store.RevokeToken(
        session.Id, now, IdentityFacts.Of(FactKind.SessionEnded, actor, now, $"{actor} ends the session {session.Id} of {session.Account}"));

    private void EndSessions(string name, string actor)
    {
        var now = time.GetUtcNow();
        foreach (var session in store.Tokens(name).Where(t => t.IsSession && t.EndsAt > now)) EndSession(session, actor, now);
    }

    private AccountAnswer Answer(AccountRecord account) => Answer(account, store.Password(account.Name) is not null, store.Grants(account.Name));

    private static AccountAnswer Answer(AccountRecord account, bool hasPassword, IEnumerable<Grant> grants) => new(
        account.Name, account.Kind, [.. account.Teams], account.Disabled, hasPassword, [.. grants.Select(GrantAnswer.Of)], account.CreatedAt);

    private static ImmutableSortedSet<string> Teams(IReadOnlyList<string>? names)
    {
        if (names is null) return [];
        foreach (var name in names) Name(name);
        return names.Count <= AccountRules.MostTeams ? [.. names] : throw Bounds("these are too many teams", $"{AccountRules.MostTeams} is the limit");
    }

    /// <param name="name">A name; null where somebody's list has one that is none.</param>
    private static void Name(string? name)
    {
        if (name is null || !AccountRules.IsName(name)) throw new DiagnosticException(ExitCode.Usage, IdentityDiagnostics.BadName(name ?? "null"));
    }
}
