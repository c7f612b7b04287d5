using System.Collections.Immutable;
using Towpath.Core.Diagnostics;
using Towpath.Core.Kubernetes.Layouts;
using Towpath.Engines.Git;

namespace Towpath.Cli.Files;

/// <summary>What came of a file.</summary>
/// <param name="Path">From the folder.</param>
/// <param name="Change"><c>written</c>, <c>unchanged</c>, <c>removed</c>, or <c>kept</c> for one that is not wanted any more but was changed by somebody.</param>
internal sealed record RenderedFile(string Path, string Change);

/// <summary>
/// Writes a layout to a folder. What an earlier rendering wrote there and is not wanted any more goes; files that no rendering wrote, or that were
/// changed since, stay. Killed at any moment, it is finished by doing it again.
/// </summary>
internal sealed class RenderedFolder
{
    private readonly string _folder;
    private readonly IReadOnlyList<LayoutFile> _files;
    private readonly LayoutIndex _before;
    private readonly WorkingFile _index;

    private RenderedFolder(string folder, IReadOnlyList<LayoutFile> files)
    {
        _folder = folder;
        _files = files;
        _index = WorkingFile.Open(folder, LayoutIndex.Name);
        _before = LayoutIndex.Parse(_index.Text);
    }

    /// <summary>Writes the files.</summary>
    /// <param name="folder">Absolute path; made where it is not there. No link in it may lead out.</param>
    /// <param name="files">All that shall be there.</param>
    /// <param name="force">Write over files that are not ours.</param>
    /// <exception cref="DiagnosticException">TP7155, TP7141, TP7142. Of the first two nothing was written.</exception>
    public static ImmutableArray<RenderedFile> Write(string folder, IReadOnlyList<LayoutFile> files, bool force) => new RenderedFolder(folder, files).Write(force);

    private ImmutableArray<RenderedFile> Write(bool force)
    {
        var open = _files.Select(f => (Wanted: f, There: WorkingFile.Open(_folder, f.Path))).ToList();
        var foreign = open.Where(o => o.There.Text is { } text && text != o.Wanted.Text && !_before.Wrote(o.Wanted.Path, text)).Select(o => o.Wanted.Path).ToList();
        if (foreign.Count > 0 && !force)
        {
            throw new DiagnosticException(ExitCode.InvalidInput, RenderDiagnostics.FilesAreNotOurs(_folder, foreign));
        }

        var (gone, kept) = Unwanted();
        var changed = open.Where(o => o.There.Text != o.Wanted.Text).ToList();
        if (changed.Count > 0 || gone.Count > 0)
        {
            // Both texts of each file are ours until all are written.
            WriteIndex(LayoutIndex.Of(_files, _before));
        }

        foreach (var (wanted, there) in changed)
        {
            there.Write(wanted.Text);
        }

        foreach (var (path, file) in gone)
        {
            file.Delete();
            RemoveEmptyFolders(path);
        }

        WriteIndex(LayoutIndex.Of(_files));
        var written = changed.Select(c => c.Wanted.Path).ToHashSet(StringComparer.Ordinal);
        return
        [
            .. _files.Select(f => new RenderedFile(f.Path, written.Contains(f.Path) ? "written" : "unchanged")),
            .. gone.Select(g => new RenderedFile(g.Path, "removed")), .. kept.Select(path => new RenderedFile(path, "kept")),
        ];
    }

    /// <summary>Files of earlier renderings that are not wanted any more: those to remove, and those that somebody changed.</summary>
    private (List<(string Path, WorkingFile File)> Gone, List<string> Kept) Unwanted()
    {
        var wanted = _files.Select(f => f.Path).ToHashSet(StringComparer.Ordinal);
        var gone = new List<(string Path, WorkingFile File)>();
        var kept = new List<string>();
        foreach (var path in _before.Paths.Where(p => !wanted.Contains(p) && File.Exists(Path.Combine(_folder, p))))
        {
            // A path behind a link is not the one that was written.
            if (RootedPath.Resolve(_folder, path) == Path.Combine(_folder, path) && Ours(path) is { } file)
            {
                gone.Add((path, file));
            }
            else
            {
                kept.Add(path);
            }
        }

        return (gone, kept);
    }

    private WorkingFile? Ours(string path)
    {
        try
        {
            return WorkingFile.Open(_folder, path) is { Text: { } text } file && _before.Wrote(path, text) ? file : null;
        }
        catch (DiagnosticException)
        {
            // What can't be read as text is not what was written.
            return null;
        }
    }

    private void WriteIndex(LayoutIndex index)
    {
        var text = index.ToString();
        if (WorkingFile.Open(_folder, LayoutIndex.Name) is var file && file.Text != text)
        {
            file.Write(text);
        }
    }

    private void RemoveEmptyFolders(string path)
    {
        for (var folder = Path.GetDirectoryName(path); !string.IsNullOrEmpty(folder); folder = Path.GetDirectoryName(folder))
        {
            var full = Path.Combine(_folder, folder);
            if (!Directory.Exists(full) || Directory.EnumerateFileSystemEntries(full).Any())
            {
                return;
            }

            Directory.Delete(full);
        }
    }
}
