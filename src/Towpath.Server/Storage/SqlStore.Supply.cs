using System.Collections.Immutable;
using System.Data.Common;
using Dapper;
using Towpath.Core.Journal;
using Towpath.Core.Supply;
using Towpath.Core.Supply.Advisories;

namespace Towpath.Server.Storage;

// Inventories, provenance, advisories.
public abstract partial class SqlStore
{
    /// <inheritdoc/>
    public string? Inventory(string digest) =>
        Read(connection => connection.ExecuteScalar<string?>("SELECT content FROM image_inventories WHERE digest = @digest", new { digest }));

    /// <inheritdoc/>
    public void SaveInventory(string digest, string content, DateTimeOffset now) => Write(connection => connection.Execute(
        """
        INSERT INTO image_inventories (digest, content, read_at) VALUES (@digest, @content, @at)
        ON CONFLICT (digest) DO UPDATE SET content = excluded.content, read_at = excluded.read_at
        """,
        new { digest, content, at = Text(now) }));

    /// <inheritdoc/>
    public void RemoveInventories(IReadOnlySet<string> kept, DateTimeOffset before) => Write(connection =>
    {
        var old = connection.Query<string>("SELECT digest FROM image_inventories WHERE read_at < @before", new { before = Text(before) });
        connection.Execute("DELETE FROM image_inventories WHERE digest = @digest", old.Where(digest => !kept.Contains(digest)).Select(digest => new { digest }).ToList());
    });

    /// <inheritdoc/>
    public string? Provenance(string application, string release) => Read(connection => connection.ExecuteScalar<string?>(
        "SELECT envelope FROM provenance WHERE application = @application AND release = @release", new { application, release }));

    /// <inheritdoc/>
    public void SaveProvenance(string application, string release, string envelope) => Write(connection => connection.Execute(
        "INSERT INTO provenance (application, release, envelope) VALUES (@application, @release, @envelope) ON CONFLICT (application, release) DO NOTHING",
        new { application, release, envelope }));

    /// <inheritdoc/>
    public void SaveAdvisories(IReadOnlyList<Advisory> advisories) => Write(connection =>
    {
        connection.Execute("DELETE FROM advisories WHERE id = @Id", advisories.Select(a => new { a.Id }).ToList());
        var rows = advisories.DistinctBy(a => a.Id).Where(a => !a.Withdrawn).SelectMany(advisory => advisory.Affected.Select((affected, part) => new
        {
            affected.Ecosystem,
            affected.Package,
            advisory.Id,
            Part = part,
            Content = SupplyText.Write(new PackageAdvisory(advisory.Id, advisory.Names, advisory.Summary, affected)),
        }));
        connection.Execute("INSERT INTO advisories (ecosystem, package, id, part, content) VALUES (@Ecosystem, @Package, @Id, @Part, @Content)", rows.ToList());
    });

    /// <inheritdoc/>
    public IReadOnlyList<PackageAdvisory> Advisories(string ecosystem, string package) => Read(connection => connection
        .Query<string>("SELECT content FROM advisories WHERE ecosystem = @ecosystem AND package = @package ORDER BY id, part", new { ecosystem, package })
        .Select(SupplyText.ReadAdvisory).ToList());

    /// <inheritdoc/>
    public void FinishImport(ImmutableArray<string> families, DateTimeOffset now, params ImmutableArray<Fact> facts) => Write(connection =>
    {
        var before = Imports(connection);
        connection.Execute(
            "INSERT INTO advisory_imports (family, at) VALUES (@family, @at) ON CONFLICT (family) DO UPDATE SET at = excluded.at",
            families.Select(family => new { family, at = Text(ISupplyStore.TimeAfter(before.TryGetValue(family, out var at) ? at : null, now)) }).ToList());
        Add(connection, facts);
    });

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, DateTimeOffset> Imports() => Read(Imports);

    private static Dictionary<string, DateTimeOffset> Imports(DbConnection connection) => connection
        .Query<(string Family, string At)>("SELECT family, at FROM advisory_imports ORDER BY family")
        .ToDictionary(row => row.Family, row => Time(row.At), StringComparer.Ordinal);
}
