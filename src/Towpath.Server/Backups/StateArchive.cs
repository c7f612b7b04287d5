using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;
using Towpath.Core.Diagnostics;
using Towpath.Server.Git;
using Towpath.Server.Reconcilers;

namespace Towpath.Server.Backups;

/// <summary>
/// A state folder in one file: a gzipped tar of the manifest, a copy of the store as it was at one moment, and the files beside it, with the
/// SHA-256 of the tar as the last 32 bytes behind it. The store is copied first, so that every file it speaks of is there; a control plane may
/// work on meanwhile. What containers wrote, and what belongs to the running machine (sockets, locks), is left out.
/// </summary>
public static class StateArchive
{
    /// <summary>The store's file.</summary>
    public const string StoreFile = "towpath.db";

    private const int MostEntries = 1_000_000;
    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    // What was pushed; evidence of runs, files of releases, secrets and configs of environments; the key that signs images, and the hash of the token.
    private static readonly string[] Folders = ["environments", "releases", "runs", GitHost.FolderName];
    private static readonly string[] Files = [ImageSigner.FileName, ReleaseImages.AdoptedMark, "token.sha256"];

    /// <summary>Backs a state folder up into a file that only its owner may read; the file is there whole, or not at all.</summary>
    /// <param name="folder">State folder.</param>
    /// <param name="file">File to make.</param>
    /// <param name="now">The time.</param>
    /// <param name="cancellationToken">Ends it early; no file is left.</param>
    /// <exception cref="DiagnosticException">TP7020, TP7023.</exception>
    public static async Task<BackupManifest> WriteAsync(string folder, string file, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var store = Path.Combine(folder, StoreFile);
        if (!File.Exists(store)) throw new DiagnosticException(ExitCode.NotFound, BackupDiagnostics.NothingToBackUp(folder));
        if (File.Exists(file)) throw new DiagnosticException(ExitCode.Usage, BackupDiagnostics.FileExists(file));
        var copy = Draft(folder, "copy");
        var packed = Draft(folder, "packed");
        var draft = file + ".part";
        try
        {
            StoreCopy.Make(store, copy);
            var (facts, seal) = StoreCopy.Audit(copy);
            var manifest = new BackupManifest(BackupManifest.CurrentFormat, now, facts, seal);
            await PackAsync(folder, packed, copy, manifest, cancellationToken);
            await CloseAsync(packed, draft, cancellationToken);
            File.Move(draft, file, overwrite: false);
            return manifest;
        }
        finally
        {
            File.Delete(copy);
            File.Delete(packed);
            File.Delete(draft);
        }
    }

    /// <summary>
    /// Puts a backup into a state folder that no control plane holds. It is unpacked beside the state and looked through first; what is wrong
    /// with it leaves everything as it was. Folders that are there stay the same ones, since running containers have them mounted.
    /// </summary>
    /// <param name="file">A backup.</param>
    /// <param name="folder">State folder; made where it is not there.</param>
    /// <param name="replace">There may be state already: its store is kept as <c>towpath.db.before-restore</c>.</param>
    /// <param name="cancellationToken">Ends it early, as long as nothing was changed.</param>
    /// <exception cref="DiagnosticException">TP7021, TP7022.</exception>
    public static async Task<BackupManifest> RestoreAsync(string file, string folder, bool replace, CancellationToken cancellationToken)
    {
        if (File.Exists(Path.Combine(folder, StoreFile)) && !replace) throw new DiagnosticException(ExitCode.Usage, BackupDiagnostics.WouldReplace(folder));
        var unpacked = Draft(folder, "restore");
        try
        {
            Directory.CreateDirectory(unpacked, Owner | UnixFileMode.UserExecute);
            await UnpackAsync(file, unpacked, cancellationToken);
            var manifest = Check(file, unpacked);
            KeepStore(folder);
            MoveInto(unpacked, folder);
            return manifest;
        }
        catch (Exception exception) when (exception is InvalidDataException or EndOfStreamException or FormatException)
        {
            throw NotABackup(file, exception.Message);
        }
        finally
        {
            if (Directory.Exists(unpacked)) Directory.Delete(unpacked, recursive: true);
        }
    }

