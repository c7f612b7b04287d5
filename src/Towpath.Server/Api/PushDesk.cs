using System.Runtime.CompilerServices;
using Towpath.Core.Diagnostics;
using Towpath.Core.Sources;

namespace Towpath.Server.Api;

/// <summary>How many people watch their pushes at one time.</summary>
internal sealed class PushWatchers
{
    private const int Most = 32;

    private int _watching;

    /// <summary>Whether one more may.</summary>
    public bool Enter()
    {
        if (Interlocked.Increment(ref _watching) <= Most) return true;
        Leave();
        return false;
    }

    /// <summary>One goes.</summary>
    public void Leave() => Interlocked.Decrement(ref _watching);
}

/// <summary>
/// What comes of a pushed commit: a run, and words about it for the terminal of whoever pushed. A commit that can't be shipped, or whose pipeline is red, does not
/// undo the push: history is kept as it was written, and the next commit mends it, as it would in any other remote.
/// </summary>
internal sealed class PushDesk(IControlPlane plane, PushWatchers watchers, TimeProvider time)
{
    private static readonly TimeSpan LongestWatch = TimeSpan.FromMinutes(60);

    /// <summary>Ships a commit.</summary>
    /// <returns>Lines to show, as they come; ending early cancels nothing.</returns>
    public async Task<IAsyncEnumerable<string>> ShipAsync(ShipRequest request, CancellationToken cancellationToken)
    {
        try
        {
            var shipped = await plane.ShipAsync(request, cancellationToken);
            return FollowAsync(shipped, cancellationToken);
        }
        catch (DiagnosticException e)
        {
            return Refused(e);
        }
    }

    private static async IAsyncEnumerable<string> Refused(DiagnosticException refusal)
    {
        await Task.CompletedTask;
        foreach (var line in refusal.Diagnostics.SelectMany(d => PushWatch.LinesOf(d))) yield return line;
        yield return "the push is kept, and its commit is not shipped";
    }

    private async IAsyncEnumerable<string> FollowAsync(ShipAnswer shipped, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        yield return $"{shipped.Application}: {shipped.Run} {(shipped.Attached ? "is under way" : "begins")}; Ctrl-C stops watching, not the run";
        if (!watchers.Enter())
        {
            yield return $"too many watch already: `towpath status --app {shipped.Application}` shows how it goes on";
            yield break;
        }

        try
        {
            await foreach (var line in LinesAsync(shipped, cancellationToken)) yield return line;
        }
        finally
        {
            watchers.Leave();
        }
    }

    private async IAsyncEnumerable<string> LinesAsync(ShipAnswer shipped, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(LongestWatch, time);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        var watch = new PushWatch(shipped.Run);
        await using var facts = plane.JournalAsync(shipped.Application, shipped.FirstFact, follow: true, ended.Token).GetAsyncEnumerator(ended.Token);
        while (!watch.Ended)
        {
            if (await NextAsync(facts, cancellationToken) is { } last)
            {
                if (last.Length > 0) yield return last;
                yield break;
            }

            foreach (var line in watch.Apply(facts.Current)) yield return line;
        }
    }

    /// <summary>Null where there is one more fact; else why there is none, for people.</summary>
    private static async Task<string?> NextAsync(IAsyncEnumerator<Core.Journal.Fact> facts, CancellationToken cancellationToken)
    {
        try
        {
            return await facts.MoveNextAsync() ? null : "";
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return "it takes long: `towpath status` shows how it goes on";
        }
        catch (DiagnosticException e)
        {
            return PushWatch.Clean(e.Diagnostics[0].Headline);
        }
    }
}
