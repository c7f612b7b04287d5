using System.Security.Cryptography;
using Towpath.Core.Configuration;

namespace Towpath.Engines.Secrets;

/// <summary>A key that values of secrets are sealed with: 256 bits for AES-GCM.</summary>
public sealed class SecretKey
{
    private readonly byte[] _bytes;

    internal SecretKey(byte[] bytes)
    {
        _bytes = bytes;
        // A hash of a random key tells nothing about it.
        Id = Convert.ToHexStringLower(SHA256.HashData([.. "towpath secret key\n"u8, .. bytes]))[..16];
    }

    /// <summary>Its name: 16 hexadecimal digits that stand in what it sealed, and may be shown.</summary>
    public string Id { get; }

    /// <summary>The key itself.</summary>
    internal ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>A new one.</summary>
    public static SecretKey New() => new(RandomNumberGenerator.GetBytes(KeyText.KeySize));

    /// <summary>As <see cref="KeyText"/> reads it.</summary>
    public string Export() => Convert.ToBase64String(_bytes);

    /// <summary>Its name only, so that no text shows a key by accident.</summary>
    public override string ToString() => Id;
}
