using System.Text.RegularExpressions;

namespace Towpath.Core.Supply.Versions;

/// <summary>
/// Order of Alpine's versions, <c>NUMBER{.NUMBER}[LETTER]{_SUFFIX[NUMBER]}[~HASH][-rREVISION]</c> (apk-package(5)).
/// </summary>
public static partial class AlpineVersion
{
    // Those before the empty place come before a version without a suffix, those behind it after.
    private static readonly string[] Suffixes = ["alpha", "beta", "pre", "rc", "", "cvs", "svn", "git", "hg", "p"];

    /// <summary>Less than, equal to or greater than zero; null where one of them is no version.</summary>
    public static int? Compare(string left, string right)
    {
        var (a, b) = (Form().Match(left.Trim()), Form().Match(right.Trim()));
        if (!a.Success || !b.Success) return null;
        if (Numbers(a.Groups["n"].Value, b.Groups["n"].Value) is not 0 and var numbers) return numbers;
        if (string.CompareOrdinal(a.Groups["l"].Value, b.Groups["l"].Value) is not 0 and var letter) return letter;
        if (Suffixed(a.Groups["s"].Value, b.Groups["s"].Value) is not 0 and var suffix) return suffix;
        return Digits.Compare(a.Groups["r"].Value, b.Groups["r"].Value);
    }

    /// <summary>The first as numbers; later ones as digits behind a point where either begins with zero. More of them is newer.</summary>
    private static int Numbers(string left, string right)
    {
        var (a, b) = (left.Split('.'), right.Split('.'));
        for (var i = 0; i < Math.Min(a.Length, b.Length); i++)
        {
            var isFraction = i > 0 && (a[i][0] == '0' || b[i][0] == '0');
            var order = isFraction ? string.CompareOrdinal(a[i], b[i]) : Digits.Compare(a[i], b[i]);
            if (order != 0) return order;
        }

        return a.Length.CompareTo(b.Length);
    }

    private static int Suffixed(string left, string right)
    {
        var (a, b) = (left.Split('_')[1..], right.Split('_')[1..]);
        for (var i = 0; i < Math.Max(a.Length, b.Length); i++)
        {
            var (x, y) = (Parts(a, i), Parts(b, i));
            if (Array.IndexOf(Suffixes, x.Word).CompareTo(Array.IndexOf(Suffixes, y.Word)) is not 0 and var word) return word;
            if (Digits.Compare(x.Number, y.Number) is not 0 and var number) return number;
        }

        return 0;
    }

    private static (string Word, string Number) Parts(string[] suffixes, int at)
    {
        if (at >= suffixes.Length) return ("", "");
        var word = suffixes[at].TrimEnd("0123456789".ToCharArray());
        return (word, suffixes[at][word.Length..]);
    }

    [GeneratedRegex(@"^(?<n>[0-9]+(\.[0-9]+)*)(?<l>[a-z]?)(?<s>(_(alpha|beta|pre|rc|cvs|svn|git|hg|p)[0-9]*)*)(~[0-9a-f]+)?(-r(?<r>[0-9]+))?$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Form();
}
