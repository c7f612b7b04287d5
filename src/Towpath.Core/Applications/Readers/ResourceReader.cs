using System.Collections.Immutable;
using Towpath.Core.Compose;

namespace Towpath.Core.Applications.Readers;

/// <summary><c>x-towpath.resources</c>: what must exist in a database or queue.</summary>
internal sealed class ResourceReader(ProjectReading project)
{
    private static readonly KeyTable PostgresKeys = new("postgres", "service database user password");
    private static readonly KeyTable RabbitKeys = new("rabbitmq", "service queue exchange type durable user password");
    private readonly NodeReader _values = project.Values;

    /// <summary>The resources in source order.</summary>
    public ImmutableArray<DeclaredResource> Read(YamlNode? node) =>
    [
        .. _values.Items(node, "resources")
            .SelectMany(item => (IEnumerable<YamlEntry>?)_values.Mapping(item, "a resource")?.Entries ?? [])
            .Select(ReadOne)
            .OfType<DeclaredResource>(),
    ];

    private DeclaredResource? ReadOne(YamlEntry entry)
    {
        switch (entry.Name)
        {
            case "postgres":
                return Postgres(entry);
            case "rabbitmq":
                return Rabbit(entry);
            default:
                project.Bag.Add(DeliveryDiagnostics.UnknownResource(entry.Key.Location, entry.Name, ["postgres", "rabbitmq"]));
                return null;
        }
    }

    private DeclaredResource? Postgres(YamlEntry entry)
    {
        if (_values.Mapping(entry.Value, PostgresKeys) is not { } resource)
        {
            return null;
        }

        var hasService = _values.Require(resource.Get("service"), resource, "a postgres resource", "service");
        var hasDatabase = _values.Require(resource.Get("database"), resource, "a postgres resource", "database");
        var user = _values.NonEmpty(resource.Get("user"), "user");
        var password = _values.NonEmpty(resource.Get("password"), "password");
        if (!hasService || !hasDatabase || (user is not null && !_values.Require(resource.Get("password"), resource, "a user", "password")))
        {
            return null;
        }

        return _values.NonEmpty(resource.Get("service"), "service") is { } service && _values.NonEmpty(resource.Get("database"), "database") is { } database
            ? new DeclaredResource(ResourceKind.PostgresDatabase, service, database, user, password, null, false, entry.Key.Location)
            : null;
    }

    private DeclaredResource? Rabbit(YamlEntry entry)
    {
        if (_values.Mapping(entry.Value, RabbitKeys) is not { } resource
            || !_values.Require(resource.Get("service"), resource, "a rabbitmq resource", "service"))
        {
            return null;
        }

        var queue = resource.Get("queue");
        var exchange = resource.Get("exchange");
        if (queue is null == exchange is null)
        {
            project.Bag.Add(DeliveryDiagnostics.QueueOrExchange(entry.Key.Location));
            return null;
        }

        var type = _values.Word(resource.Get("type"), "type", "direct", "fanout", "topic", "headers") ?? "direct";
        var durable = _values.Boolean(resource.Get("durable"), "durable") ?? true;
        var kind = queue is null ? ResourceKind.RabbitExchange : ResourceKind.RabbitQueue;
        return _values.NonEmpty(resource.Get("service"), "service") is { } service && _values.NonEmpty(queue ?? exchange, "the name") is { } name
            ? new DeclaredResource(
                kind, service, name, _values.NonEmpty(resource.Get("user"), "user"), _values.NonEmpty(resource.Get("password"), "password"), queue is null ? type : null, durable, entry.Key.Location)
            : null;
    }
}
