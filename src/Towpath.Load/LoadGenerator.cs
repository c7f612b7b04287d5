using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Towpath.Load;

/// <summary>Sends a plan's requests. Disposing it ends the run.</summary>
public sealed class LoadGenerator : IAsyncDisposable
{
    private static readonly TimeSpan MaxIdle = TimeSpan.FromSeconds(5);

    private readonly LoadPlan _plan;
    private readonly IPEndPoint _target;
    private readonly TimeProvider _time;
    private readonly ImmutableArray<int> _cycle;
    private readonly ConcurrentStack<HttpConnection> _kept = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly LoadWindow _all;
    private readonly Task _arrivals;
    private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private LoadWindow _window;

    // One more than the requests under way while arrivals go on, so that zero means the end of the run.
    private int _inFlight = 1;

    private LoadGenerator(LoadPlan plan, TimeProvider time)
    {
        _target = LoadPlan.Check(plan);
        _plan = plan;
        _time = time;
        _cycle = [.. plan.Requests.SelectMany((request, kind) => Enumerable.Repeat(kind, request.Weight))];
        _all = new LoadWindow("all", plan.Requests);
        _window = new LoadWindow("start", plan.Requests);
        _arrivals = Task.Run(ArriveAsync);
    }

    /// <summary>Begins a run, which goes on until its duration has passed or it is stopped.</summary>
    /// <exception cref="ArgumentException">The plan breaks a limit, or its target is not on this machine or its bridges.</exception>
    public static LoadGenerator Start(LoadPlan plan, TimeProvider time) => new(plan, time);

    /// <summary>Runs a plan to its end.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="time">Clock.</param>
    /// <param name="cancellationToken">Ends the run early, with the report of what was sent.</param>
    /// <exception cref="ArgumentException">The plan breaks a limit, or its target is not on this machine or its bridges.</exception>
    public static async Task<LoadReport> RunAsync(LoadPlan plan, TimeProvider time, CancellationToken cancellationToken)
    {
        await using var generator = Start(plan, time);
        await using var registration = cancellationToken.Register(generator._stop.Cancel);
        await generator._drained.Task;
        return generator.Report();
    }

    /// <summary>What the whole run saw so far.</summary>
    public LoadReport Report() => _all.Report();

    /// <summary>From now on requests count in a new window, until the next one; all count in the whole run too.</summary>
    public LoadWindow OpenWindow(string name)
    {
        var window = new LoadWindow(name, _plan.Requests);
        Volatile.Write(ref _window, window);
        return window;
    }

    /// <summary>From now on requests count in a window of this run that was opened before, so that stretches of one kind add up.</summary>
    public void Reopen(LoadWindow window) => Volatile.Write(ref _window, window);

    /// <summary>Starts no more requests and waits for those under way, each at most its time-out.</summary>
    /// <returns>What the whole run saw.</returns>
    public async Task<LoadReport> StopAsync()
    {
        await _stop.CancelAsync();
        await _arrivals;
        await _drained.Task;
        return Report();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        while (_kept.TryPop(out var connection)) connection.Dispose();
        _stop.Dispose();
    }

