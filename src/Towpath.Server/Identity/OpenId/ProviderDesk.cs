using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json;
using Towpath.Core.Configuration;
using Towpath.Core.Diagnostics;
using Towpath.Core.Identity;
using Towpath.Core.Identity.OpenId;
using Towpath.Server.Api;

namespace Towpath.Server.Identity.OpenId;

/// <summary>Logins by a provider of OpenID Connect: authorization code with PKCE, from sending the browser away to the session of an account.</summary>
internal sealed class ProviderDesk : IDisposable
{
    private const int MostUsed = 10_000;
    private const int MostOfCode = 4096;

    private readonly ProviderPolicy _policy;
    private readonly Uri _redirect;
    private readonly ProvidedAccounts _accounts;
    private readonly TokenDesk _tokens;
    private readonly TimeProvider _time;
    private readonly ProviderConnection _connection;
    private readonly ProviderDocuments _documents;
    private readonly byte[] _key = RandomNumberGenerator.GetBytes(32);
    private readonly Lock _turn = new();
    private ImmutableDictionary<string, DateTimeOffset> _used = ImmutableDictionary<string, DateTimeOffset>.Empty;
    private LoginThrottle _throttle = LoginThrottle.Empty;

    /// <summary>A desk.</summary>
    /// <param name="policy">The provider.</param>
    /// <param name="url">Where people reach the control plane.</param>
    /// <param name="accounts">Finds the account of whom it names.</param>
    /// <param name="tokens">Opens sessions.</param>
    /// <param name="time">The clock.</param>
    /// <param name="patience">How long one answer may take; for tests.</param>
    public ProviderDesk(ProviderPolicy policy, Uri url, ProvidedAccounts accounts, TokenDesk tokens, TimeProvider time, TimeSpan? patience = null)
    {
        (_policy, _accounts, _tokens, _time) = (policy, accounts, tokens, time);
        _redirect = new Uri(url, "login/oidc/callback");
        _connection = new ProviderConnection(patience);
        _documents = new ProviderDocuments(_connection, policy.Issuer, time);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _documents.Dispose();
        _connection.Dispose();
    }

    /// <summary>Where the browser is sent, and what it must keep meanwhile.</summary>
    public async Task<ProviderLogin> BeginAsync(string back, CancellationToken cancellationToken)
    {
        var metadata = await _documents.MetadataAsync(cancellationToken);
        var ticket = LoginTicket.Begin(_key, RandomNumberGenerator.GetBytes(32), back, _time.GetUtcNow());
        return new ProviderLogin(metadata.Request(_policy.ClientId, _redirect, _policy.Scopes, ticket), ticket.Cookie);
    }

    /// <summary>The browser is back.</summary>
    /// <exception cref="DiagnosticException">TP4411, TP4421 to TP4424, TP4405.</exception>
    public async Task<ProvidedSession> EndAsync(ProviderReturn answer, CancellationToken cancellationToken)
    {
        var now = _time.GetUtcNow();
        var ticket = LoginTicket.Resume(_key, answer.Cookie, answer.State, now) ?? throw new DiagnosticException(ExitCode.Usage, IdentityDiagnostics.LoginNotBegun());
        Use(ticket, now);
        // A provider says "access_denied" and the like; its own words are not shown: whoever makes the link writes them.
        if (answer.Code is not { Length: > 0 and <= MostOfCode } code) throw Refused("it sent no code: the login there was not finished, or is not allowed");
        var metadata = await _documents.MetadataAsync(cancellationToken);
        if ((answer.Issuer is not null || metadata.NamesIssuer) && answer.Issuer != _policy.Issuer) throw Refused("the answer is of another issuer");
        var claims = await ClaimsAsync(metadata, ticket, code, cancellationToken);
        var account = _accounts.Of(_policy, claims, now);
        lock (_turn) _throttle = _throttle.Succeeded(ticket.State);
        return new ProvidedSession(_tokens.Open(account), ticket.Return);
    }

    /// <summary>Links an account to somebody whom the provider knows, or takes the link away.</summary>
    public AccountAnswer Link(string account, AccountLinkRequest request) => _accounts.Link(account, _policy, request.Subject, request.Actor, _time.GetUtcNow());

    private async Task<JsonElement> ClaimsAsync(ProviderMetadata metadata, LoginTicket ticket, string code, CancellationToken cancellationToken)
    {
        var bytes = await _connection.ExchangeAsync(metadata, _policy, code, ticket.Verifier, _redirect, cancellationToken);
        var (token, access) = TokenResponse.Read(bytes) ?? throw Refused("its token endpoint sent no ID token");
        var expected = new IdTokenExpectation(_policy.Issuer, _policy.ClientId, ticket.Nonce, access);
        var reading = IdToken.Verify(token, await _documents.KeysAsync(metadata, newer: false, cancellationToken), expected, _time.GetUtcNow());
        if (reading.IsOfUnknownKey) reading = IdToken.Verify(token, await _documents.KeysAsync(metadata, newer: true, cancellationToken), expected, _time.GetUtcNow());
        return reading.Claims ?? throw Refused(reading.Problem!);
    }

    /// <summary>Once each, and no more at a time than are looked at: each costs the provider a request.</summary>
    private void Use(LoginTicket ticket, DateTimeOffset now)
    {
        lock (_turn)
        {
            if (_used.ContainsKey(ticket.State)) throw new DiagnosticException(ExitCode.Usage, IdentityDiagnostics.LoginNotBegun());
            if (_throttle.Wait(ticket.State, now) is { Ticks: > 0 } wait) throw new DiagnosticException(ExitCode.Busy, IdentityDiagnostics.LoginLocked(wait));
            _throttle = _throttle.Began(ticket.State, now);
            // The throttle lets far fewer pass in the life of a ticket than are remembered.
            if (_used.Count >= MostUsed / 2) _used = _used.RemoveRange(_used.Where(u => now - u.Value >= LoginTicket.Time).Select(u => u.Key));
            _used = _used.SetItem(ticket.State, ticket.Begun);
        }
    }

    private static DiagnosticException Refused(string why) => new(ExitCode.NotSignedIn, IdentityDiagnostics.ProviderRefused(why));
}

/// <summary>Where a browser is sent for a login.</summary>
/// <param name="Address">An address of the provider.</param>
/// <param name="Cookie">What the browser must bring back.</param>
public sealed record ProviderLogin(Uri Address, string Cookie);

/// <summary>What a browser brought back from the provider.</summary>
/// <param name="Cookie">Its cookie, or null.</param>
/// <param name="State">The state, or null.</param>
/// <param name="Code">The code, or null where there is an error in its place.</param>
/// <param name="Issuer">Whose answer it is, RFC 9207, or null.</param>
public sealed record ProviderReturn(string? Cookie, string? State, string? Code, string? Issuer)
{
    /// <summary>Without the code, should it ever get into a log.</summary>
    public override string ToString() => nameof(ProviderReturn);
}

/// <summary>A login that was good.</summary>
/// <param name="Session">The session.</param>
/// <param name="Return">Where the browser wanted to go.</param>
public sealed record ProvidedSession(NewTokenAnswer Session, string Return);
