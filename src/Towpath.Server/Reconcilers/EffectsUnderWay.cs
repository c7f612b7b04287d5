using System.Collections.Immutable;
using Towpath.Core.Rollouts;

namespace Towpath.Server.Reconcilers;

/// <summary>Effects that run in this process, each once, and the answers of those that have ended.</summary>
internal sealed class EffectsUnderWay(EffectRunner runner, TimeProvider time)
{
    private readonly Lock _turn = new();
    private readonly Queue<DeploymentEvent> _answers = [];
    private readonly Bell _answered = new();
    private readonly HashSet<string> _keys = new(StringComparer.Ordinal);
    private readonly List<Task> _tasks = [];

    /// <summary>No effect runs, and none has an answer that nobody took.</summary>
    public bool None
    {
        get
        {
            lock (_turn) return _keys.Count == 0;
        }
    }

    /// <summary>Starts those of the stored effects that do not run here: new ones, and after a restart those that were never answered.</summary>
    /// <param name="pending">What is stored as under way.</param>
    /// <param name="tokenOf">What breaks an effect off.</param>
    public void Start(ImmutableArray<PendingEffect> pending, Func<Effect, CancellationToken> tokenOf)
    {
        _tasks.RemoveAll(t => t.IsCompleted);
        foreach (var (effect, _) in pending)
            if (Begins(effect.Key))
                _tasks.Add(RunAsync(effect, tokenOf(effect)));
    }

    /// <summary>Ends the waiting for an answer early.</summary>
    public void Wake() => _answered.Ring();

    /// <summary>The next answer; null when none came within the time.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public async Task<DeploymentEvent?> NextAsync(TimeSpan patience, CancellationToken cancellationToken)
    {
        using var wait = _answered.Listen();
        if (Take() is { } ready) return ready;
        await wait.AsLongAs(patience, time, cancellationToken);
        return Take();
    }

    /// <summary>Completes when no effect runs any more.</summary>
    public async Task EndAsync() =>
        await Task.WhenAll(_tasks).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);

    private async Task RunAsync(Effect effect, CancellationToken cancellationToken)
    {
        // What an effect does before its first wait must not hold up the others.
        await Task.Yield();
        DeploymentEvent? answer = null;
        try
        {
            answer = await runner.RunAsync(effect, cancellationToken);
        }
        finally
        {
            lock (_turn)
            {
                // Broken off, it has no answer: whoever still waits for one starts it again.
                if (answer is null) _keys.Remove(effect.Key);
                else _answers.Enqueue(answer);
            }
            _answered.Ring();
        }
    }

    private bool Begins(string key)
    {
        lock (_turn) return _keys.Add(key);
    }

    private DeploymentEvent? Take()
    {
        lock (_turn)
        {
            if (!_answers.TryDequeue(out var answer)) return null;
            _keys.Remove(answer is EffectFailed failed ? failed.Key : ((EffectSucceeded)answer).Key);
            return answer;
        }
    }
}
