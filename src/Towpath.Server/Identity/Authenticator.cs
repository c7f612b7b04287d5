using Towpath.Core.Diagnostics;
using Towpath.Core.Identity;
using Towpath.Server.Api;
using Towpath.Server.Storage;

namespace Towpath.Server.Identity;

/// <summary>From a presented token to who presents it.</summary>
internal sealed class Authenticator(IStore store, TimeProvider time)
{
    // What no token fits: the comparison is made for unknown numbers too.
    private static readonly string Nothing = new('0', 64);

    /// <summary>Who it is; null where nobody has that token.</summary>
    /// <exception cref="DiagnosticException">It is a token that was, TP4403 to TP4405: told only to whoever has its secret.</exception>
    public Principal? Authenticate(string presented)
    {
        if (AccountToken.Parse(presented) is not { } token) return null;
        var found = store.Token(token.Id);
        if (!ApiToken.Matches(token.Secret, found?.Hash ?? Nothing) || found is null) return null;
        if (store.Account(found.Account) is not { } account) return null;
        var now = time.GetUtcNow();
        if (found.RevokedAt is { } revoked) throw Refused(IdentityDiagnostics.TokenRevoked(found.Id, revoked));
        if (found.ExpiresAt <= now) throw Refused(IdentityDiagnostics.TokenExpired(found.Id, found.ExpiresAt));
        if (account.Disabled) throw Refused(IdentityDiagnostics.AccountDisabled(account.Name));
        if (found.UsedAt is null || now - found.UsedAt >= AccountRules.UseStep) Touch(found.Id, now);
        return new Principal(account.Name, account.Kind, [.. account.Teams], [.. store.Grants(account.Name)])
        {
            Token = found.Id,
            IsSession = found.IsSession,
            Narrowing = found.Narrowing,
            ExpiresAt = found.ExpiresAt,
        };
    }

    /// <summary>Notes that it was used. Where nothing can be written, that is no reason to let nobody read: the next use is noted instead.</summary>
    private void Touch(string token, DateTimeOffset now)
    {
        try
        {
            store.TouchToken(token, now);
        }
        catch (StoreUnavailableException)
        {
        }
    }

    private static DiagnosticException Refused(Diagnostic diagnostic) => new(ExitCode.NotSignedIn, diagnostic);
}
