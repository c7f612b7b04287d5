using Towpath.Core.Applications;
using Towpath.Core.Compose;

namespace Towpath.Tests.Fakes;

/// <summary>The files of a commit, seen at an absolute path.</summary>
internal sealed class FakeComposeFiles(ISourceFiles files, string root) : IComposeFiles
{
    public FileReading Read(string path, bool anywhere = false) =>
        !path.StartsWith(root + "/", StringComparison.Ordinal) ? new FileReading(anywhere ? FileState.Missing : FileState.Outside)
        : files.TryRead(path[(root.Length + 1)..]) is { } bytes ? new FileReading(FileState.Found, bytes, bytes.Length)
        : new FileReading(FolderExists(path) ? FileState.NotAFile : FileState.Missing);

    public bool FolderExists(string path) => path == root || (path.StartsWith(root + "/", StringComparison.Ordinal) && files.FolderExists(path[(root.Length + 1)..]));
}
