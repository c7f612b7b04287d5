namespace Towpath.Engines.Kubernetes.Calls;

/// <summary>
/// A bucket of tokens that limits the calls of one client, so that a loop gone wild does not take a cluster's control plane with it. A call takes its
/// token at once and waits until it would have been there. Not safe for several threads.
/// </summary>
/// <param name="perSecond">Tokens that come in a second.</param>
/// <param name="burst">Most tokens that are kept.</param>
internal sealed class CallBudget(double perSecond, int burst)
{
    private double _tokens = burst;
    private TimeSpan _last;

    /// <summary>Takes a token.</summary>
    /// <param name="at">Now, on a clock that only goes forward.</param>
    /// <returns>How long to wait before the call.</returns>
    public TimeSpan Take(TimeSpan at)
    {
        Fill(at);
        _tokens--;
        return _tokens >= 0 ? TimeSpan.Zero : TimeSpan.FromSeconds(-_tokens / perSecond);
    }

    /// <summary>Takes a token where one is left that nobody waits for.</summary>
    /// <param name="at">Now, on the same clock.</param>
    public bool TryTake(TimeSpan at)
    {
        Fill(at);
        if (_tokens < 1) return false;
        _tokens--;
        return true;
    }

    private void Fill(TimeSpan at)
    {
        if (at <= _last) return;
        _tokens = Math.Min(burst, _tokens + ((at - _last).TotalSeconds * perSecond));
        _last = at;
    }
}
