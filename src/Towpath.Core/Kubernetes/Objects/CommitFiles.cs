using System.Collections.Immutable;
using System.Text;
using Towpath.Core.Applications;
using Towpath.Core.Kubernetes.Manifests;
using Towpath.Core.Kubernetes.Planning;

namespace Towpath.Core.Kubernetes.Objects;

/// <summary>Files of the commit as ConfigMaps, under names that change with their content.</summary>
internal sealed class CommitFiles(ISourceFiles files)
{
    /// <summary>The most that a ConfigMap holds, in bytes; see the documentation of ConfigMaps.</summary>
    public const int MostBytes = 1024 * 1024;

    private const int MostFiles = 1000;
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private ImmutableArray<SourceFile>? _list;

    /// <summary>One file: its path is empty for the file that was asked for itself, else relative to the folder.</summary>
    /// <param name="Path">The path.</param>
    /// <param name="Key">Its key in the ConfigMap.</param>
    /// <param name="Bytes">Its content.</param>
    public sealed record Entry(string Path, string Key, ReadOnlyMemory<byte> Bytes);

    /// <summary>A file, or all files of a folder; with the number of bytes and files where they are too many to be carried.</summary>
    public (ImmutableArray<Entry> Entries, long Bytes, int Files) Read(string path)
    {
        if (files.TryRead(path) is { } file)
        {
            return file.Length > MostBytes ? ([], file.Length, 1) : ([new Entry("", Key(path[(path.LastIndexOf('/') + 1)..]), file)], file.Length, 1);
        }

        _list ??= [.. files.List()];
        var prefix = path == "." ? "" : path + "/";
        var inside = _list.Value.Where(f => f.Path.StartsWith(prefix, StringComparison.Ordinal)).ToList();
        var bytes = inside.Sum(f => f.Length);
        return bytes > MostBytes || inside.Count > MostFiles
            ? ([], bytes, inside.Count)
            : ([.. inside.Select(f => new Entry(f.Path[prefix.Length..], Key(f.Path[prefix.Length..]), files.TryRead(f.Path) ?? default))], bytes, inside.Count);
    }

    /// <summary>Adds a key to the <c>data</c> or, where it is no text, the <c>binaryData</c> of a ConfigMap.</summary>
    public static void Add(ManifestMap data, ManifestMap binary, string key, ReadOnlySpan<byte> bytes)
    {
        if (Text(bytes) is { } text)
        {
            data.Add(key, text);
        }
        else
        {
            binary.Add(key, Convert.ToBase64String(bytes));
        }
    }

    // A key has letters, digits, `-`, `_` and `.`. What else is in a path becomes `_`, and a hash keeps two such paths apart.
    private static string Key(string path)
    {
        var isPlain = path.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.') && path.Length <= 200;
        return isPlain ? path : $"{ClusterNames.Hash(path)}-{new string([.. path.TakeLast(100).Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' ? c : '_')])}";
    }

    private static string? Text(ReadOnlySpan<byte> bytes)
    {
        try
        {
            var text = Strict.GetString(bytes);
            return text.Any(c => char.IsControl(c) && c is not ('\n' or '\t' or '\r')) || text.StartsWith('\ufeff') ? null : text;
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }
}
