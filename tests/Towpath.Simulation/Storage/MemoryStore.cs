using System.Collections.Immutable;
using Towpath.Core.Journal;
using Towpath.Server.Storage;

namespace Towpath.Simulation.Storage;

/// <summary>
/// The store without a file: holds the same contract tests as SQLite's, at a hundredth of its cost. One lock, since each call is one
/// transaction; whatever can throw comes before the first change, so that a call that throws leaves nothing.
/// </summary>
internal sealed partial class MemoryStore(TimeProvider? time = null) : IStore
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(1);

    private readonly TimeProvider _time = time ?? TimeProvider.System;
    private readonly Lock _turn = new();
    private readonly WriteSignal _written = new();
    private readonly List<Fact> _facts = [];

    /// <inheritdoc/>
    public void Append(params ImmutableArray<Fact> facts) => Write(() => Add(facts));

    /// <inheritdoc/>
    public IReadOnlyList<Fact> Facts(string? application, long after, int limit)
    {
        lock (_turn)
        {
            var found = new List<Fact>();
            for (var i = (int)Math.Max(0, after); i < _facts.Count && found.Count < limit; i++)
                if (application is null || _facts[i].Application == application)
                    found.Add(_facts[i]);
            return found;
        }
    }

    /// <inheritdoc/>
    public long LastSequence()
    {
        lock (_turn) return _facts.Count;
    }

    /// <inheritdoc/>
    public async Task WaitForFactsAsync(long after, CancellationToken cancellationToken)
    {
        if (LastSequence() <= after) await _written.WaitAsync(_time, LookInterval, cancellationToken);
    }

    private void Write(Action write)
    {
        lock (_turn) write();
        _written.Pulse();
    }

    private T Write<T>(Func<T> write)
    {
        T result;
        lock (_turn) result = write();
        _written.Pulse();
        return result;
    }

    private T Read<T>(Func<T> read)
    {
        lock (_turn) return read();
    }

    private void Add(ImmutableArray<Fact> facts)
    {
        if (facts.IsDefaultOrEmpty) return;
        foreach (var fact in facts) _facts.Add(fact with { Sequence = _facts.Count + 1 });
    }

    /// <summary>The number in <c>p-N</c> or <c>d-N</c>; -1, which nothing has, for anything else.</summary>
    private static int Number(string id, char prefix) =>
        id.Length > 2 && id[0] == prefix && id[1] == '-' && int.TryParse(id.AsSpan(2), out var number) ? number : -1;
}
