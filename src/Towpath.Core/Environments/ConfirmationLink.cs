using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Towpath.Core.Environments;

/// <summary>
/// What a link asks somebody to confirm, signed by the control plane. It gives no right: whoever follows it says who he is, and confirms exactly what
/// the link says, or nothing. Its text is a JSON list of texts and its HMAC-SHA256, both in
/// hexadecimal, with a dot between: chats escape what else could be markup, and break the link.
/// </summary>
/// <param name="Application">Application.</param>
/// <param name="Environment">Environment that the release is to enter.</param>
/// <param name="Release">Release.</param>
/// <param name="Role">Role in which it is to be confirmed.</param>
/// <param name="Covers">Hash of what the yes covers.</param>
/// <param name="ExpiresAt">When it ends, in whole seconds.</param>
public sealed record ConfirmationLink(string Application, string Environment, string Release, string Role, string Covers, DateTimeOffset ExpiresAt)
{
    /// <summary>How long a link is good for.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromHours(24);

    /// <summary>Most characters that a link's text may have.</summary>
    public const int Longest = 4000;

    // So that no signature of another kind by the same key is one.
    private const string Purpose = "towpath confirmation link 1";
    private const int Parts = 7;

    /// <summary>The signed text, of letters, digits and a dot.</summary>
    public string Sign(ReadOnlySpan<byte> key)
    {
        string[] parts = [Purpose, Application, Environment, Release, Role, Covers, ExpiresAt.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)];
        var content = Encoding.UTF8.GetBytes(JsonSerializer.Serialize(parts, ApprovalJson.Default.StringArray));
        return $"{Convert.ToHexStringLower(content)}.{Convert.ToHexStringLower(HMACSHA256.HashData(key, content))}";
    }

    /// <summary>What a text says; null where the key did not sign it.</summary>
    public static ConfirmationLink? Read(string text, ReadOnlySpan<byte> key)
    {
        if (text.Length > Longest || text.Split('.') is not [var first, var second] || Bytes(first) is not { } content || Bytes(second) is not { } signature) return null;
        if (!CryptographicOperations.FixedTimeEquals(HMACSHA256.HashData(key, content), signature)) return null;
        // Signed by ourselves, so it is whole; of another purpose or version it is none.
        return JsonSerializer.Deserialize(content, ApprovalJson.Default.StringArray) is { Length: Parts } parts && parts[0] == Purpose
            ? new ConfirmationLink(parts[1], parts[2], parts[3], parts[4], parts[5], DateTimeOffset.FromUnixTimeSeconds(long.Parse(parts[6], CultureInfo.InvariantCulture)))
            : null;
    }

    private static byte[]? Bytes(string text)
    {
        var bytes = new byte[text.Length / 2];
        return text.Length % 2 == 0 && Convert.FromHexString(text, bytes, out _, out _) == OperationStatus.Done ? bytes : null;
    }
}
