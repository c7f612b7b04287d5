using Towpath.Core.Diagnostics;
using Towpath.Core.Pipelines;

namespace Towpath.Engines.Git;

/// <summary>
/// A git repository on this machine, read only. Every call runs the git program, is bounded in time and cancellable, and throws
/// <see cref="DiagnosticException"/> for what can't be done.
/// </summary>
public sealed class GitRepository
{
    private const int MaxNameLength = 256;
    private static readonly TimeSpan QuestionLimit = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan ExportLimit = TimeSpan.FromMinutes(5);

    private GitRepository(string folder) => Folder = folder;

    /// <summary>Absolute path of the repository's top folder.</summary>
    public string Folder { get; }

    /// <summary>The repository that a file or folder is in.</summary>
    public static async Task<GitRepository> OpenAsync(string path, CancellationToken cancellationToken)
    {
        if (path.Length == 0 || path.Contains('\0', StringComparison.Ordinal)) throw Invalid(PipelineDiagnostics.NotARepository(path));
        var folder = Path.GetFullPath(path);
        while (!Directory.Exists(folder) && Path.GetDirectoryName(folder) is { } parent)
            folder = parent;

        var (exitCode, top, _) = await GitProcess.RunAsync(folder, ["rev-parse", "--show-toplevel"], QuestionLimit, cancellationToken);
        if (exitCode == 0 && top.Length > 0) return new GitRepository(top);
        // One without a working tree is its own top folder.
        var (failed, bare, _) = await GitProcess.RunAsync(folder, ["rev-parse", "--is-bare-repository", "--absolute-git-dir"], QuestionLimit, cancellationToken);
        return failed == 0 && bare.Split('\n') is ["true", { Length: > 0 } own] ? new GitRepository(own) : throw Invalid(PipelineDiagnostics.NotARepository(path));
    }

    /// <summary>Full object name of the commit that a branch, a tag or a part of an object name leads to.</summary>
    public async Task<string> ResolveAsync(string name, CancellationToken cancellationToken)
    {
        if (!IsSafeName(name))
            throw Unknown(name);

        var (exitCode, sha, _) = await GitProcess.RunAsync(
            Folder, ["rev-parse", "--verify", "--quiet", "--end-of-options", name + "^{commit}"], QuestionLimit, cancellationToken);
        return exitCode == 0 && IsObjectName(sha) ? sha : throw Unknown(name);
    }

    /// <summary>The files of a folder of the working tree that are in git or would be after <c>git add</c>, relative to that folder.</summary>
    /// <param name="folder">Absolute path.</param>
    /// <param name="cancellationToken">Ends git.</param>
    /// <returns>Null where the folder is in no repository, or git does not answer.</returns>
    public static async Task<IReadOnlyCollection<string>?> ListAsync(string folder, CancellationToken cancellationToken)
    {
        var (exitCode, paths, _) = await GitProcess.RunAsync(
            folder, ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], QuestionLimit, cancellationToken);
        return exitCode == 0 ? paths.Split('\0', StringSplitOptions.RemoveEmptyEntries) : null;
    }

    /// <summary>First line of a commit's message.</summary>
    /// <param name="sha">Full object name.</param>
    /// <param name="cancellationToken">Ends git.</param>
    public async Task<string> SubjectAsync(string sha, CancellationToken cancellationToken)
    {
        RequireObjectName(sha);
        var (exitCode, subject, _) = await GitProcess.RunAsync(Folder, ["show", "-s", "--format=%s", sha], QuestionLimit, cancellationToken);
        return exitCode == 0 ? subject : throw Unknown(sha);
    }

    /// <summary>
    /// Writes the files of a folder of a commit below <paramref name="destination"/>, which must not exist yet or be empty. When it
    /// fails or is cancelled, the destination is gone again.
    /// </summary>
    /// <param name="sha">Full object name.</param>
    /// <param name="folder">Folder in the repository, relative; <c>.</c> for the top.</param>
    /// <param name="destination">Absolute path.</param>
    /// <param name="cancellationToken">Ends git.</param>
    public async Task ExportAsync(string sha, string folder, string destination, CancellationToken cancellationToken)
    {
        RequireObjectName(sha);
        var tree = await TreeAsync(sha, folder, cancellationToken);
        try
        {
            var (exitCode, _, errors) = await GitProcess.RunAsync(
                Folder,
                ["archive", "--format=tar", tree],
                ExportLimit,
                (stream, token) => CommitArchive.ExtractAsync(stream, destination, token),
                cancellationToken);
            if (exitCode != 0)
                throw new DiagnosticException(ExitCode.PipelineFailed, PipelineDiagnostics.GitFailed("archive", [.. errors]));
        }
        catch
        {
            if (Directory.Exists(destination))
                Directory.Delete(destination, recursive: true);
            throw;
        }
    }

    private async Task<string> TreeAsync(string sha, string folder, CancellationToken cancellationToken)
    {
        if (folder is "." or "")
            return sha;

        if (!RootedPath.IsPlain(folder))
            throw Invalid(PipelineDiagnostics.FolderNotFound(folder, sha));

        var tree = $"{sha}:{folder.TrimEnd('/')}";
        var (exitCode, kind, _) = await GitProcess.RunAsync(Folder, ["cat-file", "-t", tree], QuestionLimit, cancellationToken);
        return exitCode == 0 && kind == "tree" ? tree : throw Invalid(PipelineDiagnostics.FolderNotFound(folder, sha));
    }

    /// <summary>No option, no white space, no control character: what is left is git's to judge.</summary>
    private static bool IsSafeName(string name) =>
        name.Length is > 0 and <= MaxNameLength && name[0] != '-' && !name.Any(c => char.IsControl(c) || char.IsWhiteSpace(c));

    private static bool IsObjectName(string sha) => sha.Length is 40 or 64 && sha.All(char.IsAsciiHexDigitLower);

    private static void RequireObjectName(string sha)
    {
        if (!IsObjectName(sha))
            throw new ArgumentException("not a full object name", nameof(sha));
    }

    private DiagnosticException Unknown(string name) => Invalid(PipelineDiagnostics.CommitNotFound(name, Folder));

    private static DiagnosticException Invalid(Diagnostic diagnostic) => new(ExitCode.InvalidInput, diagnostic);
}
