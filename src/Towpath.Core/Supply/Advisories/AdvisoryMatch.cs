using System.Collections.Immutable;
using Towpath.Core.Applications;
using Towpath.Core.Supply.Packages;
using Towpath.Core.Supply.Versions;

namespace Towpath.Core.Supply.Advisories;

/// <summary>A known vulnerability of a package that is in an image.</summary>
/// <param name="Id">Of the advisory.</param>
/// <param name="Names">Its other identifiers.</param>
/// <param name="Summary">One line.</param>
/// <param name="Severity">How bad.</param>
/// <param name="Score">Base score of CVSS v3, or null.</param>
/// <param name="Package">Its full name.</param>
/// <param name="Purl">Its package URL.</param>
/// <param name="Installed">The version that is there.</param>
/// <param name="FixedIn">The first later version that is not vulnerable; null where none is known.</param>
/// <param name="FoundIn">Path in the image.</param>
public sealed record Finding(
    string Id, ImmutableArray<string> Names, string Summary, VulnerabilitySeverity Severity, double? Score,
    string Package, string Purl, string Installed, string? FixedIn, string FoundIn)
{
    /// <summary>Whether it goes by that identifier; case does not count.</summary>
    public bool IsCalled(string id) => Names.Prepend(Id).Contains(id, StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// Whether exceptions cover it: by its identifier, or by another that is no CVE's, or by all CVEs that it is about. A distribution's advisory
    /// may be about several, and an exception for one says nothing about the others.
    /// </summary>
    /// <param name="excepted">Whether there is an exception for an identifier.</param>
    public bool IsExcepted(Func<string, bool> excepted)
    {
        var cves = Names.Where(n => n.StartsWith("CVE-", StringComparison.OrdinalIgnoreCase)).ToList();
        return excepted(Id) || Names.Except(cves).Any(excepted) || (cves.Count > 0 && cves.All(excepted));
    }
}

/// <summary>Whether an advisory concerns an installed version: the evaluation of OSV's schema.</summary>
public static class AdvisoryMatch
{
    private const string BeforeAll = "0";

    /// <summary>The finding; null where that version is not vulnerable.</summary>
    public static Finding? Of(Package package, PackageAdvisory advisory)
    {
        var version = Ecosystems.Lookup(package).Version;
        return IsAffected(package.Kind, version, advisory.Affected)
            ? new Finding(
                advisory.Id, advisory.Names, advisory.Summary, advisory.Affected.Severity, advisory.Affected.Score,
                package.FullName, package.Purl, package.Version, FixedIn(package.Kind, version, advisory.Affected), package.FoundIn)
            : null;
    }

    /// <summary>Whether a version is named, or in one of the ranges. A version that can't be compared is vulnerable only where it is named.</summary>
    public static bool IsAffected(PackageKind kind, string version, AffectedPackage affected) =>
        affected.Versions.Contains(version, StringComparer.Ordinal) || affected.Ranges.Any(range => IsIn(kind, version, range));

    /// <summary>
    /// The last event at or before the version decides; an end that both is fixed and introduced again is introduced. Events stand in any
    /// order in a record.
    /// </summary>
    private static bool IsIn(PackageKind kind, string version, ImmutableArray<RangeEvent> range)
    {
        var limits = range.Where(e => e.Step == RangeStep.Limit && e.Version != "*").ToList();
        if (limits.Count > 0 && !limits.Any(l => Compare(kind, version, l.Version) < 0)) return false;
        var isAffected = false;
        foreach (var at in range.Where(e => e.Step != RangeStep.Limit).Order(Comparer<RangeEvent>.Create((a, b) => InOrder(kind, a, b))))
        {
            if (Compare(kind, version, at.Version) is not { } order) continue;
            if (at.Step == RangeStep.Introduced && order >= 0) isAffected = true;
            else if ((at.Step == RangeStep.Fixed && order >= 0) || (at.Step == RangeStep.LastAffected && order > 0)) isAffected = false;
        }

        return isAffected;
    }

    private static string? FixedIn(PackageKind kind, string version, AffectedPackage affected) => affected.Ranges
        .SelectMany(r => r)
        .Where(e => e.Step == RangeStep.Fixed && Compare(kind, version, e.Version) < 0)
        .Select(e => e.Version)
        .Order(Comparer<string>.Create((a, b) => Compare(kind, a, b) ?? 0))
        .FirstOrDefault();

    private static int InOrder(PackageKind kind, RangeEvent a, RangeEvent b) =>
        Compare(kind, a.Version, b.Version) is not (null or 0) and { } order ? order : Rank(a.Step) - Rank(b.Step);

    // At one version: what was vulnerable ends before what is vulnerable begins.
    private static int Rank(RangeStep step) => step == RangeStep.Introduced ? 1 : 0;

    private static int? Compare(PackageKind kind, string left, string right) =>
        left == right ? 0 : right == BeforeAll ? 1 : left == BeforeAll ? -1 : VersionOrder.Compare(kind, left, right);
}
