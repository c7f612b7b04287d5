using Towpath.Core.Diagnostics;
using Towpath.Core.Identity;
using Towpath.Core.Journal;
using Towpath.Server.Api;
using Towpath.Server.Storage;

namespace Towpath.Server.Identity;

/// <summary>Where tokens are made and revoked. The clear token is in the one answer that makes it, and nowhere else.</summary>
internal sealed class TokenDesk(IStore store, AccountDesk accounts, TimeProvider time)
{
    /// <summary>All tokens, oldest first.</summary>
    public IReadOnlyList<TokenAnswer> List() => [.. store.Tokens(null).Select(TokenAnswer.Of)];

    /// <summary>Makes a token of an account.</summary>
    public NewTokenAnswer Create(string name, TokenRequest request)
    {
        var account = accounts.Find(name);
        var narrowing = new Narrowing(request.Role, AccountDesk.ExtentOf(request.Application, request.Environment));
        if (request.Days is < 1 or > AccountRules.MostDays) throw AccountDesk.Bounds("a token can't live that long", $"it lives 1 to {AccountRules.MostDays} days");
        var now = time.GetUtcNow();
        if (Living(name, now).Count(t => !t.IsSession) >= AccountRules.MostTokens)
            throw AccountDesk.Bounds($"{name} has too many tokens", $"{AccountRules.MostTokens} is the limit; revoke those that nobody uses, see `towpath token list`");
        var narrowed = narrowing == Narrowing.None ? "" : $", narrowed to {narrowing}";
        return Make(account.Name, narrowing, isSession: false, now, now + TimeSpan.FromDays(request.Days), id => IdentityFacts.Of(
            FactKind.TokenCreated, request.Actor, now, $"{request.Actor} makes the token {id} of {name} for {request.Days} days{narrowed}"));
    }

    /// <summary>Makes the token of a login; the oldest session gives way where there are too many.</summary>
    public NewTokenAnswer Open(string name)
    {
        var now = time.GetUtcNow();
        var sessions = Living(name, now).Where(t => t.IsSession).ToList();
        foreach (var oldest in sessions.Take(sessions.Count - AccountRules.MostTokens + 1)) accounts.EndSession(oldest, name, now);
        return Make(name, Narrowing.None, isSession: true, now, now + AccountRules.SessionTime, id =>
            IdentityFacts.Of(FactKind.SessionOpened, name, now, $"{name} logs in, as session {id}"));
    }

    /// <summary>Revokes a token or ends a session; one that has ended is left as it is.</summary>
    public void Revoke(string id, string actor)
    {
        var token = store.Token(id) ?? throw new DiagnosticException(ExitCode.NotFound, IdentityDiagnostics.UnknownToken(id));
        var now = time.GetUtcNow();
        if (token.IsSession) accounts.EndSession(token, actor, now);
        else store.RevokeToken(id, now, IdentityFacts.Of(FactKind.TokenRevoked, actor, now, $"{actor} revokes the token {id} of {token.Account}"));
    }

    private List<TokenRecord> Living(string name, DateTimeOffset now) => [.. store.Tokens(name).Where(t => t.EndsAt > now)];

    private NewTokenAnswer Make(string name, Narrowing narrowing, bool isSession, DateTimeOffset now, DateTimeOffset expiresAt, Func<string, Fact> fact)
    {
        var token = AccountToken.Create();
        store.AddToken(new TokenRecord(token.Id, name, ApiToken.Hash(token.Secret), isSession, narrowing, now, expiresAt, null, null), now - AccountRules.Memory, fact(token.Id));
        return new NewTokenAnswer(token.Id, name, token.Present(), expiresAt);
    }
}
