using Towpath.Core.Diagnostics;

namespace Towpath.Core.Compose.Composition;

/// <summary>
/// The files that a project names, and where they may lie: inside its root, and where the user asked for that also where a plain path
/// leads out of it, which is said. A link inside the root that leads out is never followed. See ADR 13.
/// </summary>
internal sealed class RootedFiles(ComposeRequest request, IComposeFiles files, DiagnosticBag bag)
{
    private readonly HashSet<string> _named = [.. request.Files, .. request.EnvFiles];

    /// <summary>Whether there is a file to read. One behind a link that leaves the root is there: it is told of when it is read.</summary>
    public bool Exists(string path) =>
        files.Read(path).State is var state && state is not (FileState.Missing or FileState.NotAFile) && (state != FileState.Outside || IsInside(path));

    /// <summary>Reads a file.</summary>
    /// <param name="path">Absolute.</param>
    /// <param name="place">Where it is named.</param>
    /// <param name="what">What names it, for messages.</param>
    public FileReading Read(string path, Location place, string what)
    {
        var file = files.Read(path, _named.Contains(path));
        if (file.State != FileState.Outside || !request.MayLeaveRoot || IsInside(path))
        {
            return file;
        }

        file = files.Read(path, anywhere: true);
        if (file.State == FileState.Found)
        {
            bag.Add(CompositionDiagnostics.LeavesRoot(place, what));
        }

        return file;
    }

    private bool IsInside(string path) => FilePath.IsInside(request.Root, path);
}
