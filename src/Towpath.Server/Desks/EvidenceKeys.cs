using System.Security.Cryptography;
using System.Text;
using Towpath.Server.Storage;

namespace Towpath.Server.Desks;

/// <summary>Public keys that sign evidence: ECDSA over P-256 with SHA-256 (FIPS 186-5), signatures in DER (RFC 3279), keys in PEM (RFC 7468).</summary>
internal static class EvidenceKeys
{
    private const int LongestPem = 1000;
    private const int LongestSignature = 200;
    private const string PublicKey = "PUBLIC KEY";

    /// <summary>The key in the one form that is kept, and its fingerprint; null where it is no such key, or a private one.</summary>
    public static (string Pem, string Fingerprint)? Read(string pem)
    {
        if (pem.Length > LongestPem || !PemEncoding.TryFind(pem, out var fields) || pem[fields.Label] != PublicKey) return null;
        try
        {
            using var key = ECDsa.Create();
            key.ImportFromPem(pem[fields.Location]);
            if (key.ExportParameters(includePrivateParameters: false).Curve.Oid.Value != ECCurve.NamedCurves.nistP256.Oid.Value) return null;
            return (key.ExportSubjectPublicKeyInfoPem(), Convert.ToHexStringLower(SHA256.HashData(key.ExportSubjectPublicKeyInfo())));
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            return null;
        }
    }

    /// <summary>Which of the keys signed a text; null for none.</summary>
    /// <param name="keys">Keys of the application.</param>
    /// <param name="content">What is signed, in UTF-8.</param>
    /// <param name="signature">In base64.</param>
    public static EvidenceKeyRecord? SignerOf(IEnumerable<EvidenceKeyRecord> keys, string content, string signature)
    {
        var bytes = new byte[LongestSignature];
        if (!Convert.TryFromBase64String(signature, bytes, out var length)) return null;
        return keys.FirstOrDefault(known =>
        {
            using var key = ECDsa.Create();
            key.ImportFromPem(known.Pem);
            return key.VerifyData(Encoding.UTF8.GetBytes(content), bytes.AsSpan(0, length), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        });
    }
}
