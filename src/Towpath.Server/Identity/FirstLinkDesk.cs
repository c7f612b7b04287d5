using Towpath.Core.Diagnostics;
using Towpath.Core.Identity;
using Towpath.Core.Journal;
using Towpath.Server.Api;
using Towpath.Server.Storage;

namespace Towpath.Server.Identity;

/// <summary>The way from the owner of the machine to the first administrator's account: a link that is good once, for an hour. Its code is stored as a hash.</summary>
internal sealed class FirstLinkDesk(IStore store, AccountDesk accounts, Uri? url, TimeProvider time)
{
    private const string Actor = "first link";
    private static readonly TimeSpan Life = TimeSpan.FromHours(1);

    /// <summary>Makes a link; one of before ends.</summary>
    public FirstLinkAnswer Make()
    {
        var (code, expires) = (ApiToken.Create(), time.GetUtcNow() + Life);
        store.KeepFirstCode(ApiToken.Hash(code), expires, IdentityFacts.Of(FactKind.FirstLink, Actor, time.GetUtcNow(), "a link to make an administrator's account is handed to the owner of the machine"));
        return new FirstLinkAnswer(url?.AbsoluteUri, code, expires);
    }

    /// <summary>Whether a code is good.</summary>
    public bool IsGood(string code) => store.IsFirstCode(ApiToken.Hash(code), time.GetUtcNow());

    /// <summary>Makes the administrator's account. What is wrong with name or password does not use the link up.</summary>
    /// <exception cref="DiagnosticException">TP4407, TP4408, TP4412, TP4425.</exception>
    public void Redeem(string code, string name, string password)
    {
        if (!IsGood(code)) throw Gone();
        if (!AccountRules.IsName(name)) throw new DiagnosticException(ExitCode.Usage, IdentityDiagnostics.BadName(name));
        if (store.Account(name) is not null) throw new DiagnosticException(ExitCode.Usage, IdentityDiagnostics.AccountExists(name));
        if (PasswordHash.Fault(password, name) is { } fault) throw new DiagnosticException(ExitCode.Usage, IdentityDiagnostics.BadPassword(fault));
        if (!store.TakeFirstCode(ApiToken.Hash(code), time.GetUtcNow())) throw Gone();
        accounts.Add(new AccountRequest(name, AccountKind.Person, null, Actor));
        accounts.SetPassword(name, new PasswordRequest(password, null, Actor));
        accounts.Grant(name, new GrantRequest(Role.Administrator, null, null, Actor));
    }

    private static DiagnosticException Gone() => new(ExitCode.NotSignedIn, IdentityDiagnostics.FirstLinkGone());
}
