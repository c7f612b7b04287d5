using System.Globalization;

namespace Towpath.Core.Compose.Schema;

/// <summary>Numbers and times as the reference implementation writes them, so that both programs print the same.</summary>
internal static class GoNumber
{
    private const int LargestPlainExponent = 5;

    /// <summary>The shortest text that reads back as the same number; with an exponent from a million on.</summary>
    public static string Shortest(double number)
    {
        if (!double.IsFinite(number))
        {
            return double.IsNaN(number) ? "NaN" : number > 0 ? "+Inf" : "-Inf";
        }

        var text = number.ToString("E16", CultureInfo.InvariantCulture);
        var exponent = int.Parse(text.AsSpan(text.IndexOf('E', StringComparison.Ordinal) + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        if (number == 0 || exponent is >= -4 and <= LargestPlainExponent)
        {
            return number.ToString("R", CultureInfo.InvariantCulture);
        }

        var digits = number.ToString("R", CultureInfo.InvariantCulture).Split('E')[0].Replace(".", "", StringComparison.Ordinal).Trim('0').TrimStart('-').Trim('0');
        var mantissa = digits.Length > 1 ? $"{digits[0]}.{digits[1..]}" : digits;
        return $"{(number < 0 ? "-" : "")}{mantissa}e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent):00}";
    }

    /// <summary>Single precision, without an exponent where that is short.</summary>
    public static string Shortest(float number) => Math.Abs(number) is 0 or (>= 1e-6f and < 1e21f)
        ? decimal.Parse(number.ToString("R", CultureInfo.InvariantCulture), NumberStyles.Float, CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture)
        : number.ToString("R", CultureInfo.InvariantCulture);

    /// <summary>A time in hours, minutes and seconds: <c>1h2m0s</c>; below a second in the largest fitting unit: <c>250ms</c>.</summary>
    public static string Duration(long nanoseconds)
    {
        if (nanoseconds == 0)
        {
            return "0s";
        }

        var sign = nanoseconds < 0 ? "-" : "";
        var amount = Int128.Abs(nanoseconds);
        if (amount < 1_000_000_000)
        {
            var (unit, divisor) = amount < 1000 ? ("ns", 1m) : amount < 1_000_000 ? ("\u00b5s", 1e3m) : ("ms", 1e6m);
            return sign + ((decimal)amount / divisor).ToString("0.######", CultureInfo.InvariantCulture) + unit;
        }

        var seconds = (decimal)amount / 1e9m;
        var hours = (long)(seconds / 3600);
        var minutes = (long)(seconds / 60) % 60;
        var rest = (seconds % 60).ToString("0.#########", CultureInfo.InvariantCulture);
        return hours > 0 ? $"{sign}{hours}h{minutes}m{rest}s" : minutes > 0 ? $"{sign}{minutes}m{rest}s" : $"{sign}{rest}s";
    }
}
