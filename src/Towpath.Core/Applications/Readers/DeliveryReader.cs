using System.Collections.Immutable;
using Towpath.Core.Compose;

namespace Towpath.Core.Applications.Readers;

/// <summary><c>x-towpath</c> of a service.</summary>
internal sealed class DeliveryReader(ProjectReading project)
{
    private static readonly KeyTable Keys = new("x-towpath", "owner health route port api migrate test trial scale schedule resources variables backup");
    private static readonly KeyTable HealthKeys = new("health", "ready live port");
    private static readonly KeyTable RouteKeys = new("route", "path strip");
    private static readonly KeyTable MigrateKeys = new("migrate", "command timeout reversible");
    private static readonly KeyTable TestKeys = new("test", "target command timeout");
    private static readonly KeyTable TrialKeys = new("trial", "timeout");
    private static readonly TimeSpan MigrateTimeout = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan TestTimeout = TimeSpan.FromMinutes(10);
    private readonly NodeReader _values = project.Values;
    private readonly ResourceReader _resources = new(project);
    private readonly ScaleReader _scale = new(project);
    private readonly ScheduleReader _schedule = new(project);
    private readonly PromiseReader _promises = new(project);

    /// <summary>What stands there; <see cref="Delivery.None"/> where nothing does.</summary>
    /// <param name="node">The value of <c>x-towpath</c>.</param>
    /// <param name="serviceName">Name of the service, for messages.</param>
    /// <param name="isBuilt">Whether the service has a <c>build</c>.</param>
    public Delivery Read(YamlNode? node, string serviceName, bool isBuilt)
    {
        if (_values.Mapping(node, Keys) is not { } delivery)
        {
            return Delivery.None;
        }

        return new Delivery
        {
            Owner = _values.NonEmpty(delivery.Get("owner"), "owner"),
            Health = Health(delivery.Get("health")),
            Route = Route(delivery.Get("route")),
            Port = _values.Integer(delivery.Get("port"), "port", 1, 65535),
            PortLocation = delivery.Get("port")?.Location,
            Api = project.FileInside(delivery.Get("api"), "the API description")?.Path,
            Migrate = Migrate(delivery.Get("migrate")),
            Test = Test(delivery.Get("test"), serviceName, isBuilt),
            Scale = _scale.Read(delivery.Entry("scale")),
            Schedule = _schedule.Read(delivery.Entry("schedule")),
            Trial = Trial(delivery.Get("trial")),
            Resources = _resources.Read(delivery.Get("resources")),
            Variables = _promises.Variables(delivery.Get("variables")),
            Backup = _promises.Backup(delivery.Get("backup")),
        };
    }

    private HealthEndpoint? Health(YamlNode? node)
    {
        if (node is null or YamlScalar)
        {
            return Path(node, "health") is { } path ? new HealthEndpoint(path, path, null, node!.Location) : null;
        }

        var health = _values.Mapping(node, HealthKeys);
        if (health is null || !_values.Require(health.Get("ready"), health, "health", "ready"))
        {
            return null;
        }

        var ready = Path(health.Get("ready"), "health.ready");
        var live = Path(health.Get("live"), "health.live") ?? ready;
        var port = _values.Integer(health.Get("port"), "health.port", 1, 65535);
        return ready is null ? null : new HealthEndpoint(ready, live!, port, health.Get("ready")!.Location);
    }

    private Route? Route(YamlNode? node)
    {
        if (node is null or YamlScalar)
        {
            return Path(node, "route") is { } only ? new Route(Tidy(only), only != "/", node!.Location) : null;
        }

        var route = _values.Mapping(node, RouteKeys);
        if (route is null || !_values.Require(route.Get("path"), route, "route", "path"))
        {
            return null;
        }

        var strip = _values.Boolean(route.Get("strip"), "route.strip") ?? true;
        return Path(route.Get("path"), "route.path") is { } path ? new Route(Tidy(path), strip && path != "/", route.Get("path")!.Location) : null;
    }

    private Migration? Migrate(YamlNode? node)
    {
        var mapping = node is YamlMapping ? _values.Mapping(node, MigrateKeys) : null;
        var commandNode = mapping is null ? node : mapping.Get("command");
        if (node is null || !_values.Require(commandNode, node, "migrate", "command"))
        {
            return null;
        }

        var timeout = _values.Duration(mapping?.Get("timeout"), "migrate.timeout") ?? MigrateTimeout;
        var (isReversible, revert) = Reversal(mapping?.Get("reversible"));
        return Arguments(commandNode, "migrate") is { } command
            ? new Migration(command, timeout, commandNode.Location) { Reversible = isReversible, Revert = revert }
            : null;
    }

    /// <summary>Yes, no, or the command that takes the migration back.</summary>
    private (bool IsReversible, ImmutableArray<string>? Revert) Reversal(YamlNode? node) => NodeReader.IsBoolean(node)
        ? (_values.Boolean(node, "migrate.reversible") ?? true, null)
        : Arguments(node, "migrate.reversible") is { } revert ? (false, revert) : (true, null);

    private TestSpec? Test(YamlNode? node, string serviceName, bool isBuilt)
    {
        if (_values.Mapping(node, TestKeys) is not { } test)
        {
            return null;
        }

        var timeout = _values.Duration(test.Get("timeout"), "test.timeout") ?? TestTimeout;
        var target = test.Get("target");
        var command = test.Get("command");
        if (target is null == command is null)
        {
            project.Bag.Add(DeliveryDiagnostics.TestChoice(test.Location));
            return null;
        }

        if (target is not null && !isBuilt)
        {
            project.Bag.Add(DeliveryDiagnostics.TestWithoutBuild(target.Location, serviceName));
            return null;
        }

        var stage = _values.NonEmpty(target, "test.target");
        var arguments = Arguments(command, "test.command");
        return stage is null && arguments is null ? null : new TestSpec(stage, arguments, timeout, (target ?? command!).Location);
    }

    private TrialSpec? Trial(YamlNode? node)
    {
        if (node is YamlMapping)
        {
            var timeout = _values.Duration(_values.Mapping(node, TrialKeys)!.Get("timeout"), "trial.timeout");
            return new TrialSpec(true, timeout ?? TrialSpec.UsualTimeout, node.Location);
        }

        return _values.Boolean(node, "trial") is { } wanted ? new TrialSpec(wanted, TrialSpec.UsualTimeout, node!.Location) : null;
    }

    private ImmutableArray<string>? Arguments(YamlNode? node, string what)
    {
        if (_values.Command(node, what) is not { } command)
        {
            return null;
        }

        if (!command.IsEmpty)
        {
            return command;
        }

        project.Bag.Add(ValueDiagnostics.BadCommand(node!.Location, what, "it is empty"));
        return null;
    }

    private string? Path(YamlNode? node, string what)
    {
        if (_values.Text(node, what) is not { } text)
        {
            return null;
        }

        if (text.StartsWith('/') && !text.Any(c => char.IsWhiteSpace(c) || char.IsControl(c) || c is '?' or '#' or '"' or '\\' or > '~'))
        {
            return text;
        }

        project.Bag.Add(DeliveryDiagnostics.BadPath(node!.Location, what, text));
        return null;
    }

    private static string Tidy(string path) => path.Length > 1 ? "/" + path.Trim('/') : path;
}
