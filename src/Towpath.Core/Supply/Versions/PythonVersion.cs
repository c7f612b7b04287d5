using System.Text.RegularExpressions;

namespace Towpath.Core.Supply.Versions;

/// <summary>Order of Python's versions, <c>[EPOCH!]N(.N)*[{a|b|rc}N][.postN][.devN][+LOCAL]</c> (PEP 440), other spellings included.</summary>
public static partial class PythonVersion
{
    // Where a version stands among those with the same numbers.
    private const int Development = 0;
    private const int Final = 4;

    /// <summary>Less than, equal to or greater than zero; null where one of them is no version.</summary>
    public static int? Compare(string left, string right)
    {
        var (a, b) = (Form().Match(left.Trim().ToLowerInvariant()), Form().Match(right.Trim().ToLowerInvariant()));
        if (!a.Success || !b.Success) return null;
        if (Digits.Compare(a.Groups["epoch"].Value, b.Groups["epoch"].Value) is not 0 and var epoch) return epoch;
        if (Numbers(a.Groups["n"].Value, b.Groups["n"].Value) is not 0 and var numbers) return numbers;
        if (Pre(a).CompareTo(Pre(b)) is not 0 and var stage) return stage;
        if (Digits.Compare(a.Groups["pren"].Value, b.Groups["pren"].Value) is not 0 and var pre) return pre;
        // Without: before any post-release, after any development release.
        if (Optional(a.Groups["post"].Success, a.Groups["postn"].Value, b.Groups["post"].Success, b.Groups["postn"].Value) is not 0 and var post) return post;
        if (Optional(b.Groups["dev"].Success, b.Groups["devn"].Value, a.Groups["dev"].Success, a.Groups["devn"].Value, isTurned: true) is not 0 and var dev) return dev;
        return Local(a.Groups["local"].Value, b.Groups["local"].Value);
    }

    /// <summary>Zeros at the end do not count.</summary>
    private static int Numbers(string left, string right)
    {
        var (a, b) = (left.Split('.'), right.Split('.'));
        for (var i = 0; i < Math.Max(a.Length, b.Length); i++)
        {
            if (Digits.Compare(i < a.Length ? a[i] : "0", i < b.Length ? b[i] : "0") is not 0 and var order) return order;
        }

        return 0;
    }

    /// <summary>A development release of the version itself comes before its first pre-release.</summary>
    private static int Pre(Match version) => version.Groups["pre"].Value switch
    {
        "a" or "alpha" => 1,
        "b" or "beta" => 2,
        "c" or "rc" or "pre" or "preview" => 3,
        _ => version.Groups["dev"].Success && !version.Groups["post"].Success ? Development : Final,
    };

    private static int Optional(bool has, string number, bool otherHas, string otherNumber, bool isTurned = false)
    {
        if (has != otherHas) return has ? 1 : -1;
        return isTurned ? -Digits.Compare(number, otherNumber) : Digits.Compare(number, otherNumber);
    }

    /// <summary>Without comes first; numbers after words, more parts after fewer.</summary>
    private static int Local(string left, string right)
    {
        if (left.Length == 0 || right.Length == 0) return left.Length.CompareTo(right.Length);
        var (a, b) = (left.Split('.', '-', '_'), right.Split('.', '-', '_'));
        for (var i = 0; i < Math.Min(a.Length, b.Length); i++)
        {
            var (isNumber, isOtherNumber) = (Digits.Are(a[i]), Digits.Are(b[i]));
            var order = isNumber && isOtherNumber ? Digits.Compare(a[i], b[i]) : isNumber != isOtherNumber ? (isNumber ? 1 : -1) : string.CompareOrdinal(a[i], b[i]);
            if (order != 0) return order;
        }

        return a.Length.CompareTo(b.Length);
    }

    [GeneratedRegex(
        @"^v?((?<epoch>[0-9]+)!)?(?<n>[0-9]+(\.[0-9]+)*)([-_.]?(?<pre>alpha|a|beta|b|preview|pre|rc|c)[-_.]?(?<pren>[0-9]*))?(?<post>-(?<postn>[0-9]+)|[-_.]?(post|rev|r)[-_.]?(?<postn>[0-9]*))?(?<dev>[-_.]?dev[-_.]?(?<devn>[0-9]*))?(\+(?<local>[a-z0-9]+([-_.][a-z0-9]+)*))?$",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Form();
}
