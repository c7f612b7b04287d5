using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Towpath.Tests.Identity.OpenId;

/// <summary>Makes ID tokens and key sets as a provider does, and as one must not.</summary>
internal static class TokenMint
{
    public const string Issuer = "https://id.example.org";
    public const string Client = "towpath";
    public const string Nonce = "nonce-1";

    public static DateTimeOffset Now { get; } = new(2026, 3, 2, 10, 0, 0, TimeSpan.Zero);

    public static RSA Rsa { get; } = RSA.Create(2048);

    public static ECDsa Ec { get; } = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public static JsonObject Claims() => new()
    {
        ["iss"] = Issuer,
        ["aud"] = Client,
        ["sub"] = "7c9e6679",
        ["exp"] = Now.AddMinutes(5).ToUnixTimeSeconds(),
        ["iat"] = Now.ToUnixTimeSeconds(),
        ["nonce"] = Nonce,
    };

    public static string Sign(JsonObject claims, string algorithm = "RS256", string? kid = "k1", Func<byte[], byte[]>? sign = null, JsonObject? extra = null)
    {
        var header = extra ?? [];
        header["alg"] = algorithm;
        if (kid is not null) header["kid"] = kid;
        var data = $"{Text(header.ToJsonString())}.{Text(claims.ToJsonString())}";
        return $"{data}.{Base64Url.EncodeToString((sign ?? SignerOf(algorithm))(Encoding.ASCII.GetBytes(data)))}";
    }

    public static JsonObject RsaKey(RSA rsa, string? kid = "k1", string? alg = null, string? use = "sig")
    {
        var parameters = rsa.ExportParameters(false);
        return Key(new JsonObject { ["kty"] = "RSA", ["n"] = Base64Url.EncodeToString(parameters.Modulus), ["e"] = Base64Url.EncodeToString(parameters.Exponent) }, kid, alg, use);
    }

    public static JsonObject EcKey(ECDsa ec, string? kid = "k2")
    {
        var point = ec.ExportParameters(false).Q;
        return Key(new JsonObject { ["kty"] = "EC", ["crv"] = "P-256", ["x"] = Base64Url.EncodeToString(point.X), ["y"] = Base64Url.EncodeToString(point.Y) }, kid, null, "sig");
    }

    public static byte[] Set(params JsonObject[] keys) => JsonSerializer.SerializeToUtf8Bytes(new JsonObject { ["keys"] = new JsonArray([.. keys]) });

    public static string Text(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));

    private static JsonObject Key(JsonObject key, string? kid, string? alg, string? use)
    {
        if (kid is not null) key["kid"] = kid;
        if (alg is not null) key["alg"] = alg;
        if (use is not null) key["use"] = use;
        return key;
    }

    private static Func<byte[], byte[]> SignerOf(string algorithm) => algorithm switch
    {
        "PS256" => data => Rsa.SignData(data, HashAlgorithmName.SHA256, RSASignaturePadding.Pss),
        "ES256" => data => Ec.SignData(data, HashAlgorithmName.SHA256),
        _ => data => Rsa.SignData(data, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1),
    };
}
