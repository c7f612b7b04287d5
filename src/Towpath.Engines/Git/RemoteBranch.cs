using System.Text;
using Towpath.Core.Diagnostics;
using Towpath.Core.Kubernetes.Running;
using Towpath.Core.Pipelines;
using Towpath.Core.Sources;

namespace Towpath.Engines.Git;

/// <summary>What came of a push.</summary>
public enum PushOutcome
{
    /// <summary>The branch leads to the commit.</summary>
    Done,

    /// <summary>Somebody else was quicker: the branch leads somewhere else by now.</summary>
    Behind,
}

/// <summary>
/// One branch of a repository elsewhere, to which commits are added. What is known of it here is kept in a bare repository without a working tree, which can
/// be fetched again at any time; it holds the newest commits only.
/// </summary>
/// <param name="folder">Absolute path of the bare repository; nobody else uses it.</param>
/// <param name="access">Where the other one is.</param>
/// <param name="branch">Short name of the branch.</param>
public sealed class RemoteBranch(string folder, RemoteAccess access, string branch)
{
    // As far back as a deployment looks for its own commit.
    private const int Depth = 500;
    private const string Seen = HostedRepository.Own + "/seen";
    private const string Made = HostedRepository.Own + "/made";
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan QuestionLimit = TimeSpan.FromSeconds(30);
    private readonly BareRepository _here = new(folder);
    private bool _isOpen;

    /// <summary>Fetches what is there by now.</summary>
    /// <returns>The commit that the branch leads to; null where there is no such branch.</returns>
    /// <exception cref="DiagnosticException">TP3004 and its like: it can't be had.</exception>
    public async Task<string?> FetchAsync(CancellationToken cancellationToken)
    {
        await OpenAsync(cancellationToken);
        var full = HostedRepository.Heads + branch;
        var there = await RunAsync([.. access.Settings, "ls-remote", "--quiet", "--end-of-options", access.Url, full], Limit, cancellationToken);
        if (!there.Split('\n').Any(line => line.EndsWith('\t' + full, StringComparison.Ordinal)))
        {
            return null;
        }

        string[] arguments =
        [
            .. access.Settings,
            "fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--no-recurse-submodules", $"--depth={Depth}", "--end-of-options", access.Url, $"+{full}:{Seen}",
        ];
        await RunAsync(arguments, Limit, cancellationToken);
        return await _here.CommitAsync(Seen, cancellationToken);
    }

    /// <summary>The newest commit, of those that a commit leads to, with a line in its message; null for none.</summary>
    /// <param name="head">Where to begin.</param>
    /// <param name="pattern">Basic regular expression.</param>
    /// <param name="cancellationToken">Ends git.</param>
    public async Task<string?> FindAsync(string head, string pattern, CancellationToken cancellationToken)
    {
        var found = await RunAsync(["log", "--max-count=1", "--format=%H", "--basic-regexp", $"--grep={pattern}", "--end-of-options", head], QuestionLimit, cancellationToken);
        return found.Length == 0 ? null : found;
    }

    /// <summary>What stands at some paths of a commit's parent; nothing for a first commit, or one whose parent is too old to be known here.</summary>
    public async Task<IReadOnlyList<CommitEntry>> BeforeAsync(string commit, IEnumerable<string> paths, CancellationToken cancellationToken) =>
        await _here.CommitAsync(commit + "^", cancellationToken) is { } parent ? await EntriesAsync(parent, paths, cancellationToken) : [];

    /// <summary>What stands at some paths of a commit; nothing for those that are not there.</summary>
    public async Task<IReadOnlyList<CommitEntry>> EntriesAsync(string commit, IEnumerable<string> paths, CancellationToken cancellationToken)
    {
        // `040000 tree NAME<TAB>PATH`, ended by NUL. Paths are taken as they are, not as patterns.
        var text = await RunAsync(["--literal-pathspecs", "ls-tree", "-z", "--full-tree", commit, "--", .. paths], QuestionLimit, cancellationToken);
        return [.. text.Split('\0', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('\t', 2)).Select(parts => new CommitEntry(parts[0].Split(' ')[0], parts[0].Split(' ')[2], parts[1]))];
    }

