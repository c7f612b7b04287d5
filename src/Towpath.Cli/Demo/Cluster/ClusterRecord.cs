using System.Text.Json;
using Towpath.Cli.Client;
using Towpath.Server.Api;

namespace Towpath.Cli.Demo.Cluster;

/// <summary>Remembers the cluster of the demo in the state folder, for the command that removes its traces.</summary>
internal static class ClusterRecord
{
    /// <summary>Writes it down.</summary>
    public static void Write(Paths paths, ClusterPlace place) => Paths.WritePrivate(FileOf(paths), JsonSerializer.Serialize(place, ApiJson.Options));

    /// <summary>What was written down; null where the demo has no cluster.</summary>
    public static ClusterPlace? Read(Paths paths)
    {
        try
        {
            return JsonSerializer.Deserialize<ClusterPlace>(File.ReadAllText(FileOf(paths)), ApiJson.Options);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    private static string FileOf(Paths paths) => Path.Combine(paths.State, "demo", "cluster.json");
}
