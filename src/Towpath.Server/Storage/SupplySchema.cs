namespace Towpath.Server.Storage;

/// <summary>The tables of the supply chain, a step of <see cref="StoreSchema"/>. An ecosystem stands in them as OSV writes it.</summary>
internal static class SupplySchema
{
    /// <summary>The step.</summary>
    public const string Step =
        """
        CREATE TABLE image_inventories (digest TEXT PRIMARY KEY, content TEXT NOT NULL, read_at TEXT NOT NULL) STRICT;

        CREATE TABLE provenance (
            application TEXT NOT NULL, release TEXT NOT NULL, envelope TEXT NOT NULL, PRIMARY KEY (application, release)) STRICT;

        CREATE TABLE advisories (
            ecosystem TEXT NOT NULL, package TEXT NOT NULL, id TEXT NOT NULL, part INTEGER NOT NULL, content TEXT NOT NULL,
            PRIMARY KEY (ecosystem, package, id, part)) STRICT;
        CREATE INDEX advisories_by_id ON advisories (id);

        CREATE TABLE advisory_imports (family TEXT PRIMARY KEY, at TEXT NOT NULL) STRICT;
        """;
}
