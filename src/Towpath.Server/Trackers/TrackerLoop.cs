using System.Collections.Immutable;
using Towpath.Core.Sources;
using Towpath.Core.Trackers;
using Towpath.Server.Git;

namespace Towpath.Server.Trackers;

/// <summary>Looks at all trackers, each at its own pace: one that hangs delays nobody else.</summary>
internal sealed class TrackerLoop : IDisposable
{
    private readonly ImmutableArray<TrackerSpec> _trackers;
    private readonly Func<TrackerSpec, TrackerWatch> _watch;
    private readonly TimeProvider _time;
    private readonly Func<double> _chance;
    private readonly Action<string> _log;
    private readonly Calls _calls;

    /// <summary>Makes it; nothing is looked at before <see cref="RunAsync"/>.</summary>
    public TrackerLoop(ImmutableArray<TrackerSpec> trackers, Func<TrackerSpec, TrackerWatch> watch, TimeProvider time, Func<double> chance, Action<string> log)
    {
        (_trackers, _watch, _time, _chance, _log) = (trackers, watch, time, chance, log);
        _calls = new Calls(trackers.Select(t => t.Name));
    }

    /// <summary>Looks until it is cancelled.</summary>
    public Task RunAsync(CancellationToken cancellationToken) => Task.WhenAll(_trackers.Select(tracker => WorkAsync(tracker, cancellationToken)));

    /// <summary>Looks at a tracker soon. Calls that come meanwhile are one.</summary>
    public void Call(string tracker) => _calls.Call(tracker);

    /// <inheritdoc/>
    public void Dispose() => _calls.Dispose();

    private async Task WorkAsync(TrackerSpec tracker, CancellationToken cancellationToken)
    {
        var watch = _watch(tracker);
        while (true)
        {
            try
            {
                await watch.LookAsync(cancellationToken);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                // A full disk, or a fault of ours: it must not end for good because of one.
                _log($"the tracker {tracker.Name} can't be looked at for now: {exception.GetType().Name}");
            }

            // What it asks for holds for calls too.
            await Task.Delay(watch.Asked > SourcePace.Least ? watch.Asked.Value : SourcePace.Least, _time, cancellationToken);
            await _calls.WaitAsync(tracker.Name, SourcePace.Wait(tracker.Every, watch.Failures, _chance()), cancellationToken);
        }
    }
}
