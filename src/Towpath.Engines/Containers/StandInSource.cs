using System.Formats.Tar;
using System.Reflection;

namespace Towpath.Engines.Containers;

/// <summary>The stand-ins of the folder <c>images/</c>, carried inside the program.</summary>
internal static class StandInSource
{
    private const string Prefix = "images/";
    private static readonly Assembly Assembly = typeof(StandInSource).Assembly;

    /// <summary>Folder of each stand-in by the canonical name that it stands in for.</summary>
    public static IReadOnlyDictionary<string, string> Folders { get; } = new SortedDictionary<string, string>(StringComparer.Ordinal)
    {
        ["docker.io/curlimages/curl:7.88.1"] = "curl-7.88",
        ["docker.io/library/haproxy:2.6"] = "haproxy-2.6",
        ["docker.io/library/nginx:1.22"] = "nginx-1.22",
        ["docker.io/library/postgres:15"] = "postgres-15",
        ["docker.io/library/rabbitmq:3.10"] = "rabbitmq-3.10",
        ["docker.io/library/registry:2.8.2"] = "registry-2.8",
    };

    /// <summary>Names of the files of a stand-in.</summary>
    public static IReadOnlyList<string> Files(string folder) =>
        [.. Assembly.GetManifestResourceNames().Where(n => n.StartsWith($"{Prefix}{folder}/", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

    /// <summary>Writes a stand-in as a build context.</summary>
    public static async Task WriteContextAsync(string folder, Stream destination, CancellationToken cancellationToken)
    {
        await using var tar = new TarWriter(destination, TarEntryFormat.Ustar, leaveOpen: true);
        foreach (var name in Files(folder))
        {
            await using var content = Assembly.GetManifestResourceStream(name)!;
            var entry = new UstarTarEntry(TarEntryType.RegularFile, name[$"{Prefix}{folder}/".Length..])
            {
                // A fixed time keeps the engine's cache.
                ModificationTime = DateTimeOffset.UnixEpoch,
                Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead,
                DataStream = content,
            };
            await tar.WriteEntryAsync(entry, cancellationToken);
        }
    }
}
