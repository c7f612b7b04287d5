using System.Collections.Immutable;

namespace Towpath.Core.Identity.OpenId;

/// <summary>What a provider says of itself, OpenID Connect Discovery 1.0.</summary>
/// <param name="Authorization">Where people are sent.</param>
/// <param name="Token">Where codes are exchanged.</param>
/// <param name="Keys">Where its keys are.</param>
/// <param name="TakesBasic">Whether the token endpoint takes the client's secret in the header; in the body else.</param>
/// <param name="NamesIssuer">Whether its answers to the browser say whose they are, RFC 9207.</param>
public sealed record ProviderMetadata(Uri Authorization, Uri Token, Uri Keys, bool TakesBasic, bool NamesIssuer)
{
    /// <summary>Reads the document.</summary>
    /// <returns>What it says, or why it can't be used.</returns>
    public static (ProviderMetadata? Metadata, string? Problem) Read(ReadOnlyMemory<byte> bytes, string issuer)
    {
        if (StrictJson.Object(bytes) is not { } document) return (null, "its discovery document is no JSON object");
        if (document.Text("issuer") != issuer) return (null, "its discovery document is of another issuer");
        var authorization = Address(document.Text("authorization_endpoint"));
        var token = Address(document.Text("token_endpoint"));
        var keys = Address(document.Text("jwks_uri"));
        if (authorization is null || token is null || keys is null) return (null, "its discovery document lacks an endpoint, or names one that is not https");
        // Left out, it means client_secret_basic.
        var takesBasic = document.Texts("token_endpoint_auth_methods_supported") is not { } methods || methods.Contains("client_secret_basic") || !methods.Contains("client_secret_post");
        if (document.Texts("code_challenge_methods_supported") is { } challenges && !challenges.Contains("S256")) return (null, "it does not know PKCE with S256");
        var names = document.TryGetProperty("authorization_response_iss_parameter_supported", out var said) && said.ValueKind == System.Text.Json.JsonValueKind.True;
        return (new ProviderMetadata(authorization, token, keys, takesBasic, names), null);
    }

    /// <summary>Where the document is.</summary>
    public static Uri Discovery(string issuer) => new(issuer.TrimEnd('/') + "/.well-known/openid-configuration");

    /// <summary>Where somebody's browser is sent: an authorization request with PKCE, RFC 6749 4.1.1 and RFC 7636 4.3.</summary>
    /// <param name="client">What the provider calls this control plane.</param>
    /// <param name="redirect">Where the browser comes back.</param>
    /// <param name="scopes">What is asked for.</param>
    /// <param name="ticket">What binds it to the browser.</param>
    public Uri Request(string client, Uri redirect, ImmutableArray<string> scopes, LoginTicket ticket)
    {
        var asked = new Dictionary<string, string>
        {
            ["response_type"] = "code",
            ["client_id"] = client,
            ["redirect_uri"] = redirect.AbsoluteUri,
            ["scope"] = string.Join(' ', scopes),
            ["state"] = ticket.State,
            ["nonce"] = ticket.Nonce,
            ["code_challenge"] = ticket.Challenge,
            ["code_challenge_method"] = "S256",
        };
        var query = string.Join('&', asked.Select(p => $"{p.Key}={Uri.EscapeDataString(p.Value)}"));
        return new UriBuilder(Authorization) { Query = Authorization.Query.Length > 1 ? $"{Authorization.Query[1..]}&{query}" : query }.Uri;
    }

    private static Uri? Address(string? text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address) && address.UserInfo.Length == 0 && address.Fragment.Length == 0
        && (address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && address.IsLoopback)) ? address : null;
}
