using Towpath.Core.Diagnostics;
using Towpath.Core.Identity;
using Towpath.Server.Api;
using Towpath.Server.Storage;

namespace Towpath.Server.Identity;

/// <summary>From a browser that is logged in to a command line that wants to be: a code that is good once, for a minute, and for one verifier. Kept in memory, as a hash.</summary>
internal sealed class CodeDesk(IStore store, TokenDesk tokens, TimeProvider time)
{
    private readonly Lock _turn = new();
    private LoginCodes _codes = LoginCodes.Empty;

    /// <summary>Gives a code for a session of an account.</summary>
    public string Give(string account, TerminalLogin login)
    {
        var code = ApiToken.Create();
        lock (_turn) _codes = _codes.Add(new GivenCode(ApiToken.Hash(code), account, login.Challenge, login.Redirect, time.GetUtcNow()));
        return code;
    }

    /// <summary>Opens the session of a code.</summary>
    /// <exception cref="DiagnosticException">TP4430, TP4405.</exception>
    public NewTokenAnswer Redeem(CodeRequest request)
    {
        GivenCode? found;
        lock (_turn) (found, _codes) = _codes.Take(ApiToken.Hash(request.Code), request.Verifier, request.Redirect, time.GetUtcNow());
        if (found is null) throw new DiagnosticException(ExitCode.NotSignedIn, IdentityDiagnostics.CodeRefused());
        // It may have been disabled since the code was given.
        if (store.Account(found.Account) is not { Disabled: false }) throw new DiagnosticException(ExitCode.NotSignedIn, IdentityDiagnostics.AccountDisabled(found.Account));
        return tokens.Open(found.Account);
    }
}
