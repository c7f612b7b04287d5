namespace Towpath.Core.Compose;

/// <summary>What came of asking for a file.</summary>
public enum FileState
{
    /// <summary>It was read.</summary>
    Found,

    /// <summary>There is nothing of that name.</summary>
    Missing,

    /// <summary>It is a folder, a device or another thing without content.</summary>
    NotAFile,

    /// <summary>It lies outside the root, by <c>..</c> or behind a symlink.</summary>
    Outside,

    /// <summary>It has more bytes than <see cref="FileReading.Length"/> may be.</summary>
    TooLarge,

    /// <summary>The system refuses to read it.</summary>
    Unreadable,
}

/// <summary>A file, or why there is none.</summary>
/// <param name="State">What came of it.</param>
/// <param name="Bytes">Its content, where it was found.</param>
/// <param name="Length">Its length in bytes, where known.</param>
public readonly record struct FileReading(FileState State, ReadOnlyMemory<byte> Bytes = default, long Length = 0);

/// <summary>The files that a Compose file may name: those of a commit, or of a folder on disk.</summary>
public interface IComposeFiles
{
    /// <summary>Reads a file. Never throws for what a user can write.</summary>
    /// <param name="path">Absolute, forward slashes, without <c>.</c> and <c>..</c> parts.</param>
    /// <param name="anywhere">True for a path that the user named on the command line: it may lie outside the root.</param>
    FileReading Read(string path, bool anywhere = false);

    /// <summary>Whether a folder is there, inside the root.</summary>
    bool FolderExists(string path);
}
