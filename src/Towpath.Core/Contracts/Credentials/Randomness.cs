namespace Towpath.Core.Contracts.Credentials;

/// <summary>How much a text looks as if a machine had drawn it.</summary>
internal static class Randomness
{
    private const int Shortest = 16;
    private const int Longest = 256;
    private const double Least_bits = 3.5;
    private static readonly string[] Words = ["example", "change", "password", "secret", "placeholder", "your", "sample", "dummy", "default", "test", "insert", "replace", "xxxx", "1234"];

    /// <summary>Whether it is drawn rather than thought up: long, without blanks and words, with digits among letters, and of high entropy.</summary>
    public static bool IsRandom(string value) =>
        value.Length is >= Shortest and <= Longest
        && !value.AsSpan().ContainsAny(' ', '$', '<') && !value.Contains("://", StringComparison.Ordinal)
        && value.Any(char.IsAsciiDigit) && value.Any(char.IsAsciiLetter)
        && Entropy_bits(value) >= Least_bits
        && !Words.Any(w => value.Contains(w, StringComparison.OrdinalIgnoreCase));

    /// <summary>Shannon's entropy in bits per character.</summary>
    public static double Entropy_bits(string value) =>
        value.GroupBy(c => c).Select(g => (double)g.Count() / value.Length).Sum(p => -p * Math.Log2(p));
}
