using System.Buffers;
using System.Globalization;

namespace Towpath.Core.Compose.ShortSyntax;

/// <summary>Sizes and durations as Compose writes them.</summary>
internal static class Units
{
    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789.");

    /// <summary>Bytes of <c>512m</c>, <c>1.5GB</c>, <c>64KiB</c> or a plain number. Units are powers of 1024, as in Docker.</summary>
    /// <param name="text">What was written.</param>
    /// <param name="bytes">The number; the smallest of all where it is larger than any, as upstream has it. Callers refuse what is negative.</param>
    public static bool TryBytes(string text, out long bytes)
    {
        bytes = 0;
        var unit = text.AsSpan().LastIndexOfAny(Digits) + 1;
        var number = text.AsSpan(0, unit);
        var suffix = text.AsSpan(unit).TrimStart(' ');
        var exponent = Exponent(suffix);
        if (exponent < 0
            || number.ContainsAnyExcept(Digits)
            || !double.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var amount))
        {
            return false;
        }

        var exact = amount * Math.Pow(1024, exponent);
        bytes = exact >= long.MaxValue ? long.MinValue : (long)exact;
        return true;
    }

    /// <summary>The time of <c>90s</c>, <c>1m30s</c>, <c>1.5h</c>, <c>250ms</c>. A number without a unit is no duration.</summary>
    public static bool TryDuration(string text, out TimeSpan duration)
    {
        var read = TryNanoseconds(text, out var nanoseconds);
        duration = TimeSpan.FromTicks(nanoseconds / TimeSpan.NanosecondsPerTick);
        return read;
    }

    /// <summary>The same in nanoseconds, at most some 292 years.</summary>
    public static bool TryNanoseconds(string text, out long nanoseconds)
    {
        nanoseconds = 0;
        var rest = text.AsSpan();
        var negative = rest.StartsWith("-");
        rest = negative || rest.StartsWith("+") ? rest[1..] : rest;
        if (rest.Length is 0 or > 64)
        {
            return false;
        }

        if (rest is "0")
        {
            return true;
        }

        var seconds = 0m;
        while (!rest.IsEmpty)
        {
            var digits = rest.IndexOfAnyExcept(Digits);
            if (digits is <= 0 or > 18 || !decimal.TryParse(rest[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var amount))
            {
                return false;
            }

            rest = rest[digits..];
            var letters = rest.IndexOfAny(Digits) is var end && end < 0 ? rest.Length : end;
            if (SecondsOf(rest[..letters]) is not { } unit)
            {
                return false;
            }

            seconds += amount * unit;
            rest = rest[letters..];
        }

        if (seconds > long.MaxValue / 1e9m)
        {
            return false;
        }

        nanoseconds = (long)(seconds * 1e9m) * (negative ? -1 : 1);
        return true;
    }

    private static decimal? SecondsOf(ReadOnlySpan<char> unit) => unit switch
    {
        "ns" => 1e-9m,
        "us" or "\u00b5s" or "\u03bcs" => 1e-6m,
        "ms" => 1e-3m,
        "s" => 1,
        "m" => 60,
        "h" => 3600,
        "d" => 86400,
        "w" => 604800,
        _ => null,
    };

    // 0 for bytes, 1 for k, kb, KiB and so on; -1 for what is no unit.
    private static int Exponent(ReadOnlySpan<char> unit)
    {
        if (unit.IsEmpty || unit.Equals("b", StringComparison.OrdinalIgnoreCase))
        {
            return 0;
        }

        var isWhole = unit.Length == 1 || unit[1..].Equals("b", StringComparison.OrdinalIgnoreCase) || unit[1..].Equals("ib", StringComparison.OrdinalIgnoreCase);
        return isWhole && "kmgtp".IndexOf(char.ToLowerInvariant(unit[0])) is var at and >= 0 ? at + 1 : -1;
    }
}
