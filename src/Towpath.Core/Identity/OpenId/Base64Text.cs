using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Towpath.Core.Identity.OpenId;

/// <summary>base64url without padding, RFC 7515 appendix C.</summary>
internal static class Base64Text
{
    /// <summary>The bytes, or null where it is none.</summary>
    public static byte[]? Decode(string text)
    {
        if (text.Length == 0 || text.Contains('=', StringComparison.Ordinal) || !Base64Url.IsValid(text)) return null;
        var bytes = Base64Url.DecodeFromChars(text);
        // One text for one value: loose last bits would let a signature be written in several ways.
        return Base64Url.EncodeToString(bytes) == text ? bytes : null;
    }

    /// <summary>SHA-256 of an ASCII text.</summary>
    public static string Sha256(string text) => Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(text)));
}
