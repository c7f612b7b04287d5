using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Towpath.Tests.Load;

/// <summary>Answers each request with the bytes that its path asks for, so that a test can break the protocol at will.</summary>
internal sealed class ScriptedServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly Task _accepting;
    private int _connections;

    public ScriptedServer()
    {
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");

    public int Connections => _connections;

    /// <summary>Heads of the requests that came, in no order.</summary>
    public ConcurrentBag<string> Heads { get; } = [];

    /// <summary>How long <c>/stall</c> takes; completes it for all when set.</summary>
    public TaskCompletionSource Stall { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Dispose();
        await _accepting;
        _end.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var socket = await _listener.AcceptSocketAsync(_end.Token);
                Interlocked.Increment(ref _connections);
                _ = ServeAsync(socket);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        using var owned = socket;
        var buffer = new byte[64 * 1024];
        try
        {
            while (await ReadRequestAsync(socket, buffer) is { } path)
            {
                if (path == "/reset")
                {
                    socket.LingerState = new LingerOption(enable: true, 0);
                    return;
                }

                if (path == "/stall") await Stall.Task.WaitAsync(_end.Token);
                await socket.SendAsync(Encoding.ASCII.GetBytes(AnswerTo(path)));
                if (path is "/short" or "/untilclose") return;
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The other side left.
        }
    }

    private static string AnswerTo(string path) => path switch
    {
        "/teapot" => "HTTP/1.1 418 Teapot\r\nContent-Length: 0\r\n\r\n",
        "/short" => "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf",
        "/untilclose" => "HTTP/1.1 200 OK\r\n\r\nwhole",
        "/chunked" => "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nwho\r\n2;x=y\r\nle\r\n0\r\n\r\n",
        "/garbage" => "SSH-2.0\r\n\r\n",
        _ => "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nwhole",
    };

    // Requests of the tests are small: the head and body come in few pieces.
    private async Task<string?> ReadRequestAsync(Socket socket, byte[] buffer)
    {
        var length = 0;
        while (true)
        {
            var read = await socket.ReceiveAsync(buffer.AsMemory(length), _end.Token);
            if (read == 0) return null;
            length += read;
            var text = Encoding.ASCII.GetString(buffer, 0, length);
            var head = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            if (head < 0) continue;
            var mark = text.IndexOf("Content-Length: ", StringComparison.Ordinal);
            var body = mark < 0 ? 0 : int.Parse(text[(mark + 16)..text.IndexOf("\r\n", mark, StringComparison.Ordinal)], System.Globalization.CultureInfo.InvariantCulture);
            if (length < head + 4 + body) continue;
            Heads.Add(text[..head]);
            return text.Split(' ')[1];
        }
    }
}
