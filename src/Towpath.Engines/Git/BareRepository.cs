using Towpath.Core.Diagnostics;
using Towpath.Core.Pipelines;

namespace Towpath.Engines.Git;

/// <summary>A repository without a working tree that is the control plane's own. Every call runs git, is bounded in time and cancellable.</summary>
/// <param name="folder">Absolute path.</param>
public sealed class BareRepository(string folder)
{
    private const string Draft = ".new";

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    /// <summary>Absolute path.</summary>
    public string Folder => folder;

    /// <summary>Whether it is there.</summary>
    public bool Exists => File.Exists(Path.Combine(folder, "HEAD"));

    /// <summary>Makes it, whole or not at all: clients look while it is made. Whoever calls sees to it that nobody else makes it meanwhile.</summary>
    /// <param name="branch">The branch that <c>HEAD</c> names.</param>
    /// <param name="cancellationToken">Ends git.</param>
    public async Task CreateAsync(string branch, CancellationToken cancellationToken)
    {
        var draft = new BareRepository(folder + Draft);
        if (Directory.Exists(draft.Folder)) Directory.Delete(draft.Folder, recursive: true);
        Directory.CreateDirectory(draft.Folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        // Without a template there are no hooks, not even samples. The log of references says who pushed what.
        await draft.RunAsync(["init", "--quiet", "--bare", "--template=", $"--initial-branch={branch}", "."], cancellationToken);
        await draft.RunAsync(["config", "core.logAllRefUpdates", "true"], cancellationToken);
        Directory.Move(draft.Folder, folder);
    }

    /// <summary>Full name of the branch that <c>HEAD</c> names, whether it is there or not.</summary>
    public Task<string> HeadAsync(CancellationToken cancellationToken) => RunAsync(["symbolic-ref", "HEAD"], cancellationToken);

    /// <summary>Makes <c>HEAD</c> name a branch.</summary>
    public Task SetHeadAsync(string reference, CancellationToken cancellationToken) => RunAsync(["symbolic-ref", "HEAD", reference], cancellationToken);

    /// <summary>The commit of a reference, or null for none.</summary>
    public async Task<string?> CommitAsync(string reference, CancellationToken cancellationToken)
    {
        var (exitCode, sha, _) = await GitProcess.RunAsync(folder, ["rev-parse", "--verify", "--quiet", "--end-of-options", reference + "^{commit}"], Limit, cancellationToken);
        return exitCode == 0 && sha.Length > 0 ? sha : null;
    }

    /// <summary>Gives a reference a commit, or takes it away with null.</summary>
    public Task SetAsync(string reference, string? commit, CancellationToken cancellationToken) =>
        RunAsync(commit is null ? ["update-ref", "-d", reference] : ["update-ref", reference, commit], cancellationToken);

    private async Task<string> RunAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        var (exitCode, text, errors) = await GitProcess.RunAsync(folder, arguments, Limit, cancellationToken);
        return exitCode == 0 ? text : throw new DiagnosticException(ExitCode.PipelineFailed, PipelineDiagnostics.GitFailed(arguments[0], [.. errors]));
    }
}
