using Towpath.Cli.Host;
using Towpath.Core.Diagnostics;

namespace Towpath.Cli.Client;

/// <summary>A commit of a repository on this machine.</summary>
/// <param name="Repository">Top folder.</param>
/// <param name="Folder">Folder of the Compose file in it, <c>.</c> for the top.</param>
/// <param name="Commit">Full object name.</param>
internal sealed record LocalCommit(string Repository, string Folder, string Commit)
{
    /// <summary>Asks git.</summary>
    /// <exception cref="DiagnosticException">TP7110 for no repository, TP7111 for no commit.</exception>
    public static async Task<LocalCommit> ResolveAsync(string path, string name, CancellationToken cancellationToken)
    {
        if (!Directory.Exists(path))
        {
            throw new DiagnosticException(ExitCode.InvalidInput, CliDiagnostics.NoRepository(path, "there is no such folder"));
        }

        var top = await GitAsync(path, ["rev-parse", "--show-toplevel"], cancellationToken);
        if (top.ExitCode != 0)
        {
            throw new DiagnosticException(ExitCode.InvalidInput, CliDiagnostics.NoRepository(path, Say(top)));
        }

        var prefix = await GitAsync(path, ["rev-parse", "--show-prefix"], cancellationToken);
        var commit = await GitAsync(path, ["rev-parse", "--verify", "--quiet", "--end-of-options", name + "^{commit}"], cancellationToken);
        if (commit.ExitCode != 0)
        {
            throw new DiagnosticException(ExitCode.InvalidInput, CliDiagnostics.NoCommit(name, Say(commit)));
        }

        var folder = prefix.Output.Trim().TrimEnd('/');
        return new LocalCommit(top.Output.Trim(), folder.Length == 0 ? "." : folder, commit.Output.Trim());
    }

    private static Task<ProgramResult> GitAsync(string path, string[] arguments, CancellationToken cancellationToken) =>
        Programs.RunAsync("git", ["-C", path, .. arguments], cancellationToken);

    private static string Say(ProgramResult result) =>
        result.Error.Trim() is { Length: > 0 } words ? $"git says: {words.Split('\n')[0]}" : "";
}
