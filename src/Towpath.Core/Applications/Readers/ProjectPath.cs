namespace Towpath.Core.Applications.Readers;

/// <summary>Paths inside a commit: relative, forward slashes, never above the root.</summary>
internal static class ProjectPath
{
    /// <summary>A path from a folder, tidied; <c>.</c> for the root; null where it is absolute, a URL, or leaves the root.</summary>
    public static string? Combine(string folder, string path)
    {
        if (path.Length == 0 || path[0] is '/' or '~' || path.Contains('\\') || path.Contains("://", StringComparison.Ordinal))
        {
            return null;
        }

        var parts = new List<string>();
        foreach (var part in $"{folder}/{path}".Split('/'))
        {
            if (part == ".." && parts.Count == 0)
            {
                return null;
            }

            if (part == "..")
            {
                parts.RemoveAt(parts.Count - 1);
            }
            else if (part is not ("" or "."))
            {
                parts.Add(part);
            }
        }

        return parts.Count == 0 ? "." : string.Join('/', parts);
    }
}
