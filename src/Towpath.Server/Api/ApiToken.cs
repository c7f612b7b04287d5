using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Towpath.Server.Api;

/// <summary>The bearer token: 256 random bits. The control plane keeps only its hash.</summary>
public static class ApiToken
{
    private const int Bytes = 32;

    /// <summary>A new clear token, 43 characters that need no escaping anywhere.</summary>
    public static string Create() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(Bytes));

    /// <summary>SHA-256 of a clear token, 64 lower-case hexadecimal digits. No salt and no slow hash: the token is random, not a password.</summary>
    public static string Hash(string token) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)));

    /// <summary>Whether a presented token is the one with that hash, in a time that does not tell how much of it was right.</summary>
    public static bool Matches(string presented, string hash) =>
        CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(Hash(presented)), Encoding.ASCII.GetBytes(hash));
}
