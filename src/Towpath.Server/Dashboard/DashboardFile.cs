using System.Security.Cryptography;

namespace Towpath.Server.Dashboard;

/// <summary>A file of the built dashboard: it is a part of the program.</summary>
/// <param name="Name">Its name, without a folder.</param>
/// <param name="Content">Its bytes.</param>
internal sealed record DashboardFile(string Name, byte[] Content)
{
    private const int TagBytes = 16;
    private const string Prefix = "dashboard/";

    /// <summary>The page that all paths of the dashboard show; where the dashboard was not built, one that says so.</summary>
    public const string Page = "index.html";

    /// <summary>Entity tag: the hash of its content (RFC 9110, 8.8.3).</summary>
    public string Tag { get; } = $"\"{Convert.ToHexStringLower(SHA256.HashData(Content).AsSpan(0, TagBytes))}\"";

    /// <summary>Its media type; names that end in something else are not served.</summary>
    public string? MediaType => Path.GetExtension(Name) switch
    {
        ".html" => "text/html; charset=utf-8",
        ".js" => "text/javascript; charset=utf-8",
        ".css" => "text/css; charset=utf-8",
        ".svg" => "image/svg+xml",
        _ => null,
    };

    /// <summary>All that the build put into this program, by name.</summary>
    public static IReadOnlyDictionary<string, DashboardFile> All { get; } = Read();

    private static Dictionary<string, DashboardFile> Read()
    {
        var assembly = typeof(DashboardFile).Assembly;
        return assembly.GetManifestResourceNames().Where(n => n.StartsWith(Prefix, StringComparison.Ordinal)).Select(name =>
        {
            using var stream = assembly.GetManifestResourceStream(name)!;
            using var content = new MemoryStream();
            stream.CopyTo(content);
            return new DashboardFile(name[Prefix.Length..], content.ToArray());
        }).ToDictionary(f => f.Name, StringComparer.Ordinal);
    }
}