    private static string Draft(string folder, string what) => Path.Combine(folder, $"{what}-{Guid.NewGuid():n}");

    private static DiagnosticException NotABackup(string file, string why) => new(ExitCode.InvalidInput, BackupDiagnostics.NotABackup(file, why.TrimEnd('.')));

    private static FileStream Create(string path) => new(path, new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.ReadWrite, UnixCreateMode = Owner });

    /// <summary>Compresses, and adds what tells whether all of it is there: the framework's reader takes a gzip file that was cut off for a whole one.</summary>
    private static async Task CloseAsync(string packed, string draft, CancellationToken cancellationToken)
    {
        await using var tar = File.OpenRead(packed);
        var digest = await SHA256.HashDataAsync(tar, cancellationToken);
        tar.Position = 0;
        await using var output = Create(draft);
        await using var gzip = new GZipStream(output, CompressionLevel.Fastest);
        await tar.CopyToAsync(gzip, cancellationToken);
        await gzip.WriteAsync(digest, cancellationToken);
    }

    /// <summary>Takes the digest off again.</summary>
    /// <exception cref="InvalidDataException">It is another: something is missing, or was altered.</exception>
    private static async Task OpenAsync(string file, Stream tar, CancellationToken cancellationToken)
    {
        await using (var input = File.OpenRead(file))
        await using (var gzip = new GZipStream(input, CompressionMode.Decompress)) await gzip.CopyToAsync(tar, cancellationToken);
        var length = tar.Length - SHA256.HashSizeInBytes;
        if (length < 0) throw new InvalidDataException("it is cut off");
        var digest = new byte[SHA256.HashSizeInBytes];
        tar.Position = length;
        await tar.ReadExactlyAsync(digest, cancellationToken);
        tar.SetLength(length);
        tar.Position = 0;
        if (!(await SHA256.HashDataAsync(tar, cancellationToken)).SequenceEqual(digest)) throw new InvalidDataException("it is cut off, or was altered");
        tar.Position = 0;
    }

    private static async Task PackAsync(string folder, string packed, string copy, BackupManifest manifest, CancellationToken cancellationToken)
    {
        await using var output = Create(packed);
        await using var tar = new TarWriter(output, TarEntryFormat.Pax);
        var described = JsonSerializer.SerializeToUtf8Bytes(manifest, BackupJson.Default.BackupManifest);
        await tar.WriteEntryAsync(new PaxTarEntry(TarEntryType.RegularFile, BackupManifest.FileName) { DataStream = new MemoryStream(described), Mode = Owner }, cancellationToken);
        await tar.WriteEntryAsync(copy, StoreFile, cancellationToken);
        foreach (var name in Files.Where(f => File.Exists(Path.Combine(folder, f)))) await tar.WriteEntryAsync(Path.Combine(folder, name), name, cancellationToken);
        foreach (var path in Folders.Select(f => Path.Combine(folder, f)).Where(Directory.Exists).SelectMany(Regular))
        {
            // Between the look and now a release may have been cleared away.
            if (File.Exists(path)) await tar.WriteEntryAsync(path, Path.GetRelativePath(folder, path), cancellationToken);
        }
    }

    /// <summary>Files below a folder: no links, which may lead elsewhere, and no sockets of gateways.</summary>
    private static IEnumerable<string> Regular(string folder) => Directory
        .EnumerateFiles(folder, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint, IgnoreInaccessible = false })
        .Where(path => !path.EndsWith("/gateway/" + Path.GetFileName(path), StringComparison.Ordinal) || !path.EndsWith(".sock", StringComparison.Ordinal));

    private static async Task UnpackAsync(string file, string folder, CancellationToken cancellationToken)
    {
        await using var packed = new FileStream(Path.Combine(folder, "packed"), new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, UnixCreateMode = Owner, Options = FileOptions.DeleteOnClose });
        await OpenAsync(file, packed, cancellationToken);
        await using var tar = new TarReader(packed);
        for (var entries = 0; await tar.GetNextEntryAsync(copyData: false, cancellationToken) is { } entry; entries++)
        {
            if (entries >= MostEntries) throw new InvalidDataException($"it has more than {MostEntries} files");
            if (entry.EntryType != TarEntryType.RegularFile) throw new InvalidDataException($"{entry.Name} is not a regular file");
            var path = Path.GetFullPath(Path.Combine(folder, entry.Name));
            if (!path.StartsWith(folder + Path.DirectorySeparatorChar, StringComparison.Ordinal) || !IsKnown(entry.Name)) throw new InvalidDataException($"{entry.Name} does not belong into a state folder");
            MakeFolder(folder, entry.Name);
            await entry.ExtractToFileAsync(path, overwrite: false, cancellationToken);
        }
    }

    private static bool IsKnown(string name) =>
        name is BackupManifest.FileName or StoreFile || Files.Contains(name) || Folders.Any(f => name.StartsWith(f + "/", StringComparison.Ordinal));

    /// <summary>What was unpacked is whole: a manifest that is understood, a sound store, and the journal that was sealed.</summary>
    private static BackupManifest Check(string file, string unpacked)
    {
        var described = Path.Combine(unpacked, BackupManifest.FileName);
        var store = Path.Combine(unpacked, StoreFile);
        if (!File.Exists(described) || !File.Exists(store)) throw NotABackup(file, "it has no manifest, or no store");
        BackupManifest manifest;
        try
        {
            manifest = JsonSerializer.Deserialize(File.ReadAllBytes(described), BackupJson.Default.BackupManifest)!;
        }
        catch (JsonException)
        {
            throw NotABackup(file, "its manifest can't be read");
        }
        if (manifest.Format != BackupManifest.CurrentFormat) throw NotABackup(file, $"it has form {manifest.Format}, and this program reads {BackupManifest.CurrentFormat}");
        if (StoreCopy.Audit(store) != (manifest.Facts, manifest.Seal)) throw NotABackup(file, "its store is not the one that was backed up");
        File.Delete(described);
        return manifest;
    }

    private static void KeepStore(string folder)
    {
        var store = Path.Combine(folder, StoreFile);
        if (!File.Exists(store)) return;
        var kept = store + ".before-restore";
        File.Delete(kept);
        // What is only in the log of writes yet belongs to it as well.
        StoreCopy.Make(store, kept);
        foreach (var name in new[] { store, store + "-wal", store + "-shm" }) File.Delete(name);
    }

    private static void MoveInto(string unpacked, string folder)
    {
        // The store comes last: without one, a restore that was killed is no state yet, and is done again.
        foreach (var path in Directory.EnumerateFiles(unpacked, "*", SearchOption.AllDirectories).OrderBy(p => Path.GetFileName(p) == StoreFile).ToList())
        {
            var name = Path.GetRelativePath(unpacked, path);
            MakeFolder(folder, name);
            File.Move(path, Path.Combine(folder, name), overwrite: true);
        }
    }

    /// <summary>The folder of a file; those of secrets, <c>environments/APP/ENV/secrets</c>, may be entered by their owner only.</summary>
    private static void MakeFolder(string root, string name)
    {
        var folder = Path.GetDirectoryName(Path.Combine(root, name))!;
        if (Directory.Exists(folder)) return;
        if (name.Split('/') is ["environments", _, _, "secrets", ..]) Directory.CreateDirectory(folder, Owner | UnixFileMode.UserExecute);
        else Directory.CreateDirectory(folder);
    }
}
