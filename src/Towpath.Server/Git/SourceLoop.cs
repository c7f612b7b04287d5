using System.Collections.Immutable;
using Towpath.Core.Sources;

namespace Towpath.Server.Git;

/// <summary>Looks at all sources, each at its own pace: one that hangs delays nobody else. Few fetch at one time.</summary>
internal sealed class SourceLoop : IDisposable
{
    private const int AtOnce = 4;

    private readonly ImmutableArray<SourceSpec> _sources;
    private readonly ImmutableArray<SourceWatch> _watches;
    private readonly TimeProvider _time;
    private readonly Func<double> _chance;
    private readonly Action<string> _log;
    private readonly SemaphoreSlim _turns = new(AtOnce);
    private readonly Calls _calls;

    /// <summary>Makes it; nothing is looked at before <see cref="RunAsync"/>.</summary>
    public SourceLoop(ImmutableArray<SourceSpec> sources, Func<SourceSpec, SourceWatch> watch, TimeProvider time, Func<double> chance, Action<string> log)
    {
        (_sources, _watches, _time, _chance, _log) = (sources, [.. sources.Select(watch)], time, chance, log);
        _calls = new Calls(sources.Select(s => s.Name));
    }

    /// <summary>Looks until it is cancelled.</summary>
    public Task RunAsync(CancellationToken cancellationToken) => Task.WhenAll(_sources.Zip(_watches).Select(s => WorkAsync(s.First, s.Second, cancellationToken)));

    /// <summary>How each of them stands.</summary>
    public IEnumerable<(SourceSpec Source, SourceState State)> States() => _sources.Zip(_watches, (source, watch) => (source, watch.State));

    /// <summary>Looks at a source soon. Calls that come meanwhile are one.</summary>
    public void Call(string source) => _calls.Call(source);

    /// <inheritdoc/>
    public void Dispose()
    {
        _turns.Dispose();
        _calls.Dispose();
    }

    private async Task WorkAsync(SourceSpec source, SourceWatch watch, CancellationToken cancellationToken)
    {
        while (true)
        {
            await _turns.WaitAsync(cancellationToken);
            try
            {
                await watch.LookAsync(cancellationToken);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                // A full disk, or a fault of ours: it must not end for good because of one.
                _log($"the source {source.Name} can't be looked at for now: {exception.GetType().Name}");
            }
            finally
            {
                _turns.Release();
            }

            await Task.Delay(SourcePace.Least, _time, cancellationToken);
            await _calls.WaitAsync(source.Name, SourcePace.Wait(source.Every, watch.Failures, _chance()), cancellationToken);
        }
    }
}
