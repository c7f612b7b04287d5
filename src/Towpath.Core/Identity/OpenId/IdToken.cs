using System.Buffers.Text;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Towpath.Core.Identity.OpenId;

/// <summary>What an ID token must say.</summary>
/// <param name="Issuer">Who must have made it.</param>
/// <param name="Audience">For whom.</param>
/// <param name="Nonce">In answer to which request.</param>
/// <param name="AccessToken">The access token that came with it, or null.</param>
public sealed record IdTokenExpectation(string Issuer, string Audience, string Nonce, string? AccessToken);

/// <summary>What came of looking at an ID token.</summary>
/// <param name="Claims">What it says; null where it is refused.</param>
/// <param name="Problem">Why it is refused; null where it is not.</param>
/// <param name="IsOfUnknownKey">It names a key that is not among those known: newer keys may help.</param>
public sealed record IdTokenReading(JsonElement? Claims, string? Problem, bool IsOfUnknownKey = false);

/// <summary>
/// Verifies ID tokens by OpenID Connect Core 1.0, 3.1.3.7, and RFC 7519. Only the algorithms below count: <c>none</c> has no signature, and with an HMAC whoever knows the public
/// key, which is everybody, could sign.
/// </summary>
public static class IdToken
{
    /// <summary>Longest token that is looked at, in characters.</summary>
    public const int MostCharacters = 32 * 1024;

    private const int MostOfSubject = 255;
    private static readonly ImmutableArray<string> Algorithms = ["RS256", "PS256", "ES256"];

    /// <summary>How far the provider's clock may be off.</summary>
    public static TimeSpan Skew { get; } = TimeSpan.FromSeconds(60);

    /// <summary>How old a token may be when it comes: it comes straight from the provider.</summary>
    public static TimeSpan MostAge { get; } = TimeSpan.FromMinutes(10);

    /// <summary>Looks at a token.</summary>
    /// <param name="token">In its compact form.</param>
    /// <param name="keys">The provider's keys.</param>
    /// <param name="expected">What it must say.</param>
    /// <param name="now">The time.</param>
    public static IdTokenReading Verify(string token, ImmutableArray<SigningKey> keys, IdTokenExpectation expected, DateTimeOffset now)
    {
        if (token.Length > MostCharacters || token.Split('.') is not [var head, var body, var sealText]) return Refused("the ID token is not of the form header.claims.signature");
        if (Part(head) is not { } header || Part(body) is not { } claims || Base64Text.Decode(sealText) is not { } signature) return Refused("the ID token can't be read");
        if (header.Text("alg") is not { } algorithm || !Algorithms.Contains(algorithm)) return Refused($"the ID token is not signed by {string.Join(", ", Algorithms)}");
        if (header.TryGetProperty("crit", out _)) return Refused("the ID token asks for an extension that is not known here");
        var id = header.Text("kid");
        ImmutableArray<SigningKey> candidates = [.. keys.Where(k => (id is null || k.Id == id) && (k.Algorithm ?? algorithm) == algorithm)];
        if (candidates.IsEmpty) return Refused("the ID token is signed by a key that the provider does not publish") with { IsOfUnknownKey = true };
        // Without a name, there must be no choice.
        if (id is null && candidates.Length > 1) return Refused("the ID token does not say which key it is signed by");
        var data = Encoding.ASCII.GetBytes($"{head}.{body}");
        if (!candidates.Any(k => k.Verifies(algorithm, data, signature))) return Refused("the signature of the ID token is wrong");
        return Fault(claims, expected, now) is { } fault ? Refused(fault) : new IdTokenReading(claims, null);
    }

    private static string? Fault(JsonElement claims, IdTokenExpectation expected, DateTimeOffset now)
    {
        if (claims.Text("iss") != expected.Issuer) return "the ID token is of another issuer";
        if (claims.Texts("aud") is not { } audience || !audience.Contains(expected.Audience)) return "the ID token is for somebody else";
        var party = claims.Text("azp");
        if (audience.Count > 1 && party is null) return "the ID token is for several, and does not say who asked for it";
        if (claims.TryGetProperty("azp", out _) && party != expected.Audience) return "somebody else asked for the ID token";
        if (claims.Text("sub") is not { Length: > 0 and <= MostOfSubject }) return "the ID token names nobody";
        if (claims.Time("exp") is not { } expires || expires <= now - Skew) return "the ID token has expired";
        if (claims.Time("iat") is not { } issued || issued > now + Skew || issued < now - MostAge - Skew) return "the ID token was not made just now";
        if (claims.TryGetProperty("nbf", out _) && (claims.Time("nbf") is not { } begins || begins > now + Skew)) return "the ID token is not valid yet";
        if (!Same(claims.Text("nonce"), expected.Nonce)) return "the ID token answers another request";
        if (claims.TryGetProperty("at_hash", out _) && !Same(claims.Text("at_hash"), expected.AccessToken is { } access ? HalfHash(access) : null)) return "the ID token belongs to another access token";
        return null;
    }

    private static IdTokenReading Refused(string problem) => new(null, problem);

    private static JsonElement? Part(string text) => Base64Text.Decode(text) is { } bytes ? StrictJson.Object(bytes) : null;

    /// <summary>OpenID Connect Core 1.0, 3.1.3.6, for the algorithms with SHA-256.</summary>
    private static string HalfHash(string access) => Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(access)).AsSpan(0, 16));

    private static bool Same(string? one, string? other) =>
        one is not null && other is not null && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(one), Encoding.UTF8.GetBytes(other));
}
