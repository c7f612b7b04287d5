using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Towpath.Engines.Kubernetes.Streams;

/// <summary>
/// A port of this machine that leads to a port of a pod. Takes connections from this machine only, until it is disposed; the way can't say that one side
/// has ended and the other goes on, so a connection ends as a whole.
/// </summary>
public sealed class PortForward : IAsyncDisposable
{
    private const int MostConnections = 100;
    private readonly Func<CancellationToken, Task<Stream>> _connect;
    private readonly TcpListener _listener;
    private readonly CancellationTokenSource _ending = new();
    private readonly ConcurrentDictionary<Task, bool> _connections = new();
    private readonly SemaphoreSlim _room = new(MostConnections);
    private readonly Task _accepting;

    internal PortForward(Func<CancellationToken, Task<Stream>> connect, int localPort)
    {
        _connect = connect;
        _listener = new TcpListener(IPAddress.Loopback, localPort);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>Port on 127.0.0.1.</summary>
    public int LocalPort => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Why the last connection failed; null where none did.</summary>
    public string? LastFailure { get; private set; }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        _listener.Stop();
        await _accepting;
        await Task.WhenAll(_connections.Keys);
        _ending.Dispose();
        _room.Dispose();
        _listener.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                await _room.WaitAsync(_ending.Token);
                var connection = CarryAsync(await _listener.AcceptTcpClientAsync(_ending.Token));
                _connections[connection] = true;
                _ = connection.ContinueWith(done => _connections.TryRemove(done, out _), TaskScheduler.Default);
            }
        }
        catch (Exception fault) when (fault is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // Disposed.
        }
    }

    private async Task CarryAsync(TcpClient client)
    {
        using var _ = client;
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(_ending.Token);
        try
        {
            await using var there = await _connect(ending.Token);
            var here = client.GetStream();
            var (up, down) = (here.CopyToAsync(there, ending.Token), there.CopyToAsync(here, ending.Token));
            await await Task.WhenAny(up, down);

            // What the client has sent is all: the answer may still be on its way, as long as the pod keeps the connection.
            if (up.IsCompletedSuccessfully) await down;
            await ending.CancelAsync();
            await Task.WhenAll(up, down).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        catch (Exception fault) when (fault is KubernetesException or IOException or SocketException or OperationCanceledException)
        {
            if (!_ending.IsCancellationRequested) LastFailure = fault.Message;
        }
        finally
        {
            _room.Release();
        }
    }
}
