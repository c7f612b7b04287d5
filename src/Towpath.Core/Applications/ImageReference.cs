namespace Towpath.Core.Applications;

/// <summary>The name of an image taken apart.</summary>
/// <param name="Repository">Registry and path, as <c>ghcr.io/team/api</c>.</param>
/// <param name="Tag">Null for none.</param>
/// <param name="Digest">Null for none.</param>
internal sealed record ImageReference(string Repository, string? Tag, string? Digest)
{
    /// <summary>Databases by the last part of their image's name; the schema of each is brought forward by migrations.</summary>
    private static readonly string[] Databases =
        ["postgres", "postgresql", "postgis", "timescaledb", "pgvector", "mysql", "mariadb", "percona", "mongo", "mongodb", "mssql", "server", "cockroach", "cassandra", "clickhouse-server", "oracle"];

    /// <summary>Caches and brokers by the last part of their image's name: like databases, they publish a port that no browser speaks to.</summary>
    private static readonly string[] Brokers =
        ["redis", "valkey", "keydb", "memcached", "rabbitmq", "kafka", "cp-kafka", "zookeeper", "cp-zookeeper", "nats", "mosquitto", "activemq", "etcd"];

    /// <summary>It can be another image tomorrow: neither digest nor a tag other than <c>latest</c>.</summary>
    public bool IsLoose => Digest is null && Tag is null or "latest";

    /// <summary>It is a database.</summary>
    public bool IsDatabase => Databases.Contains(Name) && (Name != "server" || Repository.Contains("mssql", StringComparison.Ordinal));

    /// <summary>It serves other services and no people: a database, a cache or a broker.</summary>
    public bool IsBacking => IsDatabase || Brokers.Contains(Name);

    /// <summary>Why it is loose, in words.</summary>
    public string Looseness => Tag is null ? "has no tag" : "is `latest`";

    /// <summary>The last part of its repository, as <c>api</c>.</summary>
    public string Name => Repository[(Repository.LastIndexOf('/') + 1)..];

    /// <summary>Takes a name apart.</summary>
    public static ImageReference Parse(string name)
    {
        var at = name.IndexOf('@', StringComparison.Ordinal);
        var digest = at < 0 ? null : name[(at + 1)..];
        var rest = at < 0 ? name : name[..at];
        var colon = rest.LastIndexOf(':');
        return colon > rest.LastIndexOf('/') ? new ImageReference(rest[..colon], rest[(colon + 1)..], digest) : new ImageReference(rest, null, digest);
    }
}