    private async Task ArriveAsync()
    {
        // Randomness with a seed: the order of the kinds can be repeated.
        var random = new Random(_plan.Seed);
        var started = _time.GetTimestamp();
        try
        {
            for (long sequence = 0; !_stop.IsCancellationRequested; sequence++)
            {
                var due = TimeSpan.FromSeconds(sequence / _plan.ArrivalsPerSecond);
                if (due >= _plan.Duration) break;
                var early = due - _time.GetElapsedTime(started);
                if (early > TimeSpan.Zero) await Task.Delay(early, _time, _stop.Token);
                Begin(sequence, _cycle[random.Next(_cycle.Length)], started, due);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The run was ended while it waited for the next arrival.
        }
        finally
        {
            End();
        }
    }

    private void Begin(long sequence, int kind, long started, TimeSpan due)
    {
        var window = Volatile.Read(ref _window);
        var lateness = _time.GetElapsedTime(started) - due;
        window.Late(lateness);
        _all.Late(lateness);
        var arrival = new Arrival(sequence, kind, _plan.Requests[kind], window, started, due);
        if (Interlocked.Increment(ref _inFlight) <= _plan.MaxInFlight + 1)
        {
            _ = Task.Run(() => PerformAsync(arrival));
            return;
        }

        Finish(arrival, LoadFailure.NotSent, 0, default, "too many requests under way");
        End();
    }

    private async Task PerformAsync(Arrival arrival)
    {
        using var limit = new CancellationTokenSource(arrival.Request.Timeout, _time);
        try
        {
            var answer = await ExchangeAsync(arrival, limit.Token);
            var good = arrival.Request.Expected.Contains(answer.Status);
            var reason = good ? null : string.Create(CultureInfo.InvariantCulture, $"status {answer.Status}");
            Finish(arrival, good ? null : LoadFailure.Status, answer.Status, answer.Body, reason);
        }
        catch (Exception e) when (e is SocketException or IOException or InvalidDataException or OperationCanceledException or FormatException)
        {
            Finish(arrival, KindOf(e), 0, default, e.Message);
        }
        finally
        {
            End();
        }
    }

    private static LoadFailure KindOf(Exception e) => e switch
    {
        OperationCanceledException => LoadFailure.TimedOut,
        SocketException { SocketErrorCode: SocketError.ConnectionRefused or SocketError.HostUnreachable or SocketError.NetworkUnreachable } => LoadFailure.Refused,
        SocketException { SocketErrorCode: SocketError.ConnectionReset or SocketError.ConnectionAborted or SocketError.Shutdown } => LoadFailure.Reset,
        EndOfStreamException => LoadFailure.Reset,
        _ => LoadFailure.Other,
    };

    private async Task<HttpAnswer> ExchangeAsync(Arrival arrival, CancellationToken cancellationToken)
    {
        var request = arrival.Request;
        var body = request.Body?.Invoke(arrival.Sequence) ?? default;
        var fresh = request.Connection == LoadConnectionKind.Fresh;
        var connection = fresh ? null : TakeKept();
        var keeps = false;
        try
        {
            if (connection is null)
            {
                connection = new HttpConnection();
                await connection.ConnectAsync(_target, cancellationToken);
            }

            var answer = await connection.SendAsync(HeadOf(arrival, body.Length, fresh), body, request.Method == "HEAD", cancellationToken);
            keeps = answer.KeepsOpen && !fresh;
            return answer;
        }
        finally
        {
            if (keeps) Keep(connection!);
            else connection?.Dispose();
        }
    }

    // A client may well look whether its kept connection was closed while it lay idle; only a break after sending is the server's fault.
    private HttpConnection? TakeKept()
    {
        while (_kept.TryPop(out var connection))
        {
            if (_time.GetElapsedTime(connection.LastUsed) < MaxIdle && !connection.IsStale) return connection;
            connection.Dispose();
        }

        return null;
    }

    private void Keep(HttpConnection connection)
    {
        connection.LastUsed = _time.GetTimestamp();
        _kept.Push(connection);
    }

    private string HeadOf(Arrival arrival, int bodyLength, bool fresh)
    {
        var request = arrival.Request;
        var head = new StringBuilder(200);
        head.Append(CultureInfo.InvariantCulture, $"{request.Method} {request.Path} HTTP/1.1\r\nHost: {_target}\r\nUser-Agent: towpath-load\r\n");
        if (request.Body is not null)
            head.Append(CultureInfo.InvariantCulture, $"Content-Type: {request.ContentType}\r\nContent-Length: {bodyLength}\r\n");
        if (fresh) head.Append("Connection: close\r\n");
        foreach (var (name, value) in request.Headers?.Invoke(arrival.Sequence) ?? []) head.Append(Printable(name)).Append(": ").Append(Printable(value)).Append("\r\n");
        return head.Append("\r\n").ToString();
    }

    private static string Printable(string text) =>
        text.All(c => c is >= ' ' and < (char)127) ? text : throw new FormatException("A header holds a character that can't be sent.");

    private void Finish(Arrival arrival, LoadFailure? failure, int status, ReadOnlyMemory<byte> body, string? reason)
    {
        // From the moment that it should have started: a stall counts for all who came during it, not only for the first.
        var latency = _time.GetElapsedTime(arrival.Started) - arrival.Due;
        arrival.Window.Record(arrival.Kind, latency, failure, reason);
        _all.Record(arrival.Kind, latency, failure, reason);
        _plan.Observe?.Invoke(new LoadOutcome(arrival.Request, arrival.Sequence, failure, status, body));
    }

    private void End()
    {
        if (Interlocked.Decrement(ref _inFlight) == 0) _drained.TrySetResult();
    }

    private sealed record Arrival(long Sequence, int Kind, LoadRequest Request, LoadWindow Window, long Started, TimeSpan Due);
}
