using System.Formats.Tar;
using Towpath.Core.Diagnostics;
using Towpath.Core.Pipelines;

namespace Towpath.Engines.Git;

/// <summary>
/// Unpacks the tar stream of a commit, which anybody may have written. Links are made last, so that no file is ever written
/// through one, and each is then followed to see that it stays inside.
/// </summary>
internal static class CommitArchive
{
    private const long MaxBytes = 2L << 30;
    private const int MaxEntries = 200_000;
    private const UnixFileMode PlainFile = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    private const UnixFileMode Executable = PlainFile | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    /// <summary>Unpacks all entries below the folder.</summary>
    /// <returns>Number of entries.</returns>
    /// <exception cref="DiagnosticException">An entry leaves the folder, or there are too many or too big ones.</exception>
    public static async Task<int> ExtractAsync(Stream tar, string destination, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(destination);
        var links = new List<(string Name, string Target)>();
        var entries = 0;
        var bytes = 0L;
        await using var reader = new TarReader(tar, leaveOpen: true);
        while (await reader.GetNextEntryAsync(copyData: false, cancellationToken) is { } entry)
        {
            if (entry.EntryType is TarEntryType.GlobalExtendedAttributes)
                continue; // git's note of the commit's name

            if (++entries > MaxEntries)
                throw Invalid(PipelineDiagnostics.CommitTooBig($"{MaxEntries} files"));
            if ((bytes += entry.Length) > MaxBytes)
                throw Invalid(PipelineDiagnostics.CommitTooBig("2 GiB"));
            if (!RootedPath.IsPlain(entry.Name))
                throw Invalid(PipelineDiagnostics.EntryLeavesRoot(entry.Name, target: null));

            if (entry.EntryType is TarEntryType.SymbolicLink)
                links.Add((entry.Name.TrimEnd('/'), entry.LinkName));
            else
                await WriteAsync(entry, Path.Combine(destination, entry.Name), cancellationToken);
        }

        // Git pads its archive with empty blocks; a reader that leaves them makes git fail on a closed pipe.
        await tar.CopyToAsync(Stream.Null, cancellationToken);
        MakeLinks(destination, links);
        return entries;
    }

    private static async Task WriteAsync(TarEntry entry, string path, CancellationToken cancellationToken)
    {
        switch (entry.EntryType)
        {
            case TarEntryType.Directory:
                Directory.CreateDirectory(path);
                break;
            case TarEntryType.RegularFile or TarEntryType.V7RegularFile:
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                await using (var file = new FileStream(path, new FileStreamOptions
                {
                    Mode = FileMode.CreateNew,
                    Access = FileAccess.Write,
                    UnixCreateMode = entry.Mode.HasFlag(UnixFileMode.UserExecute) ? Executable : PlainFile,
                }))
                {
                    if (entry.DataStream is { } data)
                        await data.CopyToAsync(file, cancellationToken);
                }

                break;
            default:
                throw Invalid(PipelineDiagnostics.EntryLeavesRoot(entry.Name, entry.LinkName));
        }
    }

    private static void MakeLinks(string root, List<(string Name, string Target)> links)
    {
        foreach (var (name, target) in links)
        {
            var path = Path.Combine(root, name);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.CreateSymbolicLink(path, target);
        }

        // Only with all of them in place is it known where each leads.
        foreach (var (name, target) in links)
        {
            if (RootedPath.Resolve(root, name) is null)
                throw Invalid(PipelineDiagnostics.EntryLeavesRoot(name, target));
        }
    }

    private static DiagnosticException Invalid(Diagnostic diagnostic) => new(ExitCode.InvalidInput, diagnostic);
}
