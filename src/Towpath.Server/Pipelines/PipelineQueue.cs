using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Towpath.Core.Diagnostics;
using Towpath.Core.Journal;
using Towpath.Core.Pipelines;
using Towpath.Core.Releases;
using Towpath.Server.Reconcilers;
using Towpath.Server.Storage;

namespace Towpath.Server.Pipelines;

/// <summary>Whose turn it is. Pure.</summary>
public static class PipelineTurns
{
    /// <summary>The oldest run of each application that has none under way.</summary>
    /// <param name="unfinished">Queued and running runs, oldest first.</param>
    /// <param name="active">Applications with a run under way in this process.</param>
    public static IReadOnlyList<RunRecord> Next(IReadOnlyList<RunRecord> unfinished, IReadOnlySet<string> active) =>
        [.. unfinished.DistinctBy(run => run.Application, StringComparer.Ordinal).Where(run => !active.Contains(run.Application))];

    /// <summary>Whether one more run of an application may wait.</summary>
    /// <param name="unfinished">Its queued and running runs; one of them is under way or about to be.</param>
    /// <param name="limit">Most that may wait.</param>
    public static bool HasRoom(int unfinished, int limit) => unfinished <= limit;
}

/// <summary>
/// Runs pipelines, one at a time per application, in the order in which they were asked for. Runs that an earlier process left
/// unfinished begin again. Of several control planes one runs those of an application, under a lease.
/// </summary>
/// <param name="store">Holds the queue itself.</param>
/// <param name="runner">Runs one.</param>
/// <param name="options">Bounds.</param>
/// <param name="time">Clock of facts.</param>
/// <param name="released">Told of each release after it is stored, also of one that was there already.</param>
/// <param name="logger">Gets faults of Towpath's own.</param>
public sealed class PipelineQueue(
    IStore store,
    PipelineRunner runner,
    PipelineOptions options,
    TimeProvider time,
    Action<RunRecord, Release>? released = null,
    ILogger<PipelineQueue>? logger = null) : IDisposable
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(1);

    // No environment has an empty name, so no environment's lease can be meant.
    private const string LeaseOfRuns = "";

    /// <summary>Where several control planes share the store; null where this one is alone.</summary>
    internal Leases? Leases { get; init; }

    private readonly SemaphoreSlim _changed = new(0);
    private readonly ConcurrentDictionary<string, CancellationTokenSource> _cancels = new(StringComparer.Ordinal);

    // A run is counted, begun or cancelled by one at a time: none is cancelled between the look at its state and its start.
    private readonly Lock _turning = new();

    /// <summary>Queues a run; the unfinished run of the same commit is returned instead where there is one.</summary>
    /// <exception cref="DiagnosticException">Too many runs of the application wait.</exception>
    public (RunRecord Run, bool Attached) Submit(string application, string commit, string subject, string actor)
    {
        lock (_turning)
        {
            var unfinished = store.UnfinishedRuns(application);
            if (unfinished.All(run => run.Commit != commit) && !PipelineTurns.HasRoom(unfinished.Count, options.MaxWaiting))
                throw new DiagnosticException(ExitCode.Busy, PipelineDiagnostics.QueueFull(application, options.MaxWaiting));

            var fact = new Fact
            {
                At = time.GetUtcNow(),
                Kind = FactKind.PipelineQueued,
                Application = application,
                Text = $"{actor} asked for commit {commit[..12]}: {subject}",
                Actor = actor,
            };
            var queued = store.QueueRun(application, commit, subject, actor, time.GetUtcNow(), fact);
            _changed.Release();
            return queued;
        }
    }

    /// <summary>Cancels a run that waits or is under way; one that has ended or does not exist is left alone.</summary>
    public void Cancel(string run)
    {
        CancellationTokenSource? underWay;
        lock (_turning)
        {
            if (!_cancels.TryGetValue(run, out underWay) && store.Run(run) is { State: RunState.Queued or RunState.Running } waiting)
                Cancelled(waiting);
        }

        try
        {
            underWay?.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It ended between the two.
        }
    }

    /// <summary>Runs pipelines until it is stopped. Runs under way are then cut off and begin again with the next process.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        var running = new Dictionary<Task, string>();
        var changed = _changed.WaitAsync(RetryAfter, stopping);
        try
        {
            while (!stopping.IsCancellationRequested)
            {
                foreach (var run in PipelineTurns.Next(Unfinished(), running.Values.ToHashSet(StringComparer.Ordinal)))
                    running.Add(RunOneAsync(run, stopping), run.Application);

                await Task.WhenAny([changed, .. running.Keys]);
                foreach (var ended in running.Keys.Where(task => task.IsCompleted).ToList())
                    running.Remove(ended);
                if (changed.IsCompleted)
                    changed = _changed.WaitAsync(RetryAfter, stopping);
            }
        }
        finally
        {
            await Task.WhenAll(running.Keys);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _changed.Dispose();

    private IReadOnlyList<RunRecord> Unfinished()
    {
        try
        {
            return store.UnfinishedRuns(application: null);
        }
        catch (StoreUnavailableException e)
        {
            // They are looked at again with the next turn.
            logger?.LogWarning(e, "The runs can't be looked at");
            return [];
        }
    }

    /// <summary>Never throws: a run that goes wrong is a state of the run.</summary>
    private async Task RunOneAsync(RunRecord run, CancellationToken stopping)
    {
        await Task.Yield();
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        using var over = new CancellationTokenSource();
        HeldLease? held = null;
        var keeping = Task.CompletedTask;
        try
        {
            if (Leases is not null)
            {
                if ((held = Leases.TryTake(run.Application, LeaseOfRuns)) is null)
                {
                    await Task.Delay(LookAgain, time, stopping);
                    return;
                }

                keeping = KeepAsync(run, held, cancel, over.Token);
            }

            lock (_turning)
            {
                if (store.Run(run.Id) is not { State: RunState.Queued or RunState.Running })
                    return;
                _cancels[run.Id] = cancel;
            }

            if (await runner.RunAsync(run, cancel.Token) is { } release)
                released?.Invoke(run, release);
        }
        catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
        {
            await CancelledAsync(run, held, stopping);
        }
        catch (OperationCanceledException)
        {
            // The process ends: the run stays "running" and begins again.
        }
        catch (Exception e)
        {
            // Such as a store that can't write: the run stays unfinished and is tried again after a pause.
            logger?.LogError(e, "Run {Run} was cut off", run.Id);
            await Task.Delay(RetryAfter, time, CancellationToken.None);
        }
        finally
        {
            _cancels.TryRemove(run.Id, out _);
            await over.CancelAsync();
            await keeping;
            Release(held);
        }
    }

    /// <summary>Keeps the lease while the run is under way, and breaks the run off when another control plane has it, or was told to cancel it.</summary>
    private async Task KeepAsync(RunRecord run, HeldLease held, CancellationTokenSource cancel, CancellationToken over)
    {
        while (!over.IsCancellationRequested)
        {
            await Task.Delay(LookAgain, time, over).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (over.IsCancellationRequested) return;
            try
            {
                held.Keep();
                if (store.Run(run.Id) is not { State: RunState.Cancelled }) continue;
                await cancel.CancelAsync();
                return;
            }
            catch (StaleLeaseException)
            {
                await cancel.CancelAsync();
                return;
            }
            catch (StoreUnavailableException)
            {
                // Nobody can take it meanwhile.
            }
        }
    }

    private void Release(HeldLease? held)
    {
        try
        {
            if (held is not null) store.ReleaseLease(held.Lease);
        }
        catch (StoreUnavailableException)
        {
            // It runs out by itself.
        }
    }

    /// <summary>Stores that a run was cancelled, however long the store is away: whoever asked for it was told that it is.</summary>
    private async Task CancelledAsync(RunRecord run, HeldLease? held, CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                held?.Keep();
                if (store.Run(run.Id) is { State: RunState.Queued or RunState.Running }) Cancelled(run);
                return;
            }
            catch (StaleLeaseException)
            {
                // It was not cancelled: it is another control plane's by now.
                return;
            }
            catch (StoreUnavailableException)
            {
                await Task.Delay(RetryAfter, time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private void Cancelled(RunRecord run)
    {
        var now = time.GetUtcNow();
        store.UpdateRun(run.Id, RunState.Cancelled, null, now, new Fact
        {
            At = now,
            Kind = FactKind.PipelineCancelled,
            Application = run.Application,
            Run = run.Id,
            Text = $"{run.Id} was cancelled: there is no release",
            Diagnostic = PipelineDiagnostics.Cancelled(run.Id),
        });
    }
}
