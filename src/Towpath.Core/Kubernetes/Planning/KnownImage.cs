using System.Collections.Frozen;
using System.Collections.Immutable;
using Towpath.Core.Applications;

namespace Towpath.Core.Kubernetes.Planning;

/// <summary>What the documentation of a widely used image says about it.</summary>
/// <param name="User">Number of the user that it runs as where it need not be root.</param>
/// <param name="Port">The port that it listens on.</param>
/// <param name="Writable">Folders beside its volumes that it writes to.</param>
internal sealed record KnownImage(int User, int Port, ImmutableArray<string> Writable)
{
    /// <summary>Variables that it needs in a cluster, where the file does not set them; null where there are none.</summary>
    public (string Name, string Value)? Variable { get; init; }

    // From the Dockerfiles of the official images: USER or the user that their entry point steps down to, EXPOSE, and where they keep sockets and caches.
    private static readonly FrozenDictionary<string, KnownImage> Official = new Dictionary<string, KnownImage>(StringComparer.Ordinal)
    {
        // It wants its folder to be its own alone, and the root of a volume belongs to the cluster: its documentation says to use one below.
        ["postgres"] = new(999, 5432, ["/var/run/postgresql"]) { Variable = ("PGDATA", "/var/lib/postgresql/data/pgdata") },
        ["mysql"] = new(999, 3306, ["/var/run/mysqld", "/var/lib/mysql-files"]),
        ["mariadb"] = new(999, 3306, ["/run/mysqld"]),
        ["mongo"] = new(999, 27017, ["/data/configdb"]),
        ["redis"] = new(999, 6379, ["/data"]),
        ["valkey"] = new(999, 6379, ["/data"]),
        ["rabbitmq"] = new(999, 5672, ["/var/lib/rabbitmq", "/var/log/rabbitmq"]),
        ["memcached"] = new(11211, 11211, []),
        ["nginx"] = new(101, 80, ["/var/cache/nginx", "/var/run"]),
        ["httpd"] = new(33, 80, ["/usr/local/apache2/logs"]),
        ["haproxy"] = new(99, 80, ["/var/run"]),
        ["traefik"] = new(65532, 80, []),
        ["elasticsearch"] = new(1000, 9200, ["/usr/share/elasticsearch/logs", "/usr/share/elasticsearch/data"]),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, int> NamedUsers = new Dictionary<string, int>(StringComparer.Ordinal)
    {
        ["root"] = 0,
        ["daemon"] = 1,
        ["www-data"] = 33,
        ["node"] = 1000,
        ["nobody"] = 65534,
        ["nonroot"] = 65532,
        ["nginx"] = 101,
        ["postgres"] = 999,
        ["mysql"] = 999,
        ["redis"] = 999,
        ["mongodb"] = 999,
        ["rabbitmq"] = 999,
        ["elasticsearch"] = 1000,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The official image that a service is run from, or null for any other.</summary>
    public static KnownImage? Of(Service service) => service is { Build: null, Image: { } image } ? Of(image) : null;

    private static KnownImage? Of(string reference)
    {
        var path = reference.Split('@')[0];
        path = path.StartsWith("docker.io/", StringComparison.Ordinal) ? path["docker.io/".Length..] : path;
        path = path.StartsWith("library/", StringComparison.Ordinal) ? path["library/".Length..] : path;
        var name = path.Split(':')[0];
        if (!Official.TryGetValue(name, out var known))
        {
            return null;
        }

        // The Alpine variants give the same user another number.
        return name == "postgres" && path.Contains("alpine", StringComparison.Ordinal) ? known with { User = 70 }
            : name == "rabbitmq" && path.Contains("alpine", StringComparison.Ordinal) ? known with { User = 100 }
            : known;
    }

    /// <summary>The number of a user that many images have by that name; null for any other.</summary>
    public static int? NumberOf(string user) => NamedUsers.TryGetValue(user, out var number) ? number : null;
}
