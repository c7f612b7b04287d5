using System.Collections.Immutable;
using System.Globalization;
using Towpath.Core.Applications;
using Towpath.Core.Kubernetes.Manifests;

namespace Towpath.Core.Kubernetes.Planning;

/// <summary>
/// The ports of a service. In Compose every port of a container can be reached by its name; in a cluster only those that its Service names.
/// So all that says where it listens is asked: its own file, those that call it, its image.
/// </summary>
internal static class PortPlanner
{
    private const int LongestName = 15;

    /// <summary>The ports, each number and protocol once, those of its own file first.</summary>
    /// <param name="spec">The service.</param>
    /// <param name="calls">Who calls it.</param>
    /// <param name="image">What is known of its image.</param>
    public static ImmutableArray<WorkloadPort> Of(Service spec, IEnumerable<Call> calls, ImageFacts image)
    {
        var ports = Declared(spec)
            .Concat(calls.Where(c => c.Port is not null).Select(c => Port(c.Port!.Value, "TCP", null, null, c.Origin)))
            .ToList();
        if (ports.Count == 0)
        {
            ports.AddRange(image.Ports.Select(p => Port(p, "TCP", null, null, new Origin("the image says that it listens there"))));
        }

        if (ports.Count == 0 && KnownImage.Of(spec) is { } known)
        {
            ports.Add(Port(known.Port, "TCP", null, null, new Origin("the port of the official image")));
        }

        return Named([.. ports.DistinctBy(p => (p.Number, p.Protocol))], spec);
    }

    private static IEnumerable<WorkloadPort> Declared(Service spec)
    {
        if (spec.HttpPort is { } http)
        {
            var named = spec.Ports.FirstOrDefault(p => p.Target == http);
            yield return Port(http, "TCP", named?.Name, named?.ApplicationProtocol ?? "http", new Origin($"the HTTP port of {spec.Name}", HttpPlace(spec)));
        }

        foreach (var port in spec.Ports)
        {
            yield return Port(port.Target, port.Protocol.ToUpperInvariant(), port.Name, port.ApplicationProtocol, new Origin($"`ports` of {spec.Name}", port.Location));
        }

        foreach (var port in spec.Expose)
        {
            yield return Port(port, "TCP", null, null, new Origin($"`expose` of {spec.Name}", spec.Source.Keys.GetValueOrDefault("expose") ?? spec.Location));
        }
    }

    private static Diagnostics.Location HttpPlace(Service spec) =>
        spec.Delivery.Health?.Location ?? spec.Delivery.PortLocation ?? spec.Delivery.Route?.Location ?? spec.Location;

    private static WorkloadPort Port(int number, string protocol, string? name, string? appProtocol, Origin origin) =>
        new(name ?? "", number, protocol, appProtocol, origin);

    /// <summary>Gives each port a name that is its own and that a cluster takes.</summary>
    private static ImmutableArray<WorkloadPort> Named(ImmutableArray<WorkloadPort> ports, Service spec)
    {
        var taken = new HashSet<string>(StringComparer.Ordinal);
        return [.. ports.Select(p => p with { Name = Choices(p, spec).First(taken.Add) })];
    }

    private static IEnumerable<string> Choices(WorkloadPort port, Service spec)
    {
        if (port.Name.Length > 0 && ClusterNames.Label(port.Name) is { Length: <= LongestName } wished)
        {
            yield return wished;
        }

        if (port.Number == spec.HttpPort && port.Protocol == "TCP")
        {
            yield return "http";
        }

        yield return string.Create(CultureInfo.InvariantCulture, $"{port.Protocol.ToLowerInvariant()}-{port.Number}");
        // Only another port that somebody gave this very name can be in the way.
        yield return string.Create(CultureInfo.InvariantCulture, $"p-{port.Protocol.ToLowerInvariant()}-{port.Number}");
    }
}
