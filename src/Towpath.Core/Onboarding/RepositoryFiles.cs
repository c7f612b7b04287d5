using System.Collections.Immutable;
using System.Text;
using Towpath.Core.Applications;

namespace Towpath.Core.Onboarding;

/// <summary>The files of a repository that people wrote, with a bound on how many are known and how much of them is read.</summary>
internal sealed class RepositoryFiles
{
    /// <summary>Most files that are looked at.</summary>
    public const int MostFiles = 20_000;

    private const int MostListed = 200_000;
    private const int MostBytesOfFile = 256 * 1024;
    private const int MostBytes = 32 * 1024 * 1024;

    // What others wrote, what a build made, and what only tests and readers see.
    private static readonly HashSet<string> PassedOver = new(
        ["node_modules", "vendor", "dist", "target", "bin", "obj", "venv", "site-packages", "__pycache__", "test", "tests", "__tests__", "spec", "e2e", "cypress", "docs", "third_party"],
        StringComparer.Ordinal);

    private readonly ISourceFiles _files;
    private readonly Dictionary<string, long> _lengths;
    private readonly Dictionary<string, string?> _texts = new(StringComparer.Ordinal);
    private int _bytes;

    /// <summary>Keeps the paths that are worth a look.</summary>
    public RepositoryFiles(ISourceFiles files)
    {
        _files = files;
        _lengths = files.List().Take(MostListed).Where(f => IsWorthALook(f.Path)).Take(MostFiles).ToDictionary(f => f.Path, f => f.Length, StringComparer.Ordinal);
        Paths = [.. _lengths.Keys.Order(StringComparer.Ordinal)];
    }

    /// <summary>In order.</summary>
    public ImmutableArray<string> Paths { get; }

    /// <summary>Name of the folder itself, or null.</summary>
    public string? FolderName => _files.FolderName;

    /// <summary>Paths below a folder; <c>.</c> for all.</summary>
    public IEnumerable<string> Below(string folder) => folder == "." ? Paths : Paths.Where(p => p.StartsWith(folder + "/", StringComparison.Ordinal));

    /// <summary>The text of a file; null for one that is not there, is too big, or after enough was read.</summary>
    public string? Text(string path)
    {
        if (_texts.TryGetValue(path, out var known))
        {
            return known;
        }

        var isSmall = _lengths.TryGetValue(path, out var length) && length <= MostBytesOfFile && _bytes < MostBytes;
        var text = isSmall && _files.TryRead(path) is { } bytes ? Encoding.UTF8.GetString(bytes.Span) : null;
        _bytes += text?.Length ?? 0;
        return _texts[path] = text;
    }

    private static bool IsWorthALook(string path) => !path.Split('/').SkipLast(1).Any(part => PassedOver.Contains(part) || part is ['.', _, ..] and not (".github" or ".gitlab"));
}
