using System.Collections.Immutable;
using System.Security.Cryptography;

namespace Towpath.Core.Applications;

/// <summary>The agreement that a commit brings with it: a text that each side signs. The text itself stays in the repository.</summary>
/// <param name="File">Path in the commit, relative to the Compose file's folder.</param>
/// <param name="Hash">What the text is told by, see <see cref="HashOf"/>.</param>
/// <param name="Sides">Teams that sign, in source order: two at least, none twice.</param>
public sealed record Agreement(string File, string Hash, ImmutableArray<string> Sides)
{
    /// <summary>Largest text in KiB.</summary>
    public const int MostKiB = 256;

    /// <summary>Sides at most.</summary>
    public const int MostSides = 10;

    /// <summary>Sides at least: what only one signs is no agreement.</summary>
    public const int LeastSides = 2;

    private const int ShownDigits = 12;

    /// <summary>Sides where none are named.</summary>
    public static ImmutableArray<string> UsualSides { get; } = ["dev", "ops"];

    /// <summary>
    /// SHA-256 of a text, 64 lower-case hexadecimal digits. CR LF counts as LF: git turns one into the other as <c>core.autocrlf</c> and attributes say, so
    /// that the same text would else be another on another machine. Nothing else is evened out: each other byte may change what was agreed.
    /// </summary>
    public static string HashOf(ReadOnlySpan<byte> text)
    {
        var even = new byte[text.Length];
        var length = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '\r' || i + 1 == text.Length || text[i + 1] != '\n')
            {
                even[length++] = text[i];
            }
        }

        return Convert.ToHexStringLower(SHA256.HashData(even.AsSpan(0, length)));
    }

    /// <summary>The beginning of a hash, as people are shown it.</summary>
    public static string Shown(string hash) => hash.Length <= ShownDigits ? hash : hash[..ShownDigits];
}
