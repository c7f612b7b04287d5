namespace Towpath.Core.Supply.Versions;

/// <summary>Order of Semantic Versioning 2.0.0, section 11. What stands behind <c>+</c> does not count.</summary>
public static class SemanticVersion
{
    /// <summary>Less than, equal to or greater than zero; null where one of them is no version.</summary>
    public static int? Compare(string left, string right) =>
        Parse(left) is { } a && Parse(right) is { } b ? Compare(a.Core, a.Pre, b.Core, b.Pre) : null;

    private static int Compare(string[] core, string[] pre, string[] otherCore, string[] otherPre)
    {
        for (var i = 0; i < 3; i++)
        {
            if (Digits.Compare(core[i], otherCore[i]) is not 0 and var order) return order;
        }

        return Prerelease(pre, otherPre, StringComparison.Ordinal);
    }

    /// <summary>A version without a pre-release comes after those with one; numbers before words, fewer parts before more.</summary>
    internal static int Prerelease(string[] left, string[] right, StringComparison words)
    {
        if (left.Length == 0 || right.Length == 0) return right.Length.CompareTo(left.Length) switch { 0 => 0, > 0 => 1, _ => -1 };
        for (var i = 0; i < Math.Min(left.Length, right.Length); i++)
        {
            var (isNumber, isOtherNumber) = (Digits.Are(left[i]), Digits.Are(right[i]));
            var order = isNumber && isOtherNumber ? Digits.Compare(left[i], right[i])
                : isNumber != isOtherNumber ? (isNumber ? -1 : 1)
                : string.Compare(left[i], right[i], words);
            if (order != 0) return order;
        }

        return left.Length.CompareTo(right.Length);
    }

    /// <summary>Core with exactly three numbers (advisories write <c>1.2</c> too) and the parts of the pre-release.</summary>
    private static (string[] Core, string[] Pre)? Parse(string version)
    {
        var text = version.Trim().TrimStart('v', '=').Split('+')[0];
        var dash = text.IndexOf('-');
        var core = (dash < 0 ? text : text[..dash]).Split('.');
        if (core.Length > 3 || !core.All(part => Digits.Are(part))) return null;
        return ([.. core, .. Enumerable.Repeat("0", 3 - core.Length)], dash < 0 ? [] : text[(dash + 1)..].Split('.'));
    }
}
