using System.Security.Cryptography;
using System.Text;

namespace Towpath.Core.Kubernetes.Planning;

/// <summary>Names that a cluster takes, made of names that Compose takes.</summary>
internal static class ClusterNames
{
    /// <summary>The longest name of a service, which also ends up in the names of its pods.</summary>
    public const int LongestService = 52;

    private const int LongestLabel = 63;

    /// <summary>
    /// A DNS label as services need it (RFC 1035): lower-case letters, digits and hyphens, a letter first. Where something else was in the
    /// way a hyphen stands; a name that is too long ends with a hash of all of it.
    /// </summary>
    public static string Label(string name, int longest = LongestLabel)
    {
        var text = new StringBuilder(name.Length);
        foreach (var c in name)
        {
            text.Append(char.IsAsciiLetterOrDigit(c) ? char.ToLowerInvariant(c) : '-');
        }

        var label = text.ToString().Trim('-');
        if (label.Length == 0 || !char.IsAsciiLetter(label[0]))
        {
            label = "s-" + label;
        }

        label = label.TrimEnd('-');
        return label.Length <= longest ? label : $"{label[..(longest - 9)].TrimEnd('-')}-{Hash(name)}";
    }

    /// <summary>A name and something behind it, as one label.</summary>
    public static string With(string name, string suffix) =>
        name.Length + 1 + suffix.Length <= LongestLabel ? $"{name}-{suffix}" : $"{name[..(LongestLabel - suffix.Length - 10)].TrimEnd('-')}-{Hash(name)}-{suffix}";

    /// <summary>First 8 hexadecimal digits of the SHA-256 of a text.</summary>
    public static string Hash(string text) => Hash(Encoding.UTF8.GetBytes(text));

    /// <summary>First 8 hexadecimal digits of the SHA-256 of bytes.</summary>
    public static string Hash(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes))[..8];
}
