using System.Collections.Immutable;
using System.Text;

namespace Towpath.Core.Supply.Packages;

/// <summary>
/// Makes an inventory of the files of an image, which come in any order. What a language's package manager describes and the distribution's
/// brought is the distribution's: it patches under the version that it took, so its advisories count.
/// </summary>
/// <param name="digest">The image.</param>
public sealed class InventoryBuilder(string digest)
{
    /// <summary>Bytes of a file that is read; a larger one is told.</summary>
    public const int MostFileBytes = 32 * 1024 * 1024;

    private const int MostPackages = 100_000;
    private readonly List<(string Path, string Text)> _dpkg = [];
    private readonly List<(string Path, string Text)> _apk = [];
    private readonly List<Package> _found = [];
    private readonly List<(string Folder, ImmutableArray<Package> Packages)> _locks = [];
    private readonly HashSet<string> _installed = new(StringComparer.Ordinal);
    private readonly HashSet<string> _owned = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ImmutableArray<string>> _licenses = new(StringComparer.Ordinal);
    private readonly List<string> _warnings = [];
    private (string Path, ImageSystem System)? _system;
    private bool _hasMore;

    /// <summary>Whether the content of a file says anything about packages.</summary>
    /// <param name="path">Path in the image, without <c>./</c> or a slash before it.</param>
    public static bool IsWanted(string path) => FileKinds.Of(path) != FileKind.None;

    /// <summary>Tells of what could not be looked at.</summary>
    public void Warn(string warning)
    {
        // Names of files come from the image: one line each, whatever is in them.
        if (_warnings.Count < ImageInventory.MostWarnings) _warnings.Add(new string([.. warning.Take(300).Select(c => char.IsControl(c) || char.IsSurrogate(c) ? '?' : c)]));
        else _warnings[^1] = "and more";
    }

    /// <summary>Takes a file. One that says nothing is left aside.</summary>
    /// <param name="path">Path in the image.</param>
    /// <param name="content">All of it.</param>
    public void Add(string path, ReadOnlyMemory<byte> content)
    {
        switch (FileKinds.Of(path))
        {
            case FileKind.System:
                // Of two, /etc's is the one that an image may have changed.
                if (SystemReader.Read(Text(content)) is { } system && (_system is null || path.StartsWith("etc/", StringComparison.Ordinal))) _system = (path, system);
                break;
            case FileKind.Dpkg: _dpkg.Add((path, Text(content))); break;
            case FileKind.DpkgList: foreach (var line in Stanzas.Lines(Text(content))) Own(line); break;
            case FileKind.Copyright: _licenses[path.Split('/')[3]] = DpkgReader.Licenses(Text(content)); break;
            case FileKind.Apk: _apk.Add((path, Text(content))); break;
            case FileKind.Npm:
                _installed.Add(path[..path.IndexOf("node_modules/", StringComparison.Ordinal)]);
                if (NpmReader.ReadInstalled(content, path, Warn) is { } npm) Found(npm);
                break;
            case FileKind.NpmLock: _locks.Add((path[..^"package-lock.json".Length], [.. NpmReader.ReadLock(content, path, Warn)])); break;
            case FileKind.Python: if (PythonReader.Read(Text(content), path, Warn) is { } python) Found(python); break;
            case FileKind.NuGet: foreach (var package in NuGetReader.Read(content, path, Warn)) Found(package); break;
            case FileKind.Rpm: Warn($"{path}: packages of rpm are not read"); break;
            case FileKind.None: break;
        }
    }

    /// <summary>What was found.</summary>
    public ImageInventory Build()
    {
        var system = _system?.System;
        foreach (var (path, text) in _apk)
            foreach (var package in ApkReader.Read(text, path, system, Own, Warn)) Found(package);
        foreach (var (path, text) in _dpkg)
            foreach (var package in DpkgReader.Read(text, path, system, Warn)) Found(package with { Licenses = _licenses.GetValueOrDefault(package.Name, []) });
        // A lock file beside installed packages says no more than they do.
        foreach (var (folder, packages) in _locks.Where(l => !_installed.Contains(l.Folder)))
            foreach (var package in packages) Found(package);
        if (_hasMore) Warn($"more than {MostPackages} packages");
        var packagesOnce = _found
            .Where(p => !_owned.Contains(p.FoundIn))
            .OrderBy(p => p.Purl, StringComparer.Ordinal).ThenBy(p => p.FoundIn, StringComparer.Ordinal)
            .DistinctBy(p => p.Purl);
        return new ImageInventory(digest, system, [.. packagesOnce], [.. _warnings.Order(StringComparer.Ordinal)]);
    }

    private void Found(Package package)
    {
        if (_found.Count < MostPackages) _found.Add(package);
        else _hasMore = true;
    }

    private void Own(string path)
    {
        var relative = path.TrimStart('/');
        if (FileKinds.Of(relative) is FileKind.Npm or FileKind.Python or FileKind.NuGet or FileKind.NpmLock) _owned.Add(relative);
    }

    // Bytes that are no UTF-8 become a sign of their own rather than an error.
    private static string Text(ReadOnlyMemory<byte> content) => Encoding.UTF8.GetString(content.Span);
}
