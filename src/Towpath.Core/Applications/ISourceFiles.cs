namespace Towpath.Core.Applications;

/// <summary>The files of one commit, below the folder of the Compose file. Paths are relative, with forward slashes.</summary>
public interface ISourceFiles
{
    /// <summary>Content of a file, or null where there is none (a folder, a missing path, or one that leaves the root).</summary>
    ReadOnlyMemory<byte>? TryRead(string path);

    /// <summary>Whether a folder of that path exists; <c>.</c> is the root.</summary>
    bool FolderExists(string path);
}
