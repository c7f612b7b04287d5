namespace Towpath.Core.Compose.Composition;

/// <summary>Paths as text: absolute ones with forward slashes, without <c>.</c> and <c>..</c> parts.</summary>
internal static class FilePath
{
    /// <summary>Where a path leads that is written in a folder.</summary>
    public static string Combine(string folder, string path)
    {
        var parts = new List<string>();
        foreach (var part in (path.StartsWith('/') ? path : $"{folder}/{path}").Split('/'))
        {
            if (part == ".." && parts.Count > 0)
            {
                parts.RemoveAt(parts.Count - 1);
            }
            else if (part is not ("" or "." or ".."))
            {
                parts.Add(part);
            }
        }

        return "/" + string.Join('/', parts);
    }

    /// <summary>The folder that a path stands in.</summary>
    public static string Folder(string path) => path.LastIndexOf('/') is var at && at > 0 ? path[..at] : "/";

    /// <summary>The last part of a path.</summary>
    public static string Name(string path) => path[(path.LastIndexOf('/') + 1)..];

    /// <summary>Whether a path is a folder or lies below it.</summary>
    public static bool IsInside(string folder, string path) =>
        folder == "/" || (path.StartsWith(folder, StringComparison.Ordinal) && (path.Length == folder.Length || path[folder.Length] == '/'));

    /// <summary>A path as it is shown: counted from a folder where it lies below it.</summary>
    public static string Below(string folder, string path) =>
        path != folder && IsInside(folder, path) ? path[(folder == "/" ? 1 : folder.Length + 1)..] : path;

    /// <summary>A path counted from a folder, with <c>..</c> where it does not lie below it.</summary>
    public static string Relative(string folder, string path)
    {
        var from = folder.Split('/', StringSplitOptions.RemoveEmptyEntries);
        var to = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        var same = 0;
        while (same < from.Length && same < to.Length && from[same] == to[same])
        {
            same++;
        }

        var parts = Enumerable.Repeat("..", from.Length - same).Concat(to.Skip(same));
        return string.Join('/', parts) is { Length: > 0 } relative ? relative : ".";
    }

    /// <summary>Whether a reference names something on another machine: git, a registry, a web server.</summary>
    public static bool IsRemote(string reference) =>
        reference.Contains("://", StringComparison.Ordinal) || reference.StartsWith("git@", StringComparison.Ordinal) || reference.StartsWith("github.com/", StringComparison.Ordinal);
}
