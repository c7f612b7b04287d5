using System.Collections.Immutable;
using Towpath.Core.Journal;
using Towpath.Core.Supply.Advisories;

namespace Towpath.Server.Storage;

/// <summary>What is remembered of what images are made of, where they come from, and which vulnerabilities are known.</summary>
public interface ISupplyStore
{
    /// <summary>The inventory of an image, as JSON; null where none was read.</summary>
    string? Inventory(string digest);

    /// <summary>Stores the inventory of an image, in place of an earlier one.</summary>
    void SaveInventory(string digest, string content, DateTimeOffset now);

    /// <summary>Forgets inventories that were read before a time, of images that are not among these.</summary>
    void RemoveInventories(IReadOnlySet<string> kept, DateTimeOffset before);

    /// <summary>The signed statement of where a release comes from; null for none.</summary>
    string? Provenance(string application, string release);

    /// <summary>Stores it; one that is there stays.</summary>
    void SaveProvenance(string application, string release, string envelope);

    /// <summary>Stores advisories in place of those of the same identifiers; withdrawn ones are taken away.</summary>
    void SaveAdvisories(IReadOnlyList<Advisory> advisories);

    /// <summary>Advisories of a package, by identifier.</summary>
    /// <param name="ecosystem">As OSV writes it, with its release.</param>
    /// <param name="package">The package's key.</param>
    IReadOnlyList<PackageAdvisory> Advisories(string ecosystem, string package);

    /// <summary>
    /// Notes that an import came to its end. One that ends at the very time at which the one before it did is noted a moment later: what was found holds until a time that is another.
    /// </summary>
    /// <param name="families">Ecosystems that it brought, without releases.</param>
    /// <param name="now">When.</param>
    /// <param name="facts">Told with it.</param>
    void FinishImport(ImmutableArray<string> families, DateTimeOffset now, params ImmutableArray<Fact> facts);

    /// <summary>When each ecosystem, without its release, was imported last.</summary>
    IReadOnlyDictionary<string, DateTimeOffset> Imports();

    /// <summary>When an import is noted that ends now: always at another time than the one before it.</summary>
    static DateTimeOffset TimeAfter(DateTimeOffset? before, DateTimeOffset now) =>
        before is { } last && last >= now && last - now < TimeSpan.FromMilliseconds(1) ? last.AddTicks(1) : now;
}
