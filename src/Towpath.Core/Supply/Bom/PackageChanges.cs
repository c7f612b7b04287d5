using System.Collections.Immutable;
using Towpath.Core.Supply.Packages;

namespace Towpath.Core.Supply.Bom;

/// <summary>A package that two images do not have alike.</summary>
/// <param name="Kind">Who numbers it.</param>
/// <param name="Package">Its full name.</param>
/// <param name="Before">Its versions before, in order; empty where it is new.</param>
/// <param name="After">Its versions after, in order; empty where it is gone.</param>
public sealed record PackageChange(PackageKind Kind, string Package, ImmutableArray<string> Before, ImmutableArray<string> After);

/// <summary>What changed in the packages of a service.</summary>
public static class PackageChanges
{
    /// <summary>By kind and name; versions count, places do not.</summary>
    /// <param name="before">The image before; null for none.</param>
    /// <param name="after">The image after; null for none.</param>
    public static ImmutableArray<PackageChange> Between(ImageInventory? before, ImageInventory? after)
    {
        var (old, now) = (Versions(before), Versions(after));
        return [.. old.Keys.Union(now.Keys)
            .Select(key => new PackageChange(key.Kind, key.Name, old.GetValueOrDefault(key, []), now.GetValueOrDefault(key, [])))
            .Where(change => !change.Before.SequenceEqual(change.After))
            .OrderBy(change => change.Kind).ThenBy(change => change.Package, StringComparer.Ordinal)];
    }

    private static Dictionary<(PackageKind Kind, string Name), ImmutableArray<string>> Versions(ImageInventory? image) => (image?.Packages ?? [])
        .GroupBy(p => (p.Kind, p.FullName))
        .ToDictionary(g => g.Key, g => g.Select(p => p.Version).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToImmutableArray());
}
