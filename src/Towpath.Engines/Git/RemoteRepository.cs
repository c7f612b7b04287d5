using System.Text;
using Towpath.Core.Diagnostics;
using Towpath.Core.Pipelines;
using Towpath.Core.Sources;

namespace Towpath.Engines.Git;

/// <summary>
/// Fetches one branch of a repository elsewhere into a bare one. The login goes to git as configuration in its environment, which only the same user can read: not in
/// arguments, not in the address. Redirects are not followed, so that it goes nowhere else.
/// </summary>
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
        var branch = HostedRepository.Heads + source.Branch;
        var (exitCode, _, errors) = await GitProcess.RunAsync(into.Folder, Arguments(source.Url, branch), Limit, ReadAsync, cancellationToken, Variables(source));
        if (exitCode != 0) throw new DiagnosticException(ExitCode.PipelineFailed, PipelineDiagnostics.GitFailed("fetch", [.. errors]));
        return await into.CommitAsync(branch, cancellationToken) ?? throw new DiagnosticException(ExitCode.PipelineFailed, PipelineDiagnostics.GitFailed("fetch", ["the branch leads to no commit"]));
    }

    private static string[] Arguments(string url, string branch) =>
    [
        // Of the protocols, the one of the address alone.
        "-c", $"protocol.{new Uri(url).Scheme}.allow=always",
        "-c", "transfer.fsckObjects=true",
        "-c", "http.followRedirects=false",
        "-c", "core.askPass=",
        "-c", "credential.helper=",
        "-c", "gc.autoDetach=false",
        "fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--no-recurse-submodules", "--end-of-options", url, $"+{branch}:{branch}",
    ];

    private static Dictionary<string, string> Variables(SourceSpec source)
    {
        // No question to anybody; an unknown host is refused. The text is ours alone.
        var variables = new Dictionary<string, string> { ["GIT_SSH_COMMAND"] = "ssh -o BatchMode=yes -o ConnectTimeout=20" };
        if (source.Password is not { } password) return variables;
        var login = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{source.User ?? "git"}:{password()}"));
        variables["GIT_CONFIG_COUNT"] = "1";
        variables["GIT_CONFIG_KEY_0"] = "http.extraHeader";
        variables["GIT_CONFIG_VALUE_0"] = $"Authorization: Basic {login}";
        return variables;
    }

    private static async Task<bool> ReadAsync(Stream output, CancellationToken cancellationToken)
    {
        await output.CopyToAsync(Stream.Null, cancellationToken);
        return true;
    }
}
