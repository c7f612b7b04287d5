using System.Buffers;
using System.Globalization;

namespace Towpath.Core.Compose.ShortSyntax;

/// <summary>Sizes and durations as Compose writes them.</summary>
internal static class Units
{
    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789.");

    private static readonly Dictionary<string, double> Seconds = new(StringComparer.Ordinal)
    {
        ["ns"] = 1e-9,
        ["us"] = 1e-6,
        ["\u00b5s"] = 1e-6,
        ["\u03bcs"] = 1e-6,
        ["ms"] = 1e-3,
        ["s"] = 1,
        ["m"] = 60,
        ["h"] = 3600,
        ["d"] = 86400,
        ["w"] = 604800,
    };

    /// <summary>Bytes of <c>512m</c>, <c>1.5GB</c>, <c>64KiB</c> or a plain number. Units are powers of 1024, as in Docker.</summary>
    public static bool TryBytes(string text, out long bytes)
    {
        bytes = 0;
        text = text.Trim();
        var digits = text.AsSpan().IndexOfAnyExcept(Digits);
        var number = digits < 0 ? text : text[..digits];
        var unit = digits < 0 ? "" : text[digits..].Trim().ToLowerInvariant();
        var power = unit.TrimEnd('b') is var stem && stem.EndsWith('i') ? stem[..^1] : stem;
        var exponent = unit is "" or "b" ? 0 : power.Length == 1 ? "kmgtpe".IndexOf(power[0]) + 1 : 0;
        if ((exponent == 0 && unit is not ("" or "b"))
            || !decimal.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var amount)
            || amount > long.MaxValue / (1L << (10 * exponent)))
        {
            return false;
        }

        bytes = (long)(amount * (1L << (10 * exponent)));
        return true;
    }

    /// <summary>The time of <c>90s</c>, <c>1m30s</c>, <c>1.5h</c>, <c>250ms</c>. A number without a unit is no duration.</summary>
    public static bool TryDuration(string text, out TimeSpan duration)
    {
        duration = default;
        var rest = text.AsSpan().Trim();
        var negative = rest.StartsWith("-");
        rest = negative ? rest[1..] : rest;
        if (rest.IsEmpty || rest.Length > 64)
        {
            return false;
        }

        var seconds = 0m;
        while (!rest.IsEmpty)
        {
            var digits = rest.IndexOfAnyExcept(Digits);
            if (digits <= 0 || digits > 18 || !decimal.TryParse(rest[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var amount))
            {
                return false;
            }

            rest = rest[digits..];
            var letters = rest.IndexOfAny(Digits) is var end && end < 0 ? rest.Length : end;
            if (!Seconds.TryGetValue(rest[..letters].ToString(), out var unit))
            {
                return false;
            }

            seconds += amount * (decimal)unit;
            rest = rest[letters..];
        }

        if (seconds > (decimal)TimeSpan.FromDays(36500).TotalSeconds)
        {
            return false;
        }

        duration = TimeSpan.FromTicks((long)(seconds * TimeSpan.TicksPerSecond) * (negative ? -1 : 1));
        return true;
    }
}
