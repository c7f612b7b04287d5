using System.Collections.Immutable;
using System.Globalization;
using Towpath.Core.Applications;
using Towpath.Core.Diagnostics;
using Towpath.Core.Kubernetes.Layouts;
using Towpath.Core.Kubernetes.Running;
using Towpath.Engines.Git;

namespace Towpath.Engines.Clusters;

/// <summary>
/// The commits of one environment to its environments repository. Each is looked for in the branch before it is made, so that a deployment which was killed, or whose push
/// nobody answered, goes on with what it had done. Nothing is ever pushed over what others pushed.
/// </summary>
/// <param name="application">Name of the application.</param>
/// <param name="environment">Name of the environment.</param>
/// <param name="folder">Absolute path of what is known of the repository here; it can be fetched again, and nobody else uses it.</param>
/// <param name="password">Value of a secret, or null.</param>
/// <param name="time">Clock.</param>
public sealed class EnvironmentCommits(string application, string environment, string folder, Func<string, string?> password, TimeProvider time)
{
    private const int Tries = 6;
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(500);

    /// <summary>A commit with that line in its message is in the branch, and the environment's files are those in it.</summary>
    /// <param name="git">The repository.</param>
    /// <param name="pattern">Basic regular expression for a line of the message.</param>
    /// <param name="message">All of the message.</param>
    /// <param name="files">The files, asked for where they are not committed yet.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>Its full object name.</returns>
    /// <exception cref="DiagnosticException">TP6450 to TP6452: it can't be pushed.</exception>
    public async Task<string> CommitAsync(
        GitDeliverySpec git, string pattern, string message, Func<Task<ImmutableArray<LayoutFile>>> files, CancellationToken cancellationToken) =>
        (await BringAboutAsync(
            git,
            async (branch, head) => head is not null && await branch.FindAsync(head, pattern, cancellationToken) is { } done
                ? new Step(done, null)
                : new Step(null, Stream(git, message) with { Files = await files() }),
            cancellationToken))!;

    /// <summary>What a commit did is taken back by another one. Nothing is done where that commit is not in the branch.</summary>
    /// <param name="git">The repository.</param>
    /// <param name="made">Basic regular expression for a line of the message of the commit that is taken back.</param>
    /// <param name="pattern">The same for the commit that takes it back.</param>
    /// <param name="message">All of its message, given the commit that is taken back.</param>
    /// <param name="files">The files of what was there before, asked for where the commit had found none.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The commit that took it back; null where there was nothing to take back.</returns>
    /// <exception cref="DiagnosticException">TP6450 to TP6452: it can't be pushed.</exception>
    public Task<string?> RevertAsync(
        GitDeliverySpec git, string made, string pattern, Func<string, string> message, Func<Task<ImmutableArray<LayoutFile>>> files, CancellationToken cancellationToken) =>
        BringAboutAsync(
            git,
            async (branch, head) => head is null || await branch.FindAsync(head, made, cancellationToken) is not { } commit
                ? new Step(null, null)
                : await branch.FindAsync(head, pattern, cancellationToken) is { } done
                    ? new Step(done, null)
                    : new Step(null, await ReversalAsync(git, branch, commit, message(commit), files, cancellationToken)),
            cancellationToken);

    /// <summary>Nothing of the environment is in the branch any more.</summary>
    /// <exception cref="DiagnosticException">TP6450 to TP6452: it can't be pushed.</exception>
    public Task RemoveAsync(GitDeliverySpec git, string message, CancellationToken cancellationToken) =>
        BringAboutAsync(
            git,
            async (branch, head) => head is null || (await branch.EntriesAsync(head, Paths(git), cancellationToken)).Count == 0
                ? new Step(null, null)
                : new Step(null, Stream(git, message)),
            cancellationToken);

    private async Task<CommitStream> ReversalAsync(
        GitDeliverySpec git, RemoteBranch branch, string commit, string message, Func<Task<ImmutableArray<LayoutFile>>> files, CancellationToken cancellationToken)
    {
        var before = await branch.BeforeAsync(commit, Paths(git), cancellationToken);
        return before.Any(e => e.Path == DeliveredFiles.FolderOf(application, environment, git))
            ? Stream(git, message) with { Entries = [.. before] }
            // The release before came in some other way. Without its objects in git, a controller that removes what is not there would remove what still runs.
            : Stream(git, message) with { Files = await files() };
    }

    /// <summary>Fetches, looks, commits on top and pushes; once more where others were quicker or nobody answered, since then it may be there all the same.</summary>
    private async Task<string?> BringAboutAsync(GitDeliverySpec git, Func<RemoteBranch, string?, Task<Step>> decide, CancellationToken cancellationToken)
    {
        var branch = new RemoteBranch(folder, Access(git), git.Branch);
        for (var (tried, pause) = (1, FirstPause); ; tried++, pause *= 2)
        {
            DiagnosticException failure;
            try
            {
                var head = await branch.FetchAsync(cancellationToken);
                var step = await decide(branch, head);
                if (step.Stream is not { } stream) return step.Done;
                var commit = await branch.CommitAsync(head, (reference, parent) => stream with { Reference = reference, Parent = parent }, cancellationToken);
                if (await branch.PushAsync(commit, cancellationToken) == PushOutcome.Done) return commit;
                failure = Failure(GitDeliveryDiagnostics.AlwaysBehind(environment, Tries.ToString(CultureInfo.InvariantCulture), git.Location));
            }
            catch (DiagnosticException e) when (e.Diagnostics[0].Code is "TP3004" or "TP3006")
            {
                failure = Failure(GitDeliveryDiagnostics.NotCommitted(environment, [e.Diagnostics[0].Headline, .. e.Diagnostics[0].Notes], git.Location));
            }

            if (tried == Tries) throw failure;
            await Task.Delay(pause, time, cancellationToken);
        }
    }

    private RemoteAccess Access(GitDeliverySpec git)
    {
        if (git.PasswordSecret is not { } secret) return new RemoteAccess(git.Url, git.User, null);
        var value = password(secret)?.TrimEnd('\r', '\n') is { Length: > 0 } text ? text : throw Failure(GitDeliveryDiagnostics.PasswordMissing(environment, secret, git.Location));
        return new RemoteAccess(git.Url, git.User, () => value);
    }

    private CommitStream Stream(GitDeliverySpec git, string message) => new("", null, time.GetUtcNow(), message, Paths(git));

    private ImmutableArray<string> Paths(GitDeliverySpec git) => DeliveredFiles.PathsOf(application, environment, git);

    private static DiagnosticException Failure(Diagnostic diagnostic) => new(ExitCode.DeploymentFailed, diagnostic);

    /// <summary>What is to be done: nothing where there is no stream.</summary>
    private sealed record Step(string? Done, CommitStream? Stream);
}
