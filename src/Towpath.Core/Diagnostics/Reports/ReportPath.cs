namespace Towpath.Core.Diagnostics.Reports;

/// <summary>Where findings lie, as a forge counts: from the top of the repository.</summary>
internal static class ReportPath
{
    /// <summary>What a finding without a place is pinned to: a forge shows nothing that has none.</summary>
    public const string Anchor = "compose.yaml";

    /// <summary>The path of a file from the top of the repository, tidied, with forward slashes.</summary>
    /// <param name="folder">Folder that <paramref name="file"/> counts from, relative to the top; <c>.</c> for the top.</param>
    /// <param name="file">Path of a diagnostic.</param>
    public static string Of(string folder, string file)
    {
        var parts = new List<string>();
        foreach (var part in $"{folder}/{file}".Replace('\\', '/').Split('/'))
        {
            if (part == ".." && parts.Count > 0 && parts[^1] != "..")
            {
                parts.RemoveAt(parts.Count - 1);
            }
            else if (part is not ("" or "."))
            {
                parts.Add(part);
            }
        }

        return string.Join('/', parts);
    }

    /// <summary>The same as a relative URI.</summary>
    public static string Uri(string folder, string file) => string.Join('/', Of(folder, file).Split('/').Select(System.Uri.EscapeDataString));
}
