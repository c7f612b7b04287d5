namespace Towpath.Server.Api;

/// <summary>What can be asked about other logins than by password.</summary>
public interface ILogins
{
    /// <summary>Links an account to somebody whom the login provider knows, or takes the link away.</summary>
    Task<AccountAnswer> LinkAccountAsync(string account, AccountLinkRequest request, CancellationToken cancellationToken);

    /// <summary>Opens a session by a code that a browser was given for a command line. Needs no token.</summary>
    Task<NewTokenAnswer> LoginByCodeAsync(CodeRequest request, CancellationToken cancellationToken);

    /// <summary>Makes a link by which one administrator's account can be made; for the owner of the machine only.</summary>
    Task<FirstLinkAnswer> FirstLinkAsync(CancellationToken cancellationToken);
}
