using System.Text;
using Towpath.Core.Applications;

namespace Towpath.Tests.Fakes;

/// <summary>A commit held in memory.</summary>
internal sealed class FakeSourceFiles : ISourceFiles
{
    private readonly Dictionary<string, byte[]> _files = new(StringComparer.Ordinal);

    public FakeSourceFiles(params (string Path, string Text)[] files)
    {
        foreach (var (path, text) in files)
        {
            Add(path, Encoding.UTF8.GetBytes(text));
        }
    }

    /// <summary>The files below a folder. <c>NAME.b64</c> holds base64 of a file that no text file can be, <c>NAME.size</c> the length of a huge one.</summary>
    public static FakeSourceFiles FromFolder(string folder, string? leaveOut = null)
    {
        var files = new FakeSourceFiles();
        foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Where(f => Path.GetFileName(f) != leaveOut))
        {
            var path = Path.GetRelativePath(folder, file).Replace('\\', '/');
            if (path.EndsWith(".b64", StringComparison.Ordinal))
            {
                files.Add(path[..^4], Convert.FromBase64String(File.ReadAllText(file)));
            }
            else if (path.EndsWith(".size", StringComparison.Ordinal))
            {
                files.Add(path[..^5], new byte[int.Parse(File.ReadAllText(file))]);
            }
            else
            {
                files.Add(path, File.ReadAllBytes(file));
            }
        }

        return files;
    }

    public FakeSourceFiles Add(string path, byte[] bytes)
    {
        _files[path] = bytes;
        return this;
    }

    public string? FolderName { get; init; }

    // The cast matters: without it null becomes an empty array, and every file "exists".
    public ReadOnlyMemory<byte>? TryRead(string path) => _files.TryGetValue(path, out var bytes) ? bytes : (ReadOnlyMemory<byte>?)null;

    public IEnumerable<SourceFile> List() => _files.Order(Comparer<KeyValuePair<string, byte[]>>.Create((a, b) => string.CompareOrdinal(a.Key, b.Key))).Select(f => new SourceFile(f.Key, f.Value.Length));

    public bool FolderExists(string path) => path == "." || _files.Keys.Any(k => k.StartsWith(path + "/", StringComparison.Ordinal));
}
