using System.Globalization;

namespace Towpath.Core.Compose.Schema;

/// <summary>What a single value is, as YAML 1.2 with the octal numbers of 1.1 reads it: the way of the reference implementation.</summary>
internal static class PlainValue
{
    /// <summary>The kind of a node.</summary>
    public static Kinds KindOf(YamlNode node) => node switch
    {
        YamlMapping => Kinds.Mapping,
        YamlSequence => Kinds.List,
        YamlScalar { IsPlain: true } scalar => KindOf(scalar.Value),
        _ => Kinds.Text,
    };

    /// <summary>The kind of a text that stands without quotes.</summary>
    public static Kinds KindOf(string text)
    {
        if (text.Length == 0)
        {
            return Kinds.Null;
        }

        switch (text[0])
        {
            case '~' or 'n' or 'N':
                return text is "~" or "null" or "Null" or "NULL" ? Kinds.Null : Kinds.Text;
            case 't' or 'T' or 'f' or 'F':
                return text is "true" or "True" or "TRUE" or "false" or "False" or "FALSE" ? Kinds.Boolean : Kinds.Text;
            case '+' or '-' or '.' or (>= '0' and <= '9'):
                return TryWhole(text, out _) ? Kinds.Integer : TryFraction(text, out _) ? Kinds.Fraction : Kinds.Text;
            default:
                return Kinds.Text;
        }
    }

    /// <summary>The text that a single value stands for: numbers and booleans in their shortest form, nothing as empty text.</summary>
    public static string TextOf(YamlScalar scalar)
    {
        var text = scalar.Value;
        if (!scalar.IsPlain)
        {
            return text;
        }

        switch (KindOf(text))
        {
            case Kinds.Null:
                return "";
            case Kinds.Boolean:
                return text[0] is 't' or 'T' ? "true" : "false";
            case Kinds.Integer:
                return IsSimple(text) || !TryWhole(text, out var whole) ? text : whole.ToString(CultureInfo.InvariantCulture);
            case Kinds.Fraction:
                return TryFraction(text, out var number) ? GoNumber.Shortest(number) : text;
            default:
                return text;
        }
    }

    /// <summary>A whole number: decimal, <c>0x</c>, <c>0o</c>, <c>0b</c>, or octal with a leading zero; digits may be parted by underscores.</summary>
    public static bool TryWhole(ReadOnlySpan<char> text, out Int128 value)
    {
        value = 0;
        if (text.Length is 0 or > 80)
        {
            return false;
        }

        var negative = text[0] == '-';
        var digits = text[0] is '-' or '+' ? text[1..] : text;
        var radix = 10;
        if (digits.Length > 1 && digits[0] == '0')
        {
            radix = digits[1] switch { 'x' or 'X' => 16, 'b' or 'B' => 2, _ => 8 };
            digits = digits[1] is 'x' or 'X' or 'b' or 'B' or 'o' or 'O' ? digits[2..] : digits[1..];
        }

        var any = false;
        foreach (var c in digits)
        {
            if (c == '_')
            {
                continue;
            }

            var digit = char.IsAsciiHexDigit(c) ? Convert.ToInt32(c.ToString(), 16) : 99;
            if (digit >= radix || value > ulong.MaxValue)
            {
                return false;
            }

            value = (value * radix) + digit;
            any = true;
        }

        value = negative ? -value : value;
        return any && value >= long.MinValue && value <= ulong.MaxValue;
    }

    /// <summary>A number with a fraction or an exponent.</summary>
    public static bool TryFraction(string text, out double value)
    {
        value = 0;
        if (text is ".inf" or ".Inf" or ".INF" or "+.inf" or "+.Inf" or "+.INF")
        {
            value = double.PositiveInfinity;
            return true;
        }

        if (text is "-.inf" or "-.Inf" or "-.INF" or ".nan" or ".NaN" or ".NAN")
        {
            value = text[0] == '-' ? double.NegativeInfinity : double.NaN;
            return true;
        }

        foreach (var c in text)
        {
            if (!char.IsAsciiDigit(c) && c is not ('.' or '-' or '+' or 'e' or 'E' or '_'))
            {
                return false;
            }
        }

        return double.TryParse(text.Replace("_", "", StringComparison.Ordinal), NumberStyles.Float, CultureInfo.InvariantCulture, out value);
    }

    private static bool IsSimple(string text) => text[0] is >= '1' and <= '9' && !text.AsSpan().ContainsAnyExceptInRange('0', '9');
}
