using System.Buffers.Binary;
using System.Formats.Tar;
using System.Security.Cryptography;
using Towpath.Core.Dockerfiles;

namespace Towpath.Engines.Git;

/// <summary>
/// A folder as the tar stream of a build. Equal content gives equal bytes, whatever the commit, so that the engine's layer
/// cache hits: entries are sorted, owners are 0, modes are 644 or 755, and times follow from the content.
/// </summary>
public static class BuildContext
{
    private const UnixFileMode PlainFile = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    private const UnixFileMode Executable = PlainFile | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
    private const uint TimeRange_s = 20 * 365 * 86_400;

    /// <summary>Later than 1980, before which zip files (and so Python wheels) can't be dated.</summary>
    private static readonly DateTimeOffset Epoch = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Writes the folder, less what its <c>.dockerignore</c> leaves out.</summary>
    /// <param name="folder">Absolute path of the context.</param>
    /// <param name="dockerfile">Path of the Dockerfile in the context; it is sent whatever is ignored.</param>
    /// <param name="stream">Gets the tar; stays open.</param>
    /// <param name="cancellationToken">Stops between two files.</param>
    public static async Task WriteTarAsync(string folder, string dockerfile, Stream stream, CancellationToken cancellationToken)
    {
        var ignoreFile = FindIgnoreFile(folder, dockerfile);
        var ignore = ignoreFile is null ? DockerIgnore.None : DockerIgnore.Parse(await File.ReadAllTextAsync(Path.Combine(folder, ignoreFile), cancellationToken));
        var always = new HashSet<string>(StringComparer.Ordinal) { Normalize(dockerfile), ".dockerignore" };
        if (ignoreFile is not null)
            always.Add(ignoreFile);

        await using var writer = new TarWriter(stream, TarEntryFormat.Gnu, leaveOpen: true);
        foreach (var (entry, name) in Walk(new DirectoryInfo(folder), "", ignore, always))
        {
            cancellationToken.ThrowIfCancellationRequested();
            await WriteAsync(writer, entry, name, cancellationToken);
        }
    }

    private static IEnumerable<(FileSystemInfo Entry, string Name)> Walk(DirectoryInfo folder, string prefix, DockerIgnore ignore, HashSet<string> always)
    {
        foreach (var entry in folder.EnumerateFileSystemInfos().OrderBy(e => e.Name, StringComparer.Ordinal))
        {
            var name = prefix + entry.Name;
            var ignored = ignore.Ignores(name) && !always.Contains(name);
            if (!ignored)
                yield return (entry, name);

            var mayHoldMore = !ignored || ignore.HasExceptions || always.Any(path => path.StartsWith(name + "/", StringComparison.Ordinal));
            if (!mayHoldMore || entry is not DirectoryInfo { LinkTarget: null } child)
                continue;

            foreach (var below in Walk(child, name + "/", ignore, always))
                yield return below;
        }
    }

    private static async Task WriteAsync(TarWriter writer, FileSystemInfo entry, string name, CancellationToken cancellationToken)
    {
        if (entry.LinkTarget is { } target)
        {
            await writer.WriteEntryAsync(Entry(TarEntryType.SymbolicLink, name, Executable, Epoch, target), cancellationToken);
            return;
        }

        if (entry is DirectoryInfo)
        {
            await writer.WriteEntryAsync(Entry(TarEntryType.Directory, name + "/", Executable, Epoch), cancellationToken);
            return;
        }

        await using var file = new FileStream(entry.FullName, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, useAsync: false);
        var hash = await SHA256.HashDataAsync(file, cancellationToken);
        file.Position = 0;
        var mode = entry.UnixFileMode.HasFlag(UnixFileMode.UserExecute) ? Executable : PlainFile;
        var tarEntry = Entry(TarEntryType.RegularFile, name, mode, TimeOf(hash));
        tarEntry.DataStream = file;
        await writer.WriteEntryAsync(tarEntry, cancellationToken);
    }

    private static GnuTarEntry Entry(TarEntryType type, string name, UnixFileMode mode, DateTimeOffset time, string? target = null)
    {
        var entry = new GnuTarEntry(type, name) { Mode = mode, ModificationTime = time, Uid = 0, Gid = 0, UserName = "", GroupName = "" };
        if (target is not null)
            entry.LinkName = target;
        return entry;
    }

    /// <summary>
    /// One time for all files would do for the cache, but web servers tell versions of a file apart by its size and time: a
    /// changed file of the same size would be "not modified" to every browser.
    /// </summary>
    private static DateTimeOffset TimeOf(ReadOnlySpan<byte> hash) => Epoch.AddSeconds(BinaryPrimitives.ReadUInt32BigEndian(hash) % TimeRange_s);

    private static string? FindIgnoreFile(string folder, string dockerfile) =>
        new[] { Normalize(dockerfile) + ".dockerignore", ".dockerignore" }.FirstOrDefault(name => File.Exists(Path.Combine(folder, name)));

    private static string Normalize(string path) => string.Join('/', path.Split('/').Where(part => part is not ("" or ".")));
}
