namespace Towpath.Core.Supply.Versions;

/// <summary>
/// Order of NuGet's versions: Semantic Versioning 2.0.0 with one to four numbers, words without regard to case
/// (<see href="https://learn.microsoft.com/nuget/concepts/package-versioning"/>).
/// </summary>
public static class NuGetVersion
{
    private const int Numbers = 4;

    /// <summary>Less than, equal to or greater than zero; null where one of them is no version.</summary>
    public static int? Compare(string left, string right)
    {
        if (Parse(left) is not { } a || Parse(right) is not { } b) return null;
        for (var i = 0; i < Numbers; i++)
        {
            if (Digits.Compare(a.Core[i], b.Core[i]) is not 0 and var order) return order;
        }

        return SemanticVersion.Prerelease(a.Pre, b.Pre, StringComparison.OrdinalIgnoreCase);
    }

    private static (string[] Core, string[] Pre)? Parse(string version)
    {
        var text = version.Trim().Split('+')[0];
        var dash = text.IndexOf('-');
        var core = (dash < 0 ? text : text[..dash]).Split('.');
        if (core.Length > Numbers || !core.All(part => Digits.Are(part))) return null;
        return ([.. core, .. Enumerable.Repeat("0", Numbers - core.Length)], dash < 0 ? [] : text[(dash + 1)..].Split('.'));
    }
}