    /// <summary>Makes a commit here.</summary>
    /// <param name="parent">What it is made on top of; null for nothing.</param>
    /// <param name="make">The commit, given the reference that gets it.</param>
    /// <param name="cancellationToken">Ends git.</param>
    /// <returns>Its full object name.</returns>
    public async Task<string> CommitAsync(string? parent, Func<string, string?, CommitStream> make, CancellationToken cancellationToken)
    {
        await ImportAsync(make(Made, parent).ToBytes(), cancellationToken);
        return await _here.CommitAsync(Made, cancellationToken) ?? throw Failed("fast-import", ["it made no commit"]);
    }

    /// <summary>Pushes a commit, never over what others pushed.</summary>
    /// <exception cref="DiagnosticException">TP3004 and its like: it is refused, or nobody answers. It may have arrived all the same.</exception>
    public async Task<PushOutcome> PushAsync(string commit, CancellationToken cancellationToken)
    {
        var full = HostedRepository.Heads + branch;
        string[] arguments = [.. access.Settings, "push", "--porcelain", "--no-verify", "--no-recurse-submodules", "--end-of-options", access.Url, $"{commit}:{full}"];
        var (exitCode, output, errors) = await GitProcess.RunAsync(folder, arguments, Limit, ReadAsync, cancellationToken, access.Variables());
        if (exitCode == 0) return PushOutcome.Done;
        return output.Split('\n').Any(IsBehind) ? PushOutcome.Behind : throw Failed("push", [.. output.Split('\n').Where(line => line.StartsWith('!')), .. errors]);
    }

    // `!<TAB>from:to<TAB>[rejected] (fetch first)`: nobody's rule, only another commit. Two pushes at the very same time are told apart by the server's lock.
    private static bool IsBehind(string line) => line.StartsWith('!')
        && ((line.Contains("[rejected]", StringComparison.Ordinal) && (line.Contains("fetch first", StringComparison.Ordinal) || line.Contains("non-fast-forward", StringComparison.Ordinal)))
            || (line.Contains("[remote rejected]", StringComparison.Ordinal)
                && (line.Contains("cannot lock ref", StringComparison.Ordinal) || line.Contains("failed to update ref", StringComparison.Ordinal) || line.Contains("incorrect old value", StringComparison.Ordinal) || line.Contains("reference already exists", StringComparison.Ordinal))));

    private async Task OpenAsync(CancellationToken cancellationToken)
    {
        if (_isOpen) return;
        if (!_here.Exists)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(folder)!, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            await _here.CreateAsync(branch, cancellationToken);
        }

        // Git that was killed leaves its locks behind, and nobody else uses this folder.
        foreach (var left in Directory.EnumerateFiles(folder, "*.lock", SearchOption.AllDirectories)) File.Delete(left);
        _isOpen = true;
    }

    private async Task ImportAsync(byte[] stream, CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(Limit);
        using var process = GitProcess.Start(folder, ["fast-import", "--quiet", "--force", "--done"]);
        var errors = GitProcess.ReadErrorsAsync(process.StandardError);
        try
        {
            var output = process.StandardOutput.BaseStream.CopyToAsync(Stream.Null, timeout.Token);
            await process.StandardInput.BaseStream.WriteAsync(stream, timeout.Token);
            process.StandardInput.Close();
            await output;
            await process.WaitForExitAsync(timeout.Token);
            if (process.ExitCode != 0) throw Failed("fast-import", [.. await errors]);
        }
        catch (IOException)
        {
            await process.WaitForExitAsync(timeout.Token);
            throw Failed("fast-import", [.. await errors]);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new DiagnosticException(ExitCode.PipelineFailed, PipelineDiagnostics.GitTimedOut("fast-import", Limit));
        }
        finally
        {
            await GitProcess.EndAsync(process);
            await errors;
        }
    }

    private async Task<string> RunAsync(IReadOnlyList<string> arguments, TimeSpan limit, CancellationToken cancellationToken)
    {
        var (exitCode, output, errors) = await GitProcess.RunAsync(folder, arguments, limit, ReadAsync, cancellationToken, access.Variables());
        return exitCode == 0 ? output.TrimEnd('\n') : throw Failed(arguments.First(a => a is "ls-remote" or "fetch" or "log" or "ls-tree"), [.. errors]);
    }

    private static async Task<string> ReadAsync(Stream output, CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(output, Encoding.UTF8);
        return await reader.ReadToEndAsync(cancellationToken);
    }

    private static DiagnosticException Failed(string what, IEnumerable<string> lines) => new(ExitCode.PipelineFailed, PipelineDiagnostics.GitFailed(what, [.. lines]));
}
