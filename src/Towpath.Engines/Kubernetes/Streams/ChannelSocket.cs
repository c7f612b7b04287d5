using System.Net.WebSockets;

namespace Towpath.Engines.Kubernetes.Streams;

/// <summary>
/// Several streams over one WebSocket, as the API server offers them for exec and port-forward: the first byte of each message is the number of its stream
/// (k8s.io/apimachinery, httpstream/wsstream: "v4.channel.k8s.io"). One reader and one writer at a time.
/// </summary>
internal sealed class ChannelSocket(WebSocket socket) : IDisposable
{
    private readonly byte[] _number = new byte[1];
    private int _channel = -1;

    /// <summary>The subprotocol that the server chose.</summary>
    public string Protocol => socket.SubProtocol ?? "";

    /// <summary>Reads a piece of a message.</summary>
    /// <returns>The stream's number and the length of the piece; -1 and 0 at the end.</returns>
    public async ValueTask<(int Channel, int Length)> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (_channel < 0)
            {
                var head = await socket.ReceiveAsync(_number.AsMemory(), cancellationToken);
                if (head.MessageType == WebSocketMessageType.Close) return (-1, 0);
                if (head.Count == 0 || head.EndOfMessage) continue;
                _channel = _number[0];
            }

            var piece = await socket.ReceiveAsync(buffer, cancellationToken);
            if (piece.MessageType == WebSocketMessageType.Close) return (-1, 0);
            var channel = _channel;
            if (piece.EndOfMessage) _channel = -1;
            if (piece.Count > 0) return (channel, piece.Count);
        }
    }

    /// <summary>Writes a message to a stream.</summary>
    public async ValueTask WriteAsync(byte channel, ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        var message = new byte[data.Length + 1];
        message[0] = channel;
        data.CopyTo(message.AsMemory(1));
        await socket.SendAsync(message.AsMemory(), WebSocketMessageType.Binary, endOfMessage: true, cancellationToken);
    }

    /// <summary>Says that no more is written.</summary>
    public async Task CloseAsync(CancellationToken cancellationToken)
    {
        if (socket.State == WebSocketState.Open) await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, statusDescription: null, cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose() => socket.Dispose();
}
