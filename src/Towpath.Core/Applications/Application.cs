using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Towpath.Core.Diagnostics;

namespace Towpath.Core.Applications;

/// <summary>What one Compose file and its <c>towpath.yaml</c> describe, free of any engine's words.</summary>
/// <param name="Name">DNS label, at most 40 characters: part of container, network and volume names.</param>
/// <param name="Services">In the order of their names.</param>
/// <param name="Volumes">Named volumes.</param>
/// <param name="Secrets">Secrets that services mount as files.</param>
/// <param name="Configs">Configuration files that services mount.</param>
/// <param name="Ladder">The environments, lowest first.</param>
public sealed record Application(
    string Name,
    ImmutableArray<Service> Services,
    ImmutableArray<Volume> Volumes,
    ImmutableArray<Secret> Secrets,
    ImmutableArray<Config> Configs,
    Ladder Ladder)
{
    /// <summary>The text that each side signs; null for none. Without one nothing of it is in the release's hash.</summary>
    public Agreement? Agreement { get; init; }

    /// <summary>What Dev and Ops agreed on in <c>towpath.yaml</c>.</summary>
    [JsonIgnore]
    public ContractTerms Contract { get; init; } = ContractTerms.None;

    /// <summary>The service of that name, or null.</summary>
    public Service? Service(string name) => Services.FirstOrDefault(s => s.Name == name);
}

/// <summary>A named volume.</summary>
/// <param name="Name">Its key in the Compose file.</param>
/// <param name="Location">Where it is declared.</param>
public sealed record Volume(string Name, Location Location)
{
    /// <summary>How a cluster makes it; null for the usual way.</summary>
    public ClusterVolume? Cluster { get; init; }
}

/// <summary>Where the value of a secret comes from.</summary>
public enum SecretSource
{
    /// <summary>Made once per environment, at random, by Towpath (<c>x-towpath: { generate: LENGTH }</c>).</summary>
    Generated,

    /// <summary>A file of the commit (<c>file:</c>).</summary>
    File,

    /// <summary>Given by a person per environment with <c>towpath secret set</c> (<c>external:</c> or <c>environment:</c>).</summary>
    Given,
}

/// <summary>A secret, without its value.</summary>
/// <param name="Name">Its key in the Compose file.</param>
/// <param name="Source">Where its value comes from.</param>
/// <param name="File">For <see cref="SecretSource.File"/>: path in the commit, relative to the Compose file's folder.</param>
/// <param name="Length">For <see cref="SecretSource.Generated"/>: number of characters, 8 to 256.</param>
/// <param name="Location">Where it is declared.</param>
public sealed record Secret(string Name, SecretSource Source, string? File, int Length, Location Location);

/// <summary>A configuration file with its content.</summary>
/// <param name="Name">Its key in the Compose file.</param>
/// <param name="Content">The text, already interpolated where Compose says so (<c>content:</c>), verbatim for <c>file:</c>.</param>
/// <param name="Location">Where it is declared.</param>
public sealed record Config(string Name, string Content, Location Location);
