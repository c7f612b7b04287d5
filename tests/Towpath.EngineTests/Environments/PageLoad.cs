using System.Collections.Concurrent;
using System.Net;

namespace Towpath.EngineTests.Environments;

/// <summary>Asks again and again on connections of their own, as users do who come one by one.</summary>
internal sealed class PageLoad : IDisposable
{
    private readonly CancellationTokenSource _end = new();
    private readonly List<string> _reasons = [];
    private readonly ConcurrentDictionary<string, int> _answers = new(StringComparer.Ordinal);
    private readonly Task[] _users;
    private readonly string _address;
    private int _asked;
    private int _failed;

    public PageLoad(string address)
    {
        _address = address;
        _users = [.. Enumerable.Range(0, 4).Select(_ => Task.Run(AskAsync))];
    }

    /// <summary>How often each answer came so far.</summary>
    public IReadOnlyDictionary<string, int> Answers => new Dictionary<string, int>(_answers, StringComparer.Ordinal);

    public async Task<(int Asked, int Failed, IReadOnlyList<string> Reasons)> EndAsync()
    {
        await _end.CancelAsync();
        await Task.WhenAll(_users);
        return (_asked, _failed, _reasons);
    }

    public void Dispose() => _end.Dispose();

    private async Task AskAsync()
    {
        while (!_end.IsCancellationRequested)
        {
            try
            {
                using var handler = new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(5) };
                using var http = new HttpClient(handler) { Timeout = TimeSpan.FromSeconds(10) };
                using var answer = await http.GetAsync(_address);
                Interlocked.Increment(ref _asked);
                if (answer.StatusCode != HttpStatusCode.OK) Failed($"{(int)answer.StatusCode}");
                else _answers.AddOrUpdate((await answer.Content.ReadAsStringAsync()).Trim(), 1, (_, count) => count + 1);
            }
            catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
            {
                Interlocked.Increment(ref _asked);
                Failed(e.Message);
            }

            await Task.Delay(20);
        }
    }

    private void Failed(string reason)
    {
        Interlocked.Increment(ref _failed);
        lock (_reasons)
        {
            if (_reasons.Count < 5) _reasons.Add($"{DateTime.UtcNow:HH:mm:ss.f} {reason}");
        }
    }
}
