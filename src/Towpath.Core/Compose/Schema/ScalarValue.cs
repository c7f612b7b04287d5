using System.Globalization;
using Towpath.Core.Compose.ShortSyntax;

namespace Towpath.Core.Compose.Schema;

/// <summary>A single value turned into what it stands for.</summary>
internal static class ScalarValue
{
    /// <summary>Whether it can be.</summary>
    public static bool CanRead(YamlScalar scalar, Shape shape) => shape.Meaning switch
    {
        Meaning.Flag => TryFlag(scalar, out _),
        Meaning.Whole => TryWhole(scalar, out _),
        Meaning.Fraction => TryFraction(scalar, out _),
        Meaning.Bytes => TryBytes(scalar, out _),
        Meaning.Duration => Units.TryNanoseconds(scalar.Value, out _),
        Meaning.FileMode => TryFileMode(scalar, out _),
        Meaning.DeviceCount => TryDeviceCount(scalar, out _),
        _ => true,
    };

    /// <summary>A boolean, in the words of YAML 1.1 too.</summary>
    public static bool TryFlag(YamlScalar scalar, out bool value)
    {
        var text = scalar.Value;
        value = Is(text, "true") || Is(text, "yes") || Is(text, "on") || Is(text, "y");
        return value || Is(text, "false") || Is(text, "no") || Is(text, "off") || Is(text, "n");
    }

    /// <summary>A whole number. Without quotes in all forms of YAML, where a fraction is cut off; as text in decimal digits only.</summary>
    public static bool TryWhole(YamlScalar scalar, out long value)
    {
        value = 0;
        switch (scalar.Type)
        {
            case YamlType.Integer:
                return YamlTypes.TryInteger(scalar.Value, out value);
            case YamlType.Float when YamlTypes.TryFloat(scalar.Value, out var number) && Math.Abs(number) < long.MaxValue:
                value = (long)number;
                return true;
            case YamlType.Text:
                return long.TryParse(scalar.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value);
            default:
                return false;
        }
    }

    /// <summary>A number of single precision.</summary>
    public static bool TryFraction(YamlScalar scalar, out float value)
    {
        if (scalar.Type == YamlType.Integer && YamlTypes.TryInteger(scalar.Value, out var whole))
        {
            value = whole;
            return true;
        }

        return float.TryParse(scalar.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && float.IsFinite(value);
    }

    /// <summary>A size in bytes.</summary>
    public static bool TryBytes(YamlScalar scalar, out long value)
    {
        return scalar.Type == YamlType.Integer ? YamlTypes.TryInteger(scalar.Value, out value) : Units.TryBytes(scalar.Value, out value);
    }

    /// <summary>Access rights. A number without quotes is as YAML reads it, so that <c>0440</c> is octal and <c>440</c> is not; text is octal.</summary>
    public static bool TryFileMode(YamlScalar scalar, out long value)
    {
        value = 0;
        if (scalar.Type != YamlType.Text)
        {
            return TryWhole(scalar, out value);
        }

        foreach (var c in scalar.Value)
        {
            if (c is < '0' or > '7' || value > int.MaxValue)
            {
                return false;
            }

            value = (value * 8) + (c - '0');
        }

        return scalar.Value.Length > 0;
    }

    /// <summary>A number of devices; -1 for all.</summary>
    public static bool TryDeviceCount(YamlScalar scalar, out long value)
    {
        value = -1;
        return Is(scalar.Value, "all") || TryWhole(scalar, out value);
    }

    private static bool Is(string text, string word) => text.Equals(word, StringComparison.OrdinalIgnoreCase);
}
