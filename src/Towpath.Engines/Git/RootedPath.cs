namespace Towpath.Engines.Git;

/// <summary>Paths below a folder whose content is not ours: no name and no symbolic link in it leads out.</summary>
public static class RootedPath
{
    /// <summary>As many links as Linux itself follows.</summary>
    private const int MaxLinks = 40;

    /// <summary>
    /// Where a relative path really ends, following links as the kernel does but refusing those that leave the root at any
    /// step; null for such a path. What it leads to need not exist.
    /// </summary>
    /// <remarks>Cutting out <c>..</c> in the text would not do: <c>link/..</c> is the parent of the link's target.</remarks>
    public static string? Resolve(string root, string path)
    {
        if (!TrySplit(path, out var todo))
            return null;

        var done = new List<string>();
        for (var links = 0; todo.TryPop(out var name);)
        {
            if (name == "..")
            {
                if (done.Count == 0)
                    return null;
                done.RemoveAt(done.Count - 1);
                continue;
            }

            done.Add(name);
            if (new FileInfo(Full(root, done)).LinkTarget is not { } target)
                continue;

            if (++links > MaxLinks || !TrySplit(target, out var inserted))
                return null;
            done.RemoveAt(done.Count - 1);
            foreach (var part in inserted.Reverse())
                todo.Push(part);
        }

        return Full(root, done);
    }

    /// <summary>Whether each part of a path is a plain name.</summary>
    public static bool IsPlain(string path) =>
        TrySplit(path, out var parts) && parts.Count > 0 && !parts.Contains("..") && !path.Contains('\0', StringComparison.Ordinal);

    /// <summary>Parts of a relative path, the first on top; false for an absolute one.</summary>
    private static bool TrySplit(string path, out Stack<string> parts)
    {
        parts = new Stack<string>(path.Split('/').Where(part => part is not ("" or ".")).Reverse());
        return !path.StartsWith('/');
    }

    private static string Full(string root, List<string> parts) => Path.Combine([root, .. parts]);
}
