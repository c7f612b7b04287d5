namespace Towpath.Core.Applications;

/// <summary>The files of one commit, below the folder of the Compose file. Paths are relative, with forward slashes.</summary>
public interface ISourceFiles
{
    /// <summary>Name of the folder where the user has it, for an application that does not say its own; null for none.</summary>
    string? FolderName => null;

    /// <summary>Content of a file, or null where there is none (a folder, a missing path, or one that leaves the root).</summary>
    ReadOnlyMemory<byte>? TryRead(string path);

    /// <summary>All files, in the order of their paths, links left out. Made while it is walked through: stop when you have enough.</summary>
    IEnumerable<SourceFile> List();

    /// <summary>Whether a folder of that path exists; <c>.</c> is the root.</summary>
    bool FolderExists(string path);
}

/// <summary>A file of a commit.</summary>
/// <param name="Path">Relative, with forward slashes.</param>
/// <param name="Length">In bytes.</param>
public readonly record struct SourceFile(string Path, long Length);
