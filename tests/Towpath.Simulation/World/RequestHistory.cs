namespace Towpath.Simulation.World;

/// <summary>Users' requests over time, all of them, with the part that a control plane must have counted by now.</summary>
internal sealed class RequestHistory
{
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(1);
    private readonly List<Span> _spans = [];
    private int _settled;

    /// <summary>Requests were answered.</summary>
    public void Add(TimeSpan at, double requests, double errors, double slow)
    {
        if (_spans.Count == _settled || at - _spans[^1].At > Length) _spans.Add(new Span(at));
        var span = _spans[^1];
        (span.Requests, span.Errors, span.Slow) = (span.Requests + requests, span.Errors + errors, span.Slow + slow);
    }

    /// <summary>Counters began anew: what nobody had counted by then may never be.</summary>
    public void Lose() => _settled = _spans.Count;

    /// <summary>Somebody has looked at the counters after that time.</summary>
    public void Settle(TimeSpan until)
    {
        for (; _settled < _spans.Count && _spans[_settled].At < until; _settled++) _spans[_settled].IsCounted = true;
    }

    /// <summary>All that users saw since a time.</summary>
    public (double Requests, double Errors, double Slow) Since(TimeSpan from) => Sum(from, onlyCounted: false);

    /// <summary>What of it was counted for certain.</summary>
    public (double Requests, double Errors, double Slow) CountedSince(TimeSpan from) => Sum(from, onlyCounted: true);

    private (double Requests, double Errors, double Slow) Sum(TimeSpan from, bool onlyCounted)
    {
        var (requests, errors, slow) = (0d, 0d, 0d);
        for (var i = _spans.Count - 1; i >= 0 && _spans[i].At >= from; i--)
        {
            if (onlyCounted && !_spans[i].IsCounted) continue;
            (requests, errors, slow) = (requests + _spans[i].Requests, errors + _spans[i].Errors, slow + _spans[i].Slow);
        }
        return (requests, errors, slow);
    }

    private sealed class Span(TimeSpan at)
    {
        public TimeSpan At { get; } = at;

        public double Requests { get; set; }

        public double Errors { get; set; }

        public double Slow { get; set; }

        public bool IsCounted { get; set; }
    }
}
