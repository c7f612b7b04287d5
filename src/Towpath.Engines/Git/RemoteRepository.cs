using Towpath.Core.Diagnostics;
using Towpath.Core.Pipelines;
using Towpath.Core.Sources;

namespace Towpath.Engines.Git;

/// <summary>Fetches one branch of a repository elsewhere into a bare one, as <see cref="RemoteAccess"/> says.</summary>
public static class RemoteRepository
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);

    /// <summary>Fetches the branch, rewritten or not, and gives the commit that it leads to.</summary>
    /// <param name="source">What and where.</param>
    /// <param name="into">The repository that takes it; gets the branch under the same name.</param>
    /// <param name="cancellationToken">Ends git.</param>
    /// <exception cref="DiagnosticException">TP3004 and its like: it can't be had.</exception>
    public static async Task<string> FetchAsync(SourceSpec source, BareRepository into, CancellationToken cancellationToken)
    {
        var access = new RemoteAccess(source.Url, source.User, source.Password);
        var branch = HostedRepository.Heads + source.Branch;
        string[] arguments =
        [
            .. access.Settings,
            "fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--no-recurse-submodules", "--end-of-options", source.Url, $"+{branch}:{branch}",
        ];
        var (exitCode, _, errors) = await GitProcess.RunAsync(into.Folder, arguments, Limit, ReadAsync, cancellationToken, access.Variables());
        if (exitCode != 0) throw new DiagnosticException(ExitCode.PipelineFailed, PipelineDiagnostics.GitFailed("fetch", [.. errors]));
        return await into.CommitAsync(branch, cancellationToken) ?? throw new DiagnosticException(ExitCode.PipelineFailed, PipelineDiagnostics.GitFailed("fetch", ["the branch leads to no commit"]));
    }

    private static async Task<bool> ReadAsync(Stream output, CancellationToken cancellationToken)
    {
        await output.CopyToAsync(Stream.Null, cancellationToken);
        return true;
    }
}
