using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json;

namespace Towpath.Core.Identity.OpenId;

/// <summary>A public key of a provider.</summary>
/// <param name="Id">Its name, or null.</param>
/// <param name="Algorithm">The only algorithm that it is for, or null.</param>
public abstract record SigningKey(string? Id, string? Algorithm)
{
    /// <summary>Whether a signature over <paramref name="data"/> is of this key, by that algorithm; false too where the two don't fit.</summary>
    public abstract bool Verifies(string algorithm, byte[] data, byte[] signature);
}

/// <summary>A key for RS256 and PS256.</summary>
/// <param name="Id">Its name, or null.</param>
/// <param name="Algorithm">The only algorithm that it is for, or null.</param>
/// <param name="Key">Modulus and exponent.</param>
public sealed record RsaSigningKey(string? Id, string? Algorithm, RSAParameters Key) : SigningKey(Id, Algorithm)
{
    /// <inheritdoc/>
    public override bool Verifies(string algorithm, byte[] data, byte[] signature)
    {
        if (algorithm is not ("RS256" or "PS256")) return false;
        using var rsa = RSA.Create(Key);
        return rsa.VerifyData(data, signature, HashAlgorithmName.SHA256, algorithm == "RS256" ? RSASignaturePadding.Pkcs1 : RSASignaturePadding.Pss);
    }
}

/// <summary>A key for ES256.</summary>
/// <param name="Id">Its name, or null.</param>
/// <param name="Algorithm">The only algorithm that it is for, or null.</param>
/// <param name="Key">A point of P-256.</param>
public sealed record EcSigningKey(string? Id, string? Algorithm, ECParameters Key) : SigningKey(Id, Algorithm)
{
    /// <inheritdoc/>
    public override bool Verifies(string algorithm, byte[] data, byte[] signature)
    {
        if (algorithm != "ES256") return false;
        using var ecdsa = ECDsa.Create(Key);
        return ecdsa.VerifyData(data, signature, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
    }
}

/// <summary>Reads a set of keys, RFC 7517.</summary>
public static class SigningKeys
{
    /// <summary>Keys of a set at most; what is behind them is left out.</summary>
    public const int Most = 100;

    private const int LeastBytes = 256;
    private const int MostBytes = 1024;
    private const int CoordinateBytes = 32;

    /// <summary>The keys of the set that a signature of ours may be of: RSA of 2048 to 8192 bits, and P-256; null where it is no set. Other keys are left out, as the RFC says.</summary>
    public static ImmutableArray<SigningKey>? Read(ReadOnlyMemory<byte> bytes)
    {
        if (StrictJson.Object(bytes) is not { } set || !set.TryGetProperty("keys", out var keys) || keys.ValueKind != JsonValueKind.Array) return null;
        return [.. keys.EnumerateArray().Take(Most).Where(k => k.ValueKind == JsonValueKind.Object).Select(Key).OfType<SigningKey>()];
    }

    private static SigningKey? Key(JsonElement key)
    {
        if (key.Text("use") is not (null or "sig")) return null;
        return key.Text("kty") switch
        {
            "RSA" => Rsa(key),
            "EC" when key.Text("crv") == "P-256" => Ec(key),
            _ => null,
        };
    }

    private static RsaSigningKey? Rsa(JsonElement key)
    {
        if (Bytes(key, "n") is not { Length: >= LeastBytes and <= MostBytes } modulus || Bytes(key, "e") is not { Length: >= 1 and <= 8 } exponent) return null;
        return new RsaSigningKey(key.Text("kid"), key.Text("alg"), new RSAParameters { Modulus = modulus, Exponent = exponent });
    }

    private static EcSigningKey? Ec(JsonElement key)
    {
        if (Bytes(key, "x") is not { Length: CoordinateBytes } x || Bytes(key, "y") is not { Length: CoordinateBytes } y) return null;
        var parameters = new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = new ECPoint { X = x, Y = y } };
        try
        {
            using var valid = ECDsa.Create(parameters);
            return new EcSigningKey(key.Text("kid"), key.Text("alg"), parameters);
        }
        catch (CryptographicException)
        {
            // Not on the curve.
            return null;
        }
    }

    private static byte[]? Bytes(JsonElement key, string name) => key.Text(name) is { } text ? Base64Text.Decode(text) : null;
}
