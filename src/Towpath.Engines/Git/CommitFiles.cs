using Towpath.Core.Applications;
using Towpath.Core.Diagnostics;
using Towpath.Core.Pipelines;

namespace Towpath.Engines.Git;

/// <summary>The files of an extracted commit. No path and no link leads out of the folder.</summary>
/// <param name="root">Absolute path of the folder that <see cref="GitRepository.ExportAsync"/> filled.</param>
/// <param name="home">The folder that it was taken from, or null: its last part names an application that has no other name.</param>
/// <param name="listed">The paths that belong to it, or null for all files below the folder: a working tree holds more than its commit will.</param>
public sealed class CommitFiles(string root, string? home = null, IReadOnlyCollection<string>? listed = null) : ISourceFiles
{
    private const int MaxFile_MiB = 10;
    private static readonly EnumerationOptions Entries = new() { AttributesToSkip = FileAttributes.ReparsePoint };

    /// <inheritdoc/>
    public string? FolderName => home is null ? null : Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(home)));

    /// <inheritdoc/>
    /// <exception cref="DiagnosticException">The file has more than 10 MiB.</exception>
    public ReadOnlyMemory<byte>? TryRead(string path)
    {
        if (RootedPath.Resolve(root, path) is not { } full || !File.Exists(full))
            return null;

        if (new FileInfo(full).Length > MaxFile_MiB * 1024L * 1024)
            throw new DiagnosticException(ExitCode.InvalidInput, PipelineDiagnostics.FileTooBig(path, MaxFile_MiB));

        return File.ReadAllBytes(full);
    }

    /// <inheritdoc/>
    public IEnumerable<SourceFile> List() => listed is null ? Walk("") : listed.Order(StringComparer.Ordinal).Select(Look).OfType<SourceFile>();

    /// <inheritdoc/>
    public bool FolderExists(string path) => TryFolder(path) is not null;

    private SourceFile? Look(string path) =>
        RootedPath.Resolve(root, path) is { } full && new FileInfo(full) is { Exists: true } file ? new SourceFile(path, file.Length) : null;

    private IEnumerable<SourceFile> Walk(string folder)
    {
        var entries = new DirectoryInfo(Path.Combine(root, folder)).EnumerateFileSystemInfos("*", Entries).OrderBy(e => e.Name, StringComparer.Ordinal);
        foreach (var entry in entries.Where(e => e.Name != ".git"))
        {
            if (entry is FileInfo file)
                yield return new SourceFile(folder + file.Name, file.Length);
            else
            {
                foreach (var below in Walk($"{folder}{entry.Name}/"))
                    yield return below;
            }
        }
    }

    /// <summary>Absolute path of a folder of the commit, or null where there is none.</summary>
    public string? TryFolder(string path) => RootedPath.Resolve(root, path) is { } full && Directory.Exists(full) ? full : null;
}
