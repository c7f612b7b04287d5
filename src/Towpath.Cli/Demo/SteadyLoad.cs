using System.Diagnostics;

namespace Towpath.Cli.Demo;

/// <summary>A few requests per second to the front page of each environment.</summary>
internal sealed class SteadyLoad : IDemoLoad
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = TimeSpan.FromSeconds(10) };
    private readonly CancellationTokenSource _ended = new();
    private readonly List<(string Environment, Task<LoadReport> Work)> _work = [];

    /// <inheritdoc/>
    public void Start(string environment, Uri url)
    {
        if (_work.All(work => work.Environment != environment))
        {
            _work.Add((environment, Task.Run(() => RunAsync(environment, url))));
        }
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<LoadReport>> StopAsync()
    {
        await _ended.CancelAsync();
        return await Task.WhenAll(_work.Select(work => work.Work));
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _http.Dispose();
        _ended.Dispose();
    }

    private async Task<LoadReport> RunAsync(string environment, Uri url)
    {
        var asked = new List<Task<(bool Ok, TimeSpan Took)>>();
        using var clock = new PeriodicTimer(Interval);
        while (await TickAsync(clock))
        {
            asked.Add(AskAsync(url));
        }

        var answers = await Task.WhenAll(asked);
        var times = answers.Select(answer => answer.Took).Order().ToArray();
        return new LoadReport(environment, answers.Length, answers.Count(answer => !answer.Ok), Quantile(times, 0.50), Quantile(times, 0.99));
    }

    private async Task<bool> TickAsync(PeriodicTimer clock)
    {
        try
        {
            return await clock.WaitForNextTickAsync(_ended.Token);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private async Task<(bool Ok, TimeSpan Took)> AskAsync(Uri url)
    {
        var watch = Stopwatch.StartNew();
        try
        {
            using var response = await _http.GetAsync(url);
            return (response.IsSuccessStatusCode, watch.Elapsed);
        }
        catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException)
        {
            return (false, watch.Elapsed);
        }
    }

    private static TimeSpan Quantile(TimeSpan[] sorted, double quantile) =>
        sorted.Length == 0 ? TimeSpan.Zero : sorted[Math.Min(sorted.Length - 1, (int)(sorted.Length * quantile))];
}
