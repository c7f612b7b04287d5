using System.Net.WebSockets;
using System.Text;

namespace Towpath.Engines.Kubernetes.Streams;

/// <summary>
/// One connection to a port of a pod. Stream 0 carries data, stream 1 what went wrong; each begins with the port in two bytes, the lower first
/// (kubelet, cri/streaming/portforward/websocket.go).
/// </summary>
internal sealed class PodPortStream(ChannelSocket socket, int port) : Stream
{
    private readonly int[] _portBytes = [2, 2];
    private bool _ended;

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.Length == 0 || _ended) return 0;
        while (true)
        {
            var (channel, length) = await PieceAsync(buffer, cancellationToken);
            if (channel < 0)
            {
                _ended = true;
                return 0;
            }

            if (channel > 1) continue;
            var skipped = Math.Min(_portBytes[channel], length);
            _portBytes[channel] -= skipped;
            if (length == skipped) continue;
            if (channel == 1) throw new IOException($"port {port} of the pod: {Encoding.UTF8.GetString(buffer.Span[skipped..length])}");
            buffer[skipped..length].CopyTo(buffer);
            return length - skipped;
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Read it asynchronously.");

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            await socket.WriteAsync(0, buffer, cancellationToken);
        }
        catch (WebSocketException fault)
        {
            throw new IOException($"port {port} of the pod: the connection ended", fault);
        }
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("Write it asynchronously.");

    public override void Flush()
    {
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing) socket.Dispose();
        base.Dispose(disposing);
    }

    private async ValueTask<(int Channel, int Length)> PieceAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        try
        {
            return await socket.ReadAsync(buffer, cancellationToken);
        }
        catch (WebSocketException fault) when (fault.WebSocketErrorCode == WebSocketError.ConnectionClosedPrematurely)
        {
            // The kubelet ends the connection so when the pod's side has ended.
            return (-1, 0);
        }
        catch (WebSocketException fault)
        {
            throw new IOException($"port {port} of the pod: the connection ended", fault);
        }
    }
}
