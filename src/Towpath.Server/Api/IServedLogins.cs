using Towpath.Core.Identity;
using Towpath.Server.Identity.OpenId;

namespace Towpath.Server.Api;

/// <summary>What the pages of the login ask, of whoever comes.</summary>
public interface IServedLogins
{
    /// <summary>Whether there is a login provider.</summary>
    bool HasProvider { get; }

    /// <summary>Begins a login at the provider.</summary>
    /// <param name="back">Path that the browser goes to afterwards.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    Task<ProviderLogin> BeginLoginAsync(string back, CancellationToken cancellationToken);

    /// <summary>Ends it.</summary>
    Task<ProvidedSession> EndLoginAsync(ProviderReturn answer, CancellationToken cancellationToken);

    /// <summary>Gives a code for a session of an account, good once and for a minute, to whoever knows the verifier of the login.</summary>
    string GiveCode(string account, TerminalLogin login);

    /// <summary>Whether the code of a first administrator's link is good.</summary>
    bool IsFirstLink(string code);

    /// <summary>Makes the administrator's account of such a link.</summary>
    Task RedeemFirstLinkAsync(string code, string account, string password, CancellationToken cancellationToken);
}
