using System.Collections.Concurrent;
using System.Globalization;
using Towpath.Cli.Terminal;
using Towpath.Load;

namespace Towpath.Bench.Strategies;

/// <summary>What users saw, kept apart by what was killed in the round that their requests began in.</summary>
internal sealed class StrategyTally : IAsyncDisposable
{
    /// <summary>Requests of rounds in which nothing was killed.</summary>
    public const string Calm = "nothing";

    /// <summary>Requests while a release before comes back.</summary>
    public const string Back = "nothing (rollback)";

    private const string Write = "post";
    private const string Alone = "api, kept";

    private readonly LoadGenerator _load;
    private readonly bool _isRecreate;
    private readonly Dictionary<string, (LoadWindow Window, int Rounds)> _windows = new(StringComparer.Ordinal);
    private readonly List<TimeSpan> _outages = [];
    private readonly ConcurrentQueue<long> _failures = [];

    public StrategyTally(int port, int rate, bool isRecreate) => (_load, _isRecreate) = (LoadGenerator.Start(Plan(port, rate), TimeProvider.System), isRecreate);

    /// <summary>From now on requests count as those of a round of this kind.</summary>
    public void Begin(string kind)
    {
        var (window, rounds) = _windows.TryGetValue(kind, out var known) ? known : (_load.OpenWindow(kind), 0);
        _windows[kind] = (window, rounds + 1);
        _load.Reopen(window);
    }

    /// <summary>A round is over.</summary>
    /// <returns>How many requests failed in it, and how long it was from the first to the last of them.</returns>
    public (int Failed, TimeSpan Lasted) End()
    {
        var (first, last, failed) = (long.MaxValue, long.MinValue, 0);
        for (; _failures.TryDequeue(out var at); failed++) (first, last) = (Math.Min(first, at), Math.Max(last, at));
        var lasted = failed == 0 ? TimeSpan.Zero : TimeProvider.System.GetElapsedTime(first, last);
        if (failed > 0) _outages.Add(lasted);
        return (failed, lasted);
    }

    /// <summary>Ends the load and prints what was seen.</summary>
    /// <returns>Promises that were broken.</returns>
    public async Task<IReadOnlyList<string>> CloseAsync()
    {
        var report = await _load.StopAsync();
        var table = new TextTable("REQUEST", "SENT", "FAILED", "P50", "P99", "MAX");
        foreach (var kind in report.Kinds.Append(report.Total)) table.Add([kind.Name, .. Cells(kind)]);
        table.Write(Console.Out);
        Console.WriteLine();
        var rounds = new TextTable("KILLED", "ROUNDS", "SENT", "FAILED", "P50", "P99", "MAX", "HOW");
        foreach (var (kind, (window, count)) in _windows)
        {
            var total = window.Report().Total;
            rounds.Add([kind, $"{count}", .. Cells(total), total.Failed == 0 ? "-" : string.Join(", ", total.Failures.Select(f => $"{f.Key} {f.Value}"))]);
        }

        rounds.Write(Console.Out);
        Console.WriteLine();
        if (_outages.Count > 0)
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"requests failed in {_outages.Count} rounds; from the first to the last of a round it was {Plain.Duration(_outages.Order().ElementAt(_outages.Count / 2))} in the median, {Plain.Duration(_outages.Max())} at most"));
        foreach (var (kind, (window, _)) in _windows)
            foreach (var sample in window.Report().Samples) Console.WriteLine($"failed, {kind} killed: {sample}");
        return [.. _windows.Select(w => Broken(w.Key, w.Value.Window.Report())).OfType<string>()];
    }

    public ValueTask DisposeAsync() => _load.DisposeAsync();

    /// <summary>
    /// Whoever kills the only proxy takes its requests with it. A replica that is killed takes the writes that it was answering, which may not be
    /// sent twice, and where it is the only one of its service, the reads too: there is nobody to send them to. So is any replica, for a moment, where
    /// all are recreated.
    /// </summary>
    private string? Broken(string kind, LoadReport report)
    {
        var excused = kind == nameof(Victim.Gateway) || (_isRecreate && kind == nameof(Victim.Replica)) ? report.Total.Failed
            : kind == nameof(Victim.Replica) ? report.Kind(Write).Failed + report.Kind(Alone).Failed
            : 0;
        return report.Total.Failed == excused ? null
            : string.Create(CultureInfo.InvariantCulture, $"{kind} killed: {report.Total.Failed - excused} requests failed that should not");
    }

    private static string[] Cells(LoadFigures figures) =>
        [$"{figures.Sent}", $"{figures.Failed}", Plain.Duration(figures.P50), Plain.Duration(figures.P99), Plain.Duration(figures.Max)];

    private LoadPlan Plan(int port, int rate) => new()
    {
        Target = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}")),
        ArrivalsPerSecond = rate,
        Observe = outcome =>
        {
            if (outcome.Failure is not null) _failures.Enqueue(TimeProvider.System.GetTimestamp());
        },
        Requests =
        [
            new LoadRequest { Name = "page, kept", Path = "/", Weight = 3 },
            new LoadRequest { Name = "page, fresh", Path = "/", Connection = LoadConnectionKind.Fresh, Weight = 2 },
            new LoadRequest { Name = Alone, Path = "/api", Weight = 3 },
            // nginx refuses to take a body for a file: that it answers is what counts.
            new LoadRequest { Name = Write, Method = "POST", Path = "/", Body = _ => "{}"u8.ToArray(), Expected = [405], Weight = 2 },
        ],
    };
}
