namespace Towpath.Core.Compose.Composition;

/// <summary>What files are read under: the project itself, or one <c>include</c> of it.</summary>
/// <param name="Directory">The folder that relative paths count from, absolute.</param>
/// <param name="Variables">What interpolation knows.</param>
/// <param name="Chain">The files that led here by <c>include</c>, the first first.</param>
internal sealed record LoadContext(string Directory, IReadOnlyDictionary<string, string> Variables, IReadOnlyList<string> Chain)
{
    /// <summary>Files that services of this context extend, by path, each interpolated with its variables.</summary>
    public Dictionary<string, ExtendedFile?> Extended { get; } = new(StringComparer.Ordinal);
}

/// <summary>The services of a file that others may extend.</summary>
/// <param name="path">The file, absolute.</param>
/// <param name="directory">The folder that its <c>extends</c> count from, absolute.</param>
/// <param name="services">As they are written, their <c>extends</c> not followed yet.</param>
/// <param name="isOther">Another file than the one that extends: its relative paths count from its own folder.</param>
internal sealed class ExtendedFile(string path, string directory, YamlMapping services, bool isOther)
{
    /// <summary>The file, absolute.</summary>
    public string Path { get; } = path;

    /// <summary>The folder that its <c>extends</c> count from, absolute.</summary>
    public string Directory { get; } = directory;

    /// <summary>As they are written, their <c>extends</c> not followed yet.</summary>
    public YamlMapping Services { get; } = services;

    /// <summary>Whether it is another file than the one that extends.</summary>
    public bool IsOther { get; } = isOther;

    /// <summary>Those whose <c>extends</c> were followed; null for one that has no content, or that can't be read.</summary>
    public Dictionary<string, YamlMapping?> Done { get; } = new(StringComparer.Ordinal);
}
