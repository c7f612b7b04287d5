using System.Buffers;
using System.Globalization;

namespace Towpath.Core.Compose;

/// <summary>What a value without quotes means.</summary>
internal enum YamlType
{
    /// <summary>Text.</summary>
    Text,

    /// <summary>Nothing.</summary>
    Null,

    /// <summary><c>true</c> or <c>false</c>. <c>yes</c> and its like are text, which some keys read as a boolean.</summary>
    Boolean,

    /// <summary>A whole number, also in hexadecimal, octal and binary.</summary>
    Integer,

    /// <summary>A number with a point or an exponent, infinity, or none.</summary>
    Float,
}

/// <summary>How YAML tells numbers, booleans and nothing from text, as Compose reads it.</summary>
internal static class YamlTypes
{
    private static readonly SearchValues<char> FirstOfSpecial = SearchValues.Create("0123456789+-.~nNtTfF");

    private static readonly SearchValues<char> OfFloats = SearchValues.Create("0123456789+-.eE_");

    /// <summary>The meaning of a value without quotes.</summary>
    public static YamlType Of(string value)
    {
        if (value.Length == 0)
        {
            return YamlType.Null;
        }

        if (!FirstOfSpecial.Contains(value[0]))
        {
            return YamlType.Text;
        }

        return value switch
        {
            "~" or "null" or "Null" or "NULL" => YamlType.Null,
            "true" or "True" or "TRUE" or "false" or "False" or "FALSE" => YamlType.Boolean,
            ".nan" or ".NaN" or ".NAN" => YamlType.Float,
            _ when IsInfinity(value) => YamlType.Float,
            _ when char.IsAsciiLetter(value[0]) => YamlType.Text,
            _ when TryInteger(value, out _) => YamlType.Integer,
            _ when TryFloat(value, out _) => YamlType.Float,
            _ => YamlType.Text,
        };
    }

    /// <summary>A value as text: numbers and booleans in their plainest form.</summary>
    public static string Text(YamlScalar scalar) => scalar.Type switch
    {
        YamlType.Boolean => scalar.Value.ToLowerInvariant(),
        YamlType.Integer when TryInteger(scalar.Value, out var number) => number.ToString(CultureInfo.InvariantCulture),
        YamlType.Float when TryFloat(scalar.Value, out var number) => Schema.GoNumber.Shortest(number),
        YamlType.Null => "",
        _ => scalar.Value,
    };

    /// <summary>A whole number: decimal, <c>0x</c>, <c>0o</c>, <c>0b</c>, or octal with a leading 0. Underscores part its digits.</summary>
    public static bool TryInteger(string value, out long number)
    {
        number = 0;
        var text = value.AsSpan();
        var negative = text is ['-', ..];
        text = text is ['+' or '-', ..] ? text[1..] : text;
        if (text.IsEmpty || !char.IsAsciiDigit(text[0]))
        {
            return false;
        }

        var (prefix, radix) = text switch
        {
            ['0', 'x' or 'X', ..] => (2, 16),
            ['0', 'o' or 'O', ..] => (2, 8),
            ['0', 'b' or 'B', ..] => (2, 2),
            ['0', _, ..] => (1, 8),
            _ => (0, 10),
        };
        if (!TryDigits(text[prefix..], radix, out var magnitude) || magnitude > long.MaxValue + (negative ? 1UL : 0))
        {
            return false;
        }

        number = negative ? (long)(0 - magnitude) : (long)magnitude;
        return true;
    }

    /// <summary>A number with a point or an exponent, or a whole one.</summary>
    public static bool TryFloat(string value, out double number)
    {
        number = 0;
        return value.AsSpan().IndexOfAnyExcept(OfFloats) < 0
            && value.AsSpan().IndexOfAnyInRange('0', '9') >= 0
            && double.TryParse(
                value.Replace("_", "", StringComparison.Ordinal),
                NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent,
                CultureInfo.InvariantCulture,
                out number);
    }

    private static bool IsInfinity(string value) => value.TrimStart('+', '-') is ".inf" or ".Inf" or ".INF";

    private static bool TryDigits(ReadOnlySpan<char> digits, int radix, out ulong number)
    {
        number = 0;
        var any = false;
        foreach (var c in digits)
        {
            if (c == '_')
            {
                continue;
            }

            var digit = char.IsAsciiDigit(c) ? c - '0' : char.IsAsciiHexDigit(c) ? (c | 0x20) - 'a' + 10 : radix;
            if (digit >= radix || number > (ulong.MaxValue - 15) / 16)
            {
                return false;
            }

            number = (number * (ulong)radix) + (ulong)digit;
            any = true;
        }

        return any;
    }
}
