using System.Collections.Immutable;
using Towpath.Core.Compose;

namespace Towpath.Core.Applications.Readers;

/// <summary>What is kept for a service: <c>deploy.resources.reservations</c>, <c>mem_reservation</c>, <c>gpus</c>.</summary>
internal sealed class DeviceReader(ProjectReading project)
{
    private const int MostDevices = 1024;
    private readonly NodeReader _values = project.Values;

    /// <summary>The settings with what is reserved.</summary>
    public ClusterSettings Read(ClusterSettings settings, YamlMapping service, YamlMapping? deploy)
    {
        var reservations = project.MappingInCluster((deploy?.Get("resources") as YamlMapping)?.Get("reservations"), ClusterKeys.Reservations);
        var devices = ImmutableSortedDictionary.CreateBuilder<string, int>(StringComparer.Ordinal);
        var requests = _values.Items(service.Get("gpus"), "gpus").Concat(_values.Items(reservations?.Get("devices"), "devices"));
        foreach (var (resource, count) in requests.Select(Request).OfType<(string, int)>())
        {
            devices[resource] = devices.GetValueOrDefault(resource) + count;
        }

        return settings with
        {
            ReservedCpus = _values.Number(reservations?.Get("cpus"), "deploy.resources.reservations.cpus", 0, 1024) is > 0 and var cpus ? cpus : null,
            ReservedMemory = _values.Size(reservations?.Get("memory") ?? service.Get("mem_reservation"), "memory") is > 0 and var memory ? memory : null,
            Devices = devices.ToImmutable(),
        };
    }

    private (string Resource, int Count)? Request(YamlNode node)
    {
        if (project.MappingInCluster(node, ClusterKeys.DeviceRequest) is not { } request)
        {
            return null;
        }

        var capabilities = _values.Texts(request.Get("capabilities"), "capabilities");
        var resource = Resource(request, capabilities);
        var count = Count(request.Get("count"), request);
        return resource is null || count is null ? null : (resource, count.Value);
    }

    private string? Resource(YamlMapping request, ImmutableArray<string> capabilities)
    {
        var driver = _values.NonEmpty(request.Get("driver"), "driver");
        if (driver?.Contains('/', StringComparison.Ordinal) == true && ClusterText.IsKey(driver))
        {
            return driver;
        }

        switch (driver)
        {
            case null or "nvidia" when capabilities.IsEmpty || capabilities.Contains("gpu") || driver is not null:
                return "nvidia.com/gpu";
            case "amd":
                return "amd.com/gpu";
            default:
                var named = request.Get("driver") ?? (request.Get("capabilities") as YamlSequence)?.Items.FirstOrDefault();
                project.NotInCluster(
                    named ?? request,
                    (named as YamlScalar)?.Shown ?? "capabilities",
                    "a device request",
                    "say by `driver` what the cluster's device plugin calls it, such as `nvidia.com/gpu`");
                return null;
        }
    }

    private int? Count(YamlNode? node, YamlNode request)
    {
        if (node is null or YamlScalar { Value: "all" or "-1" })
        {
            project.NotInCluster(node ?? request, "all", "a device request", "a pod asks for a number of devices: write `count`");
            return null;
        }

        return _values.Integer(node, "count", 1, MostDevices);
    }
}
