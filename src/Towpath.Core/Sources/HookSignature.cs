using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Towpath.Core.Sources;

/// <summary>
/// Whether a call is from who has the key. Comparisons take a time that does not tell how much was right. A call only says "look now": one that is sent again
/// where its form has no time to refuse it by does no harm.
/// </summary>
public static class HookSignature
{
    /// <summary>How far the time of a signature may be from ours.</summary>
    public static TimeSpan Tolerance { get; } = TimeSpan.FromMinutes(5);

    private const string StandardKey = "whsec_";

    /// <summary>Judges a call.</summary>
    /// <param name="kind">Whose form it has.</param>
    /// <param name="key">The key.</param>
    /// <param name="header">A header's value by its name; empty for none, or for several.</param>
    /// <param name="body">The body as it came.</param>
    /// <param name="now">The time.</param>
    public static bool IsGenuine(HookKind kind, string key, Func<string, string> header, ReadOnlySpan<byte> body, DateTimeOffset now) => kind switch
    {
        HookKind.GitHub => GitHub(key, header("X-Hub-Signature-256"), body),
        HookKind.GitLab => header("webhook-signature").Length > 0
            ? Standard(key, header("webhook-id"), header("webhook-timestamp"), header("webhook-signature"), body, now)
            : Same(header("X-Gitlab-Token"), key),
        _ => Own(key, header("Towpath-Signature"), body, now),
    };

    /// <summary><c>sha256=HEX</c> (GitHub Docs, "Validating webhook deliveries").</summary>
    private static bool GitHub(string key, string signature, ReadOnlySpan<byte> body) =>
        Same(signature, "sha256=" + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(key), body)));

    /// <summary>
    /// <c>v1,BASE64</c>, several parted by blanks, over <c>ID.SECONDS.BODY</c> (Standard Webhooks specification; GitLab Docs, "Webhooks", signing token). Where a signing token is
    /// set, it is the key: <c>whsec_</c> and the key in base64.
    /// </summary>
    private static bool Standard(string key, string id, string seconds, string signatures, ReadOnlySpan<byte> body, DateTimeOffset now)
    {
        if (!IsFresh(seconds, now) || KeyOf(key) is not { } bytes) return false;
        var expected = "v1," + Convert.ToBase64String(Mac(bytes, Encoding.UTF8.GetBytes($"{id}.{seconds}."), body));
        return signatures.Split(' ').Any(signature => Same(signature, expected));
    }

    /// <summary><c>t=SECONDS,v1=HEX</c> over <c>SECONDS.BODY</c>: the form of our own webhooks (docs/guide/server-yaml.md).</summary>
    private static bool Own(string key, string signature, ReadOnlySpan<byte> body, DateTimeOffset now)
    {
        var parts = signature.Split(',').Select(part => part.Split('=', 2)).Where(part => part.Length == 2).ToList();
        var seconds = parts.FirstOrDefault(part => part[0] == "t")?[1] ?? "";
        if (!IsFresh(seconds, now)) return false;
        var expected = Convert.ToHexStringLower(Mac(Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes(seconds + "."), body));
        return parts.Any(part => part[0] == "v1" && Same(part[1], expected));
    }

    private static byte[] Mac(byte[] key, byte[] before, ReadOnlySpan<byte> body)
    {
        byte[] signed = [.. before, .. body];
        return HMACSHA256.HashData(key, signed);
    }

    private static byte[]? KeyOf(string key)
    {
        if (!key.StartsWith(StandardKey, StringComparison.Ordinal)) return Encoding.UTF8.GetBytes(key);
        var bytes = new byte[key.Length];
        return Convert.TryFromBase64String(key[StandardKey.Length..], bytes, out var count) ? bytes[..count] : null;
    }

    private static bool IsFresh(string seconds, DateTimeOffset now) =>
        long.TryParse(seconds, NumberStyles.None, CultureInfo.InvariantCulture, out var sent)
        && Math.Abs(now.ToUnixTimeSeconds() - (double)sent) <= Tolerance.TotalSeconds;

    private static bool Same(string given, string expected) =>
        CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(given)), SHA256.HashData(Encoding.UTF8.GetBytes(expected)));
}
