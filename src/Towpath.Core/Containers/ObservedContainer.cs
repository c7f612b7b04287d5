using System.Collections.Immutable;

namespace Towpath.Core.Containers;

/// <summary>What a container is doing.</summary>
public enum ContainerState
{
    /// <summary>Created, never started.</summary>
    Created,

    /// <summary>Its process runs.</summary>
    Running,

    /// <summary>Its process ended.</summary>
    Exited,

    /// <summary>On its way up or down again.</summary>
    Restarting,

    /// <summary>Something the engine could not clean up, or a state that Towpath does not know.</summary>
    Dead,
}

/// <summary>One container as the engine reports it in a list.</summary>
/// <param name="Id">Engine's identifier, 64 hexadecimal digits.</param>
/// <param name="Name">Without a leading slash.</param>
/// <param name="ImageId"><c>sha256:</c> and 64 hexadecimal digits.</param>
/// <param name="State">What it is doing.</param>
/// <param name="CreatedAt">When it was created, to the second.</param>
/// <param name="Labels">All labels.</param>
public sealed record ObservedContainer(
    string Id,
    string Name,
    string ImageId,
    ContainerState State,
    DateTimeOffset CreatedAt,
    ImmutableDictionary<string, string> Labels)
{
    /// <summary>A label's value, or null.</summary>
    public string? Label(string name) => Labels.GetValueOrDefault(name);
}

/// <summary>One container in detail.</summary>
/// <param name="Id">Engine's identifier.</param>
/// <param name="Name">Without a leading slash.</param>
/// <param name="ImageId"><c>sha256:</c> and 64 hexadecimal digits.</param>
/// <param name="State">What it is doing.</param>
/// <param name="ExitCode">Of the last process; 0 while it runs.</param>
/// <param name="Pid">Process on the host; 0 when it does not run.</param>
/// <param name="RestartCount">Restarts by the engine.</param>
/// <param name="StartedAt">Last start; null when it never started.</param>
/// <param name="Address">IPv4 address in its first network, or null.</param>
/// <param name="LogPath">File that the engine writes its output to, or null.</param>
/// <param name="Labels">All labels.</param>
public sealed record ContainerDetails(
    string Id,
    string Name,
    string ImageId,
    ContainerState State,
    int ExitCode,
    int Pid,
    int RestartCount,
    DateTimeOffset? StartedAt,
    string? Address,
    string? LogPath,
    ImmutableDictionary<string, string> Labels)
{
    /// <summary>Time between the request to end and the kill that it was created with, or null where the engine does not tell.</summary>
    public TimeSpan? StopGracePeriod { get; init; }
}
