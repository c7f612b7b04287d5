using System.Collections.Immutable;
using Towpath.Core.Supply.Packages;

namespace Towpath.Core.Supply.Advisories;

/// <summary>All findings of an image.</summary>
public static class Findings
{
    /// <summary>Worst first, then by package. One vulnerability that two databases tell of is one finding for a package.</summary>
    /// <param name="inventory">What is in the image.</param>
    /// <param name="advisories">Advisories of an ecosystem and a package's key.</param>
    public static ImmutableArray<Finding> Of(ImageInventory inventory, Func<string, string, IReadOnlyList<PackageAdvisory>> advisories)
    {
        var all = inventory.Packages.SelectMany(package => Once(
            Ecosystems.Of(package, inventory.System)
                .SelectMany(ecosystem => advisories(ecosystem, Ecosystems.Lookup(package).Key))
                .Select(advisory => AdvisoryMatch.Of(package, advisory))
                .OfType<Finding>()));
        return [.. all.OrderByDescending(f => f.Severity).ThenBy(f => f.Package, StringComparer.Ordinal).ThenBy(f => f.Id, StringComparer.Ordinal).ThenBy(f => f.Purl, StringComparer.Ordinal)];
    }

    /// <summary>Families of ecosystems that an image has packages of, and how many packages are of no known one.</summary>
    public static (ImmutableArray<string> Families, int Unknown) Asked(ImageInventory inventory)
    {
        var families = new SortedSet<string>(StringComparer.Ordinal);
        var unknown = 0;
        foreach (var package in inventory.Packages)
        {
            if (Ecosystems.Of(package, inventory.System) is [var first, ..]) families.Add(Ecosystems.Family(first));
            else unknown++;
        }

        return ([.. families], unknown);
    }

    /// <summary>The worst of those that name each other, with all their names.</summary>
    private static List<Finding> Once(IEnumerable<Finding> findings)
    {
        var kept = new List<Finding>();
        foreach (var finding in findings.DistinctBy(f => f.Id).OrderByDescending(f => f.Severity).ThenBy(f => f.Id, StringComparer.Ordinal))
        {
            var same = kept.FindIndex(k => k.IsCalled(finding.Id) || finding.IsCalled(k.Id));
            if (same < 0) kept.Add(finding);
            else kept[same] = kept[same] with { Names = [.. kept[same].Names.Append(finding.Id).Concat(finding.Names).Where(n => n != kept[same].Id).Distinct(StringComparer.Ordinal)] };
        }

        return kept;
    }
}
