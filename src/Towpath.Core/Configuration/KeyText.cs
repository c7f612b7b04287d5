using System.Collections.Immutable;

namespace Towpath.Core.Configuration;

/// <summary>How keys of secrets are written: 32 bytes in base64 each, one in a line or separated by commas; empty lines and those that begin with <c>#</c> say nothing.</summary>
public static class KeyText
{
    /// <summary>Bytes of a key.</summary>
    public const int KeySize = 32;

    /// <summary>The most that are taken: more are a mistake.</summary>
    public const int MostKeys = 16;

    /// <summary>The keys in order; null where a line is no key, where there is none, or where there are more than <see cref="MostKeys"/>.</summary>
    public static ImmutableArray<byte[]>? Parse(string text)
    {
        var keys = ImmutableArray.CreateBuilder<byte[]>();
        foreach (var line in text.Split(['\n', ','], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Where(line => line[0] != '#'))
        {
            var key = new byte[KeySize];
            if (!Convert.TryFromBase64String(line, key, out var length) || length != KeySize || keys.Count == MostKeys) return null;
            keys.Add(key);
        }

        return keys.Count > 0 ? keys.ToImmutable() : null;
    }
}
