using System.Collections.Immutable;
using Towpath.Core.Applications.Readers;
using Towpath.Core.Compose;
using Towpath.Core.Compose.ShortSyntax;
using Towpath.Core.Diagnostics;

namespace Towpath.Core.Onboarding;

/// <summary>A service as its Compose file tells of it, read leniently: whatever is wrong is told by <c>check</c>.</summary>
internal sealed record ServiceOutline
{
    /// <summary>Its key.</summary>
    public required string Name { get; init; }

    /// <summary>Where its key stands.</summary>
    public required Location Location { get; init; }

    /// <summary>The image, or null.</summary>
    public string? Image { get; init; }

    /// <summary>Folder of its build, or null for none inside the project.</summary>
    public string? Context { get; init; }

    /// <summary>Path of its Dockerfile, from the folder of the Compose file.</summary>
    public string? Dockerfile { get; init; }

    /// <summary>Stage of the Dockerfile, or null for the last.</summary>
    public string? Target { get; init; }

    /// <summary>TCP container ports, those of <c>ports</c> before those of <c>expose</c>.</summary>
    public ImmutableArray<int> Ports { get; init; } = [];

    /// <summary>Host port of the first TCP port that is published; null for none.</summary>
    public int? HostPort { get; init; }

    /// <summary>It publishes a TCP port.</summary>
    public bool IsPublished { get; init; }

    /// <summary>It takes over what another service says, <c>x-towpath</c> too.</summary>
    public bool Extends { get; init; }

    /// <summary>Words of <c>command</c> and <c>entrypoint</c>.</summary>
    public string Command { get; init; } = "";

    /// <summary>What stands under <c>x-towpath</c>, each key with the text of its value; merged values too.</summary>
    public ImmutableDictionary<string, YamlNode> Delivery { get; init; } = ImmutableDictionary<string, YamlNode>.Empty;

    /// <summary>Reads all services of a tree whose variables were replaced.</summary>
    public static ImmutableArray<ServiceOutline> ReadAll(YamlNode root) =>
        root is YamlMapping file && file.Get("services") is YamlMapping services
            ? [.. services.Entries.Where(e => e.Value is YamlMapping).Select(e => Read(e, (YamlMapping)e.Value))]
            : [];

    private static ServiceOutline Read(YamlEntry entry, YamlMapping service)
    {
        var build = service.Get("build");
        var context = ProjectPath.Combine(".", Text(build) ?? Text((build as YamlMapping)?.Get("context")) ?? ".");
        var published = Items(service.Get("ports")).SelectMany(Published).ToList();
        var exposed = Items(service.Get("expose")).SelectMany(item => PortSyntax.Parse(Text(item) ?? "", out _)).Where(p => p.Protocol == "tcp");
        return new ServiceOutline
        {
            Name = entry.Name,
            Location = entry.Key.Location,
            Image = Text(service.Get("image")),
            Context = build is null ? null : context,
            Dockerfile = build is null || context is null ? null : ProjectPath.Combine(context, Text((build as YamlMapping)?.Get("dockerfile")) ?? "Dockerfile"),
            Target = Text((build as YamlMapping)?.Get("target")),
            Ports = [.. published.Select(p => p.Target), .. exposed.Select(p => p.Target)],
            HostPort = published.Select(p => p.Host).FirstOrDefault(),
            IsPublished = published.Count > 0,
            Extends = service.Get("extends") is not null,
            Command = $"{Words(service.Get("entrypoint"))} {Words(service.Get("command"))}",
            Delivery = service.Get("x-towpath") is YamlMapping delivery ? delivery.Entries.ToImmutableDictionary(e => e.Name, e => e.Value) : ImmutableDictionary<string, YamlNode>.Empty,
        };
    }

    private static IEnumerable<(int Target, int? Host)> Published(YamlNode item)
    {
        if (item is YamlMapping port)
        {
            var isTcp = Text(port.Get("protocol")) is null or "tcp";
            return isTcp && Number(port.Get("target")) is { } target ? [(target, Number(port.Get("published")))] : [];
        }

        return PortSyntax.Parse(Text(item) ?? "", out _).Where(p => p.Protocol == "tcp").Select(p => (p.Target, p.Published));
    }

    private static string? Text(YamlNode? node) => node is YamlScalar { IsNull: false, IsBroken: false, Value.Length: > 0 } scalar ? scalar.Value : null;

    private static int? Number(YamlNode? node) => int.TryParse(Text(node), out var number) && number is > 0 and <= 65535 ? number : null;

    private static ImmutableArray<YamlNode> Items(YamlNode? node) => node is YamlSequence list ? list.Items : [];

    private static string Words(YamlNode? node) => Text(node) ?? string.Join(' ', Items(node).Select(Text));
}
