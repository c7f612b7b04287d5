using Towpath.Core.Applications.Readers;
using Towpath.Core.Compose;

namespace Towpath.Core.Applications;

/// <summary>
/// The files of a commit as those of a Compose project. The project's folder is made up, so that the same commit reads the same wherever it
/// lies; its paths stay relative, so that what is of the commit and what is of the host can be told apart.
/// </summary>
internal sealed class CommitFolder(ISourceFiles files) : IComposeFiles
{
    /// <summary>Name of a folder that has none.</summary>
    public const string DefaultName = "app";

    private const int LongestName = 40;

    /// <summary>The folder that relative paths count from; its last part is the name of the user's own folder.</summary>
    public string Path { get; } = "/" + (Names.ToLabel(files.FolderName ?? "", LongestName) ?? DefaultName);

    /// <inheritdoc/>
    public FileReading Read(string path, bool anywhere = false) => Inside(path) is not { } inside
        ? new FileReading(FileState.Outside)
        : files.TryRead(inside) is { } bytes ? new FileReading(FileState.Found, bytes, bytes.Length)
        : new FileReading(files.FolderExists(inside) ? FileState.NotAFile : FileState.Missing);

    /// <inheritdoc/>
    public bool FolderExists(string path) => Inside(path) is { } inside && files.FolderExists(inside);

    private string? Inside(string path) =>
        path == Path ? "."
        : ProjectPath.Combine(".", path.StartsWith(Path + "/", StringComparison.Ordinal) ? path[(Path.Length + 1)..] : path);
}
