using System.Collections.Immutable;
using Towpath.Core.Compose;
using Towpath.Core.Compose.ShortSyntax;

namespace Towpath.Core.Applications.Readers;

/// <summary><c>ports:</c> and <c>expose:</c> of a service.</summary>
internal sealed class PortReader(ProjectReading project)
{
    private const int MostPorts = 1000;

    /// <summary>The ports in source order, ranges written out.</summary>
    public ImmutableArray<PublishedPort> Read(YamlNode? node)
    {
        var ports = project.Values.Items(node, "ports")
            .SelectMany(item => item is YamlMapping ? ReadLong(item) : ReadShort(item))
            .Take(MostPorts + 1)
            .ToImmutableArray();
        if (ports.Length > MostPorts)
        {
            project.Bag.Add(ValueDiagnostics.TooMany(ports[MostPorts].Location, "ports of a service", MostPorts));
        }

        return ports;
    }

    /// <summary>The container ports of <c>expose:</c>.</summary>
    public ImmutableArray<int> ReadExposed(YamlNode? node) =>
        [.. project.Values.Items(node, "expose").SelectMany(item => Parse(item, "an entry of expose")).Select(port => port.Target).Distinct()];

    private IEnumerable<PublishedPort> ReadShort(YamlNode item)
    {
        var place = item.Location;
        return Parse(item, "a port").Select(port => new PublishedPort(port.Target, port.Published, port.Protocol, place));
    }

    private ImmutableArray<PortEntry> Parse(YamlNode item, string what)
    {
        if (project.Values.Text(item, what) is not { } text)
        {
            return [];
        }

        var ports = PortSyntax.Parse(text, out var problem);
        if (problem is null && ports.Any(p => p.Protocol == "sctp"))
        {
            problem = "sctp is not carried";
        }

        if (problem is not null)
        {
            project.Bag.Add(ValueDiagnostics.BadPort(item.Location, text, problem));
        }

        return problem is null ? ports : [];
    }

    private IEnumerable<PublishedPort> ReadLong(YamlNode item)
    {
        var port = project.Values.Mapping(item, ComposeKeys.Port)!;
        if (!project.Values.Require(port.Get("target"), port, "a port", "target"))
        {
            return [];
        }

        var target = project.Values.Integer(port.Get("target"), "target", 1, 65535);
        var published = project.Values.Integer(port.Get("published"), "published", 1, 65535);
        var protocol = project.Values.Word(port.Get("protocol"), "protocol", "tcp", "udp") ?? "tcp";
        var name = project.Values.NonEmpty(port.Get("name"), "name");
        var application = project.Values.NonEmpty(port.Get("app_protocol"), "app_protocol");
        return target is { } number
            ? [new PublishedPort(number, published, protocol, item.Location) { Name = name, ApplicationProtocol = application }]
            : [];
    }
}
