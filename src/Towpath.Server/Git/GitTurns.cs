using System.Collections.Concurrent;
using Towpath.Core.Diagnostics;
using Towpath.Core.Sources;

namespace Towpath.Server.Git;

/// <summary>How many clients of git are served at one time: so few that the machine bears it, and so few wait that the API's own callers find room.</summary>
/// <param name="atOnce">Served at one time.</param>
/// <param name="waiting">Most that wait.</param>
internal sealed class GitTurns(int atOnce, int waiting) : IDisposable
{
    private readonly SemaphoreSlim _turns = new(atOnce);
    private readonly ConcurrentDictionary<string, SemaphoreSlim> _pushes = new(StringComparer.Ordinal);
    private int _inside;

    /// <summary>Lets one more client in, to be served or to wait; the result lets it go.</summary>
    /// <exception cref="DiagnosticException">TP4794: too many wait.</exception>
    public IDisposable Enter()
    {
        if (Interlocked.Increment(ref _inside) <= atOnce + waiting) return new Turn(() => Interlocked.Decrement(ref _inside));
        Interlocked.Decrement(ref _inside);
        throw new DiagnosticException(ExitCode.Busy, SourceDiagnostics.GitBusy());
    }

    /// <summary>Waits for a turn; the result ends it.</summary>
    public async Task<IDisposable> TakeAsync(CancellationToken cancellationToken)
    {
        await _turns.WaitAsync(cancellationToken);
        return new Turn(() => _turns.Release());
    }

    /// <summary>Waits until nobody else changes the shipping branch of a repository; the result lets the next one.</summary>
    public async Task<IDisposable> AloneAsync(string repository, CancellationToken cancellationToken)
    {
        var gate = _pushes.GetOrAdd(repository, _ => new SemaphoreSlim(1));
        await gate.WaitAsync(cancellationToken);
        return new Turn(() => gate.Release());
    }

    /// <inheritdoc/>
    public void Dispose() => _turns.Dispose();

    private sealed class Turn(Action end) : IDisposable
    {
        private Action? _end = end;

        public void Dispose() => Interlocked.Exchange(ref _end, null)?.Invoke();
    }
}
