namespace Towpath.Core.Identity.OpenId;

/// <summary>What a token endpoint answers, RFC 6749 5.1 and OpenID Connect Core 1.0, 3.1.3.3.</summary>
public static class TokenResponse
{
    /// <summary>The ID token, and the access token where one came; null where there is no ID token.</summary>
    public static (string IdToken, string? AccessToken)? Read(ReadOnlyMemory<byte> bytes) =>
        StrictJson.Object(bytes) is { } answer && answer.Text("id_token") is { } token ? (token, answer.Text("access_token")) : null;
}
