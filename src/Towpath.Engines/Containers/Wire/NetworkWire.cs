using System.Text.Json.Serialization;

namespace Towpath.Engines.Containers.Wire;

internal sealed record CreateNetworkBody(
    string Name,
    bool CheckDuplicate,
    string Driver,
    SortedDictionary<string, string> Labels,
    IpamBody IPAM);

internal sealed record IpamBody(IpamSubnetBody[]? Config);

internal sealed record IpamSubnetBody(string? Subnet);

/// <summary>Podman's own route, needed for <c>isolate</c>.</summary>
internal sealed record LibpodNetworkBody(
    [property: JsonPropertyName("name")] string Name,
    [property: JsonPropertyName("driver")] string Driver,
    [property: JsonPropertyName("dns_enabled")] bool DnsEnabled,
    [property: JsonPropertyName("subnets")] LibpodSubnetBody[] Subnets,
    [property: JsonPropertyName("labels")] SortedDictionary<string, string> Labels,
    [property: JsonPropertyName("options")] Dictionary<string, string> Options);

internal sealed record LibpodSubnetBody([property: JsonPropertyName("subnet")] string Subnet);

internal sealed record NetworkAnswer(string Name, IpamBody? IPAM, Dictionary<string, string>? Labels);

internal sealed record CreateVolumeBody(string Name, string Driver, SortedDictionary<string, string> Labels);

internal sealed record VolumeAnswer(string Name, Dictionary<string, string>? Labels);

internal sealed record VolumeListAnswer(VolumeAnswer[]? Volumes);
