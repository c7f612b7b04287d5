using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Towpath.Core.Applications;
using Towpath.Core.OpenApi;

namespace Towpath.Server.Pipelines;

/// <summary>
/// Files of a commit that containers mount, secrets that are files of it, and API descriptions. They are kept with the release, since the
/// commit's own files are gone when its pipeline ends.
/// </summary>
internal static class MountedFiles
{
    /// <summary>The model with the content of each mounted file or folder noted, so that a change of it is a change of the service.</summary>
    public static Application Stamp(Application application, string source) => application with
    {
        Services = [.. application.Services.Select(s => s with
        {
            Mounts = [.. s.Mounts.Select(m => m.IsFromCommit ? m with { Content = HashOf(Path.Combine(source, m.Source!)) } : m)],
        })],
    };

    /// <summary>Copies what the release needs into a folder of its own.</summary>
    public static void Keep(Application application, ServiceApis apis, string source, string destination)
    {
        var paths = application.Services.SelectMany(s => s.Mounts).Where(m => m.IsFromCommit).Select(m => m.Source!)
            .Concat(application.Secrets.Select(s => s.File).OfType<string>())
            .Concat(apis.ByService.Values.SelectMany(a => a.Files)).Distinct();
        foreach (var path in paths) Copy(Path.Combine(source, path), Path.GetFullPath(Path.Combine(destination, path)));
    }

    /// <summary>Hash of the contents of some files or folders, in this order.</summary>
    public static string HashOf(IEnumerable<string> paths) => string.Join('-', paths.Select(HashOf));

    private static string HashOf(string path)
    {
        Span<byte> lengths = stackalloc byte[16];
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var file in FilesOf(path).Order(StringComparer.Ordinal))
        {
            var name = Encoding.UTF8.GetBytes(Path.GetRelativePath(path, file));
            var content = File.ReadAllBytes(file);
            // Lengths keep two names or contents from running into each other.
            BinaryPrimitives.WriteInt64LittleEndian(lengths, name.Length);
            BinaryPrimitives.WriteInt64LittleEndian(lengths[8..], content.Length);
            hash.AppendData(lengths);
            hash.AppendData(name);
            hash.AppendData(content);
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>Regular files only: a link could lead out of the commit.</summary>
    private static IEnumerable<string> FilesOf(string path)
    {
        var options = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint };
        return File.Exists(path) ? [path] : Directory.Exists(path) ? Directory.EnumerateFiles(path, "*", options) : [];
    }

    private static void Copy(string from, string to)
    {
        foreach (var file in FilesOf(from))
        {
            var target = file == from ? to : Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target, overwrite: true);
        }
        if (Directory.Exists(from)) Directory.CreateDirectory(to);
    }
}
