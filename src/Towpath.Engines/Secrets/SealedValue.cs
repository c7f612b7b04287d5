using System.Security.Cryptography;
using System.Text;

namespace Towpath.Engines.Secrets;

/// <summary>Which value it is. A sealed value can't be opened as another one: moved to another name, version or environment it is refused.</summary>
/// <param name="Application">Application.</param>
/// <param name="Environment">Environment.</param>
/// <param name="Name">Name of the secret.</param>
/// <param name="Version">Its version, from 1.</param>
public readonly record struct SecretPlace(string Application, string Environment, string Name, int Version);

/// <summary>
/// A value on the disk: the mark <c>TPS1</c>, the key's name in 16 characters, a nonce of 12 bytes, a tag of 16 bytes, and the value encrypted by AES-256-GCM
/// (NIST SP 800-38D) with its <see cref="SecretPlace"/> as additional data. A nonce is random; one key seals far fewer than the 2^32 values that this allows.
/// </summary>
public static class SealedValue
{
    private const int IdSize = 16;
    private const int NonceSize = 12;
    private const int TagSize = 16;
    private const int HeadSize = 4 + IdSize + NonceSize + TagSize;

    private static ReadOnlySpan<byte> Mark => "TPS1"u8;

    /// <summary>Seals a value.</summary>
    public static byte[] Seal(SecretKey key, SecretPlace place, ReadOnlySpan<byte> value)
    {
        var whole = new byte[HeadSize + value.Length];
        var nonce = whole.AsSpan(4 + IdSize, NonceSize);
        var tag = whole.AsSpan(4 + IdSize + NonceSize, TagSize);
        Mark.CopyTo(whole);
        Encoding.ASCII.GetBytes(key.Id, whole.AsSpan(4));
        RandomNumberGenerator.Fill(nonce);
        using var aes = new AesGcm(key.Bytes, TagSize);
        aes.Encrypt(nonce, value, whole.AsSpan(HeadSize), tag, Place(place));
        return whole;
    }

    /// <summary>Name of the key that sealed it, or null where it is no sealed value.</summary>
    public static string? KeyOf(ReadOnlySpan<byte> whole) =>
        whole.Length >= HeadSize && whole.StartsWith(Mark) ? Encoding.ASCII.GetString(whole.Slice(4, IdSize)) : null;

    /// <summary>The value, or null where none of the keys opens it: it was altered, belongs elsewhere, or its key is missing.</summary>
    public static byte[]? Open(SecretKeys keys, SecretPlace place, ReadOnlySpan<byte> whole)
    {
        if (KeyOf(whole) is not { } id || keys.Find(id) is not { } key) return null;
        var value = new byte[whole.Length - HeadSize];
        using var aes = new AesGcm(key.Bytes, TagSize);
        try
        {
            aes.Decrypt(whole.Slice(4 + IdSize, NonceSize), whole[HeadSize..], whole.Slice(4 + IdSize + NonceSize, TagSize), value, Place(place));
            return value;
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }
    }

    // None of these can hold a line break.
    private static byte[] Place(SecretPlace place) =>
        Encoding.UTF8.GetBytes(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"towpath secret\n{place.Application}\n{place.Environment}\n{place.Name}\n{place.Version}\n"));
}
