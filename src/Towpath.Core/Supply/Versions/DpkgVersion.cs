namespace Towpath.Core.Supply.Versions;

/// <summary>Order of Debian's versions, <c>[EPOCH:]UPSTREAM[-REVISION]</c> (deb-version(7)). Every text is one.</summary>
public static class DpkgVersion
{
    /// <summary>Less than, equal to or greater than zero.</summary>
    public static int Compare(string left, string right)
    {
        var (a, b) = (Parts(left), Parts(right));
        if (Digits.Compare(a.Epoch, b.Epoch) is not 0 and var epoch) return epoch;
        return Order(a.Upstream, b.Upstream) is not 0 and var upstream ? upstream : Order(a.Revision, b.Revision);
    }

    private static (string Epoch, string Upstream, string Revision) Parts(string version)
    {
        var text = version.Trim();
        var colon = text.IndexOf(':');
        var rest = text[(colon + 1)..];
        var dash = rest.LastIndexOf('-');
        return (colon < 0 ? "" : text[..colon], dash < 0 ? rest : rest[..dash], dash < 0 ? "" : rest[(dash + 1)..]);
    }

    /// <summary>Stretches of other signs and of digits in turn, as dpkg's verrevcmp does.</summary>
    private static int Order(string a, string b)
    {
        var (i, j) = (0, 0);
        while (i < a.Length || j < b.Length)
        {
            while (IsWord(a, i) || IsWord(b, j))
            {
                var difference = Weight(a, i) - Weight(b, j);
                if (difference != 0) return difference;
                i++;
                j++;
            }

            var (fromI, fromJ) = (i, j);
            while (i < a.Length && char.IsAsciiDigit(a[i])) i++;
            while (j < b.Length && char.IsAsciiDigit(b[j])) j++;
            if (Digits.Compare(a.AsSpan(fromI, i - fromI), b.AsSpan(fromJ, j - fromJ)) is not 0 and var number) return number;
        }

        return 0;
    }

    private static bool IsWord(string text, int at) => at < text.Length && !char.IsAsciiDigit(text[at]);

    /// <summary>A tilde comes before the end, the end before letters, letters before all other signs.</summary>
    private static int Weight(string text, int at)
    {
        if (at >= text.Length || char.IsAsciiDigit(text[at])) return 0;
        if (text[at] == '~') return -1;
        return char.IsAsciiLetter(text[at]) ? text[at] : text[at] + 256;
    }
}
