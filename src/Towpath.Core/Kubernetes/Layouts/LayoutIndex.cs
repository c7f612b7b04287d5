using System.Buffers;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;

namespace Towpath.Core.Kubernetes.Layouts;

/// <summary>
/// Which files of a folder were written by a rendering, and with which text: <c>HASH  PATH</c> on each line, as <c>sha256sum -c</c> reads it. What
/// is not listed, or has another text by now, is not ours to change or remove.
/// </summary>
public sealed class LayoutIndex
{
    /// <summary>Name of its file. It has no ending, so that tools which read all YAML of a folder pass over it.</summary>
    public const string Name = ".towpath-render";

    private const int HashLength = 64;
    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789abcdef");
    private readonly SortedDictionary<string, ImmutableHashSet<string>> _hashes = new(StringComparer.Ordinal);

    /// <summary>Paths that are listed, in order.</summary>
    public IEnumerable<string> Paths => _hashes.Keys;

    /// <summary>Reads the file; null for none. Lines that say nothing are passed over.</summary>
    public static LayoutIndex Parse(string? text)
    {
        var index = new LayoutIndex();
        foreach (var line in (text ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.Length > HashLength + 2 && line.AsSpan(HashLength, 2) is "  " && !line.AsSpan(0, HashLength).ContainsAnyExcept(Digits))
            {
                index.Add(line[(HashLength + 2)..], line[..HashLength]);
            }
        }

        return index;
    }

    /// <summary>The index of files that are written.</summary>
    /// <param name="files">The files.</param>
    /// <param name="before">What was listed before: until all are written either text is ours, so that a rendering which was killed can be done again.</param>
    public static LayoutIndex Of(IEnumerable<LayoutFile> files, LayoutIndex? before = null)
    {
        var index = new LayoutIndex();
        foreach (var file in files)
        {
            index.Add(file.Path, HashOf(file.Text));
        }

        foreach (var (path, hash) in before?._hashes.SelectMany(h => h.Value.Select(hash => (h.Key, hash))) ?? [])
        {
            index.Add(path, hash);
        }

        return index;
    }

    /// <summary>Whether a rendering wrote that text to that path.</summary>
    public bool Wrote(string path, string text) => _hashes.TryGetValue(path, out var hashes) && hashes.Contains(HashOf(text));

    /// <summary>As its file has it.</summary>
    public override string ToString() => string.Concat(_hashes.SelectMany(h => h.Value.Order(StringComparer.Ordinal).Select(hash => $"{hash}  {h.Key}\n")));

    private static string HashOf(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private void Add(string path, string hash) => _hashes[path] = (_hashes.GetValueOrDefault(path) ?? []).Add(hash);
}
