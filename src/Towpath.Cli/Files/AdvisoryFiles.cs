using System.IO.Compression;
using Towpath.Core.Diagnostics;
using Towpath.Core.Supply;

namespace Towpath.Cli.Files;

/// <summary>Files of a database of known vulnerabilities, one after the other: a file, what a zip holds, or what a folder holds.</summary>
internal static class AdvisoryFiles
{
    private const int MostBytes = 16 * 1024 * 1024;
    private const int MostFiles = 2_000_000;

    /// <summary>Names and contents; content null, with a reason, for a file that can't be read.</summary>
    /// <exception cref="DiagnosticException">TP4750.</exception>
    public static IEnumerable<(string Name, byte[]? Content, string Why)> Read(string path)
    {
        if (Directory.Exists(path)) return OfFolder(path).Take(MostFiles);
        if (!File.Exists(path)) throw Unreadable(path, "there is no such file or folder");
        return OfFile(path).Take(MostFiles);
    }

    private static IEnumerable<(string Name, byte[]? Content, string Why)> OfFolder(string folder)
    {
        var options = new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = true, AttributesToSkip = FileAttributes.ReparsePoint };
        return Directory.EnumerateFiles(folder, "*", options).Where(f => IsZip(f) || IsJson(f)).SelectMany(OfFile);
    }

    private static IEnumerable<(string Name, byte[]? Content, string Why)> OfFile(string file)
    {
        if (IsZip(file)) return OfZip(file);
        try
        {
            return [new FileInfo(file).Length > MostBytes ? (file, null, "it is larger than 16 MiB") : (file, File.ReadAllBytes(file), "")];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [(file, null, e.Message)];
        }
    }

    private static IEnumerable<(string Name, byte[]? Content, string Why)> OfZip(string file)
    {
        using var zip = Open(file);
        foreach (var entry in zip.Entries.Where(e => IsJson(e.FullName)))
        {
            var (content, why) = Read(entry);
            yield return ($"{file}:{entry.FullName}", content, why);
        }
    }

    private static ZipArchive Open(string file)
    {
        try
        {
            return ZipFile.OpenRead(file);
        }
        catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            throw Unreadable(file, e.Message);
        }
    }

    /// <summary>What an entry says of its size is not believed: it ends at the limit.</summary>
    private static (byte[]? Content, string Why) Read(ZipArchiveEntry entry)
    {
        try
        {
            using var stream = entry.Open();
            using var content = new MemoryStream();
            var buffer = new byte[81920];
            for (int read; (read = stream.Read(buffer)) > 0;)
            {
                if (content.Length + read > MostBytes) return (null, "it is larger than 16 MiB");
                content.Write(buffer, 0, read);
            }

            return (content.ToArray(), "");
        }
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            return (null, e.Message);
        }
    }

    private static bool IsZip(string name) => name.EndsWith(".zip", StringComparison.OrdinalIgnoreCase);

    private static bool IsJson(string name) => name.EndsWith(".json", StringComparison.OrdinalIgnoreCase);

    private static DiagnosticException Unreadable(string path, string why) => new(ExitCode.InvalidInput, SupplyDiagnostics.CantImport(path, why));
}
