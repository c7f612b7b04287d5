namespace Towpath.Core.Compose.ShortSyntax;

/// <summary>Paths with forward slashes, as text: nothing here looks at a disk.</summary>
internal static class UnixPath
{
    /// <summary>The shortest path that names the same: without <c>.</c>, <c>..</c> and doubled slashes where it can be. Empty becomes <c>.</c>.</summary>
    public static string Clean(string path)
    {
        if (IsClean(path))
        {
            return path;
        }

        var isRooted = path.StartsWith('/');
        var parts = new List<string>();
        foreach (var part in path.Split('/'))
        {
            if (part is "" or ".")
            {
                continue;
            }

            if (part == ".." && parts.Count > 0 && parts[^1] != "..")
            {
                parts.RemoveAt(parts.Count - 1);
            }
            else if (part != ".." || !isRooted)
            {
                parts.Add(part);
            }
        }

        var joined = string.Join('/', parts);
        return isRooted ? "/" + joined : joined.Length == 0 ? "." : joined;
    }

    /// <summary>A path seen from a folder, cleaned.</summary>
    public static string Join(string folder, string path) => Clean(path.Length == 0 ? folder : $"{folder}/{path}");

    private static bool IsClean(string path)
    {
        if (path.Length == 0)
        {
            return false;
        }

        for (var i = 0; i < path.Length; i++)
        {
            if ((path[i] == '.' && (i == 0 || path[i - 1] == '/') && path.Length > 1) || (path[i] == '/' && path.Length > 1 && (i + 1 == path.Length || path[i + 1] == '/')))
            {
                return false;
            }
        }

        return true;
    }
}
