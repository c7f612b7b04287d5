using System.Collections.Concurrent;

namespace Towpath.EngineTests.Gateway;

/// <summary>Steady requests of every kind (GET and POST, kept and fresh connections) until it is ended; keeps what failed.</summary>
internal sealed class Traffic : IAsyncDisposable
{
    private readonly CancellationTokenSource _end = new();
    private readonly ConcurrentBag<string> _failures = [];
    private readonly Uri _target;
    private readonly Task _work;
    private int _sent;

    public Traffic(Uri target, int pairs = 3)
    {
        _target = target;
        _work = Task.WhenAll(Enumerable.Range(0, pairs * 2).Select(i => Task.Run(() => RunAsync(post: i % 3 == 0, fresh: i % 2 == 1))));
    }

    public int Sent => _sent;

    public IReadOnlyCollection<string> Failures => _failures;

    /// <summary>Lasts until so many more requests were sent.</summary>
    public Task MoreAsync(int requests)
    {
        var goal = _sent + requests;
        return GatewayHarness.EventuallyAsync(() => Task.FromResult(_sent >= goal), $"{goal} requests");
    }

    public async Task EndAsync()
    {
        await _end.CancelAsync();
        await _work;
    }

    public async ValueTask DisposeAsync()
    {
        await EndAsync();
        _end.Dispose();
    }

    private async Task RunAsync(bool post, bool fresh)
    {
        using var http = new HttpClient(new SocketsHttpHandler { PooledConnectionLifetime = fresh ? TimeSpan.Zero : TimeSpan.FromHours(1) });
        http.Timeout = TimeSpan.FromSeconds(40);
        while (!_end.IsCancellationRequested)
        {
            using var request = new HttpRequestMessage(post ? HttpMethod.Post : HttpMethod.Get, _target);
            if (post) request.Content = new StringContent("{\"order\":1}");
            try
            {
                using var response = await http.SendAsync(request);
                if (!response.IsSuccessStatusCode) _failures.Add($"{request.Method} fresh={fresh}: {(int)response.StatusCode}");
            }
            catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
            {
                _failures.Add($"{request.Method} fresh={fresh}: {e.Message} {e.InnerException?.Message}");
            }

            Interlocked.Increment(ref _sent);
            await Task.Delay(2);
        }
    }
}
