namespace Towpath.Core.Supply.Versions;

/// <summary>Whole numbers as digits, of any length: versions hold dates and hashes that no integer type does.</summary>
internal static class Digits
{
    /// <summary>Order as numbers; no digits are zero.</summary>
    public static int Compare(ReadOnlySpan<char> left, ReadOnlySpan<char> right)
    {
        left = left.TrimStart('0');
        right = right.TrimStart('0');
        return left.Length != right.Length ? left.Length.CompareTo(right.Length) : left.SequenceCompareTo(right);
    }

    /// <summary>Whether it is one digit or more, and nothing else.</summary>
    public static bool Are(ReadOnlySpan<char> text) => text.Length > 0 && text.IndexOfAnyExceptInRange('0', '9') < 0;
}
