using System.Collections.Immutable;
using Towpath.Core.Compose;
using Towpath.Core.Compose.ShortSyntax;

namespace Towpath.Core.Applications.Readers;

/// <summary><c>ports:</c> and <c>expose:</c> of a service.</summary>
internal sealed class PortReader(ProjectReading project)
{
    private const int MostPorts = 1000;
    private readonly NodeReader _values = project.Values;

    /// <summary>The ports in source order.</summary>
    public ImmutableArray<PublishedPort> Read(YamlNode? node)
    {
        var ports = _values.Items(node, "ports");
        if (ports.Length > MostPorts)
        {
            project.Bag.Add(ValueDiagnostics.TooMany(ports[MostPorts].Location, "ports of a service", MostPorts));
            ports = ports[..MostPorts];
        }

        return [.. ports.Select(ReadPort).OfType<PublishedPort>()];
    }

    /// <summary>The container ports of <c>expose:</c>.</summary>
    public ImmutableArray<int> ReadExposed(YamlNode? node) => [.. _values.Items(node, "expose").SelectMany(ReadExposedPort).Distinct()];

    private PublishedPort? ReadPort(YamlNode item)
    {
        if (_values.Mapping(item, CarriedKeys.Port) is not { } port
            || _values.Integer(port.Get("target"), "target", 1, 65535) is not { } target
            || _values.Word(port.Get("protocol"), "protocol", "tcp", "udp") is not { } protocol)
        {
            return null;
        }

        return new PublishedPort(target, Published(port.Get("published")), protocol, item.Location)
        {
            Name = _values.NonEmpty(port.Get("name"), "name"),
            ApplicationProtocol = _values.NonEmpty(port.Get("app_protocol"), "app_protocol"),
        };
    }

    // A range leaves the choice to the engine; the gateway or the ladder makes it here.
    private int? Published(YamlNode? node) =>
        node is YamlScalar { Value: "" } || (node as YamlScalar)?.Value.Contains('-', StringComparison.Ordinal) == true
            ? null
            : _values.Integer(node, "published", 1, 65535);

    private IEnumerable<int> ReadExposedPort(YamlNode item)
    {
        if (_values.Text(item, "an entry of expose") is not { } text)
        {
            return [];
        }

        var ports = PortSyntax.Parse(text, out var problem);
        if (problem is not null)
        {
            project.Bag.Add(ValueDiagnostics.BadPort(item.Location, text, problem));
        }

        return ports.Select(port => port.Target);
    }
}
