using System.Security.Cryptography;
using Towpath.Core.Diagnostics;
using Towpath.Core.Identity;
using Towpath.Core.Journal;
using Towpath.Server.Api;
using Towpath.Server.Storage;

namespace Towpath.Server.Identity;

/// <summary>
/// Where passwords are looked at. One at a time, since each costs a good part of a second of a core on purpose; how many may try is
/// <see cref="LoginThrottle"/>'s to say. An unknown account, a wrong password, a service and a disabled account get the same answer after the same work.
/// </summary>
/// <param name="store">Where accounts and their passwords are.</param>
/// <param name="tokens">Makes the session's token.</param>
/// <param name="time">By which failures are forgotten.</param>
/// <param name="fits">Compares a password with what is stored; for tests, which count what is compared.</param>
internal sealed class LoginDesk(IStore store, TokenDesk tokens, TimeProvider time, Func<string, string, bool>? fits = null) : IDisposable
{
    private readonly Func<string, string, bool> _fits = fits ?? PasswordHash.Fits;
    private readonly Lock _turn = new();
    private readonly SemaphoreSlim _work = new(1);
    private LoginThrottle _throttle = LoginThrottle.Empty;

    /// <summary>Opens a session.</summary>
    /// <exception cref="DiagnosticException">TP4410, TP4411.</exception>
    public async Task<NewTokenAnswer> LoginAsync(SessionRequest request, CancellationToken cancellationToken)
    {
        await ProveAsync(request.Account ?? "", request.Password ?? "", cancellationToken);
        return tokens.Open(request.Account!);
    }

    /// <summary>Whether somebody knows an account's password.</summary>
    /// <exception cref="DiagnosticException">TP4410, TP4411: does not, or must wait.</exception>
    public async Task ProveAsync(string account, string password, CancellationToken cancellationToken)
    {
        // What is no name is no account: it all counts as one, so that nothing long is remembered or written down.
        var name = AccountRules.IsName(account) ? account : "";
        Begin(name);
        var known = store.Account(name);
        var stored = store.Password(name);
        var may = known is { Kind: AccountKind.Person, Disabled: false } && stored is not null && password.Length <= PasswordHash.MostCharacters;
        var shown = password.Length <= PasswordHash.MostCharacters ? password : "";
        if (!await FitsAsync(shown, may ? stored! : PasswordHash.Nobody, cancellationToken) || !may)
            throw new DiagnosticException(ExitCode.NotSignedIn, IdentityDiagnostics.LoginRefused());
        lock (_turn) _throttle = _throttle.Succeeded(name);
        // Stored when less work was asked for: now the password is here to be stored again.
        if (PasswordHash.IsWeak(stored!)) store.SetPassword(name, PasswordHash.Of(password, RandomNumberGenerator.GetBytes(PasswordHash.SaltBytes)));
    }

    /// <inheritdoc/>
    public void Dispose() => _work.Dispose();

    private void Begin(string name)
    {
        var now = time.GetUtcNow();
        bool locked;
        lock (_turn)
        {
            if (_throttle.Wait(name, now) is { Ticks: > 0 } wait) throw new DiagnosticException(ExitCode.Busy, IdentityDiagnostics.LoginLocked(wait));
            _throttle = _throttle.Began(name, now);
            locked = _throttle.JustLocked(name);
        }
        // Whether or not there is such an account: what is written down must not tell them apart by the time that it takes.
        if (locked) store.Append(IdentityFacts.Of(FactKind.AccountLocked, name, now, $"{LoginThrottle.Free} logins as {(name.Length == 0 ? "nobody" : name)} failed in a row: it is locked for a while"));
    }

    private async Task<bool> FitsAsync(string password, string stored, CancellationToken cancellationToken)
    {
        await _work.WaitAsync(cancellationToken);
        try
        {
            return await Task.Run(() => _fits(password, stored), cancellationToken);
        }
        finally
        {
            _work.Release();
        }
    }
}
