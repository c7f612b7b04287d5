using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Towpath.Core.Identity;

/// <summary>
/// Passwords as they are stored: <c>pbkdf2-sha512$ITERATIONS$SALT$HASH</c>, salt and hash in base64url. Since the number stands in the text, it
/// can be raised, and old ones are replaced at the next login.
/// </summary>
public static class PasswordHash
{
    /// <summary>OWASP, Password Storage Cheat Sheet: 210 000 for PBKDF2-HMAC-SHA512.</summary>
    public const int Iterations = 210_000;

    /// <summary>Bytes of salt.</summary>
    public const int SaltBytes = 16;

    /// <summary>Characters at least: what NIST SP 800-63B asks for where the password is the only proof.</summary>
    public const int LeastCharacters = 15;

    /// <summary>Characters at most: more would only be work for us.</summary>
    public const int MostCharacters = 256;

    private const string Algorithm = "pbkdf2-sha512";
    private const int HashBytes = 64;
    private const int MostIterations = 10_000_000;

    /// <summary>What no password fits, at the cost of any other: for accounts that there are not.</summary>
    public static string Nobody { get; } = $"{Algorithm}${Iterations}${Base64Url.EncodeToString(new byte[SaltBytes])}${Base64Url.EncodeToString(new byte[HashBytes])}";

    /// <summary>Stores a password.</summary>
    /// <param name="password">The password.</param>
    /// <param name="salt">Random, <see cref="SaltBytes"/> long.</param>
    /// <param name="iterations">Rounds.</param>
    public static string Of(string password, ReadOnlySpan<byte> salt, int iterations = Iterations) =>
        string.Create(CultureInfo.InvariantCulture, $"{Algorithm}${iterations}${Base64Url.EncodeToString(salt)}${Base64Url.EncodeToString(Derive(password, salt, iterations))}");

    /// <summary>Whether a password is the stored one, in a time that does not tell how much of it was right. What can't be read fits nothing.</summary>
    public static bool Fits(string password, string stored) =>
        Parse(stored) is var (iterations, salt, hash) && CryptographicOperations.FixedTimeEquals(Derive(password, salt, iterations), hash);

    /// <summary>Whether it was stored with less work than is asked for now.</summary>
    public static bool IsWeak(string stored) => Parse(stored) is not var (iterations, _, _) || iterations < Iterations;

    /// <summary>Why that can't be a password, or null where it can.</summary>
    public static string? Fault(string password, string account) => password switch
    {
        { Length: < LeastCharacters } => $"it has fewer than {LeastCharacters} characters",
        { Length: > MostCharacters } => $"it has more than {MostCharacters} characters",
        _ when password.Distinct().Count() < 5 => "it repeats a few characters",
        _ when account.Length > 3 && password.Contains(account, StringComparison.OrdinalIgnoreCase) => "it holds the account's name",
        _ => null,
    };

    private static (int Iterations, byte[] Salt, byte[] Hash)? Parse(string stored)
    {
        if (stored.Split('$') is not [Algorithm, var count, var salt, var hash]) return null;
        if (!int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out var iterations) || iterations is < 1 or > MostIterations) return null;
        if (!Base64Url.IsValid(salt) || !Base64Url.IsValid(hash)) return null;
        var bytes = Base64Url.DecodeFromChars(hash);
        return bytes.Length == HashBytes ? (iterations, Base64Url.DecodeFromChars(salt), bytes) : null;
    }

    private static byte[] Derive(string password, ReadOnlySpan<byte> salt, int iterations) => Rfc2898DeriveBytes.Pbkdf2(
        Encoding.UTF8.GetBytes(password), salt, iterations, HashAlgorithmName.SHA512, HashBytes);
}
