namespace Towpath.Cli.Files;

/// <summary>The files of a working tree, by name.</summary>
internal static class RepositoryPaths
{
    private const int Most = 50_000;
    private const int Deepest = 12;

    private static readonly HashSet<string> PassedOver = new([".git", "node_modules", ".venv", "venv", "bin", "obj", "target", "__pycache__"], StringComparer.Ordinal);

    /// <summary>Paths relative to the folder, nearest first, up to a bound. No link is followed, and what a build made is passed over.</summary>
    public static IEnumerable<string> Below(string folder)
    {
        var open = new Queue<(string Path, int Depth)>([("", 0)]);
        var count = 0;
        while (open.TryDequeue(out var next) && count < Most)
        {
            foreach (var entry in Entries(Path.Combine(folder, next.Path)))
            {
                var path = next.Path.Length == 0 ? entry.Name : $"{next.Path}/{entry.Name}";
                if (entry.LinkTarget is not null || ++count > Most)
                {
                    continue;
                }

                if (entry is DirectoryInfo)
                {
                    if (next.Depth < Deepest && !PassedOver.Contains(entry.Name))
                    {
                        open.Enqueue((path, next.Depth + 1));
                    }
                }
                else
                {
                    yield return path;
                }
            }
        }
    }

    private static FileSystemInfo[] Entries(string folder)
    {
        try
        {
            return [.. new DirectoryInfo(folder).EnumerateFileSystemInfos().Take(Most).OrderBy(e => e.Name, StringComparer.Ordinal)];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // What can't be looked into says nothing.
            return [];
        }
    }
}
