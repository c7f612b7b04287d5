namespace Towpath.Engines.Containers;

/// <summary>
/// A container of Podman's whose storage is gone and whose record is not: its service was killed while it removed it. From then on Podman
/// refuses to list any container and to show any network, until that removal is finished, which is all that can be done with it.
/// </summary>
internal static class HalfRemoved
{
    /// <summary>Containers whose removal has begun: Podman's own list reads nothing of their storage, and so is answered.</summary>
    public const string List = $"{DockerApiEngine.Libpod}containers/json?all=true&filters=%7B%22status%22%3A%5B%22removing%22%5D%7D";

    private const string Before = "getting container from store \"";
    private const string After = "\": container not known";
    private const string Layer = "layer not known";

    /// <summary>A refusal speaks of a container of which only a layer is gone, and does not say which container it is.</summary>
    public static bool IsNameless(string message) => message.Contains(Layer, StringComparison.Ordinal);

    /// <summary>Identifier of the container that a refusal speaks of; null where it says something else.</summary>
    public static string? In(string message)
    {
        var start = message.IndexOf(Before, StringComparison.Ordinal);
        var end = message.IndexOf(After, StringComparison.Ordinal);
        if (start < 0 || end < start + Before.Length) return null;
        var container = message[(start + Before.Length)..end];
        return container.Length > 0 && container.All(char.IsAsciiHexDigit) ? container : null;
    }

    /// <summary>What a DELETE of removes it.</summary>
    public static string Route(string container) => $"{DockerApiEngine.Libpod}containers/{container}?force=true&v=true&timeout=0";
}
