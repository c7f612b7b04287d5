using System.Buffers.Text;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Towpath.Load;

/// <summary>An answer.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Body">At most 64 KiB of the body.</param>
/// <param name="KeepsOpen">The connection can take another request.</param>
internal sealed record HttpAnswer(int Status, ReadOnlyMemory<byte> Body, bool KeepsOpen);

/// <summary>
/// One HTTP/1.1 connection, plain. The usual client sends a request again by itself when a kept connection turns out closed; a
/// generator that is to find such breaks must not, so it brings its own.
/// </summary>
internal sealed class HttpConnection : IDisposable
{
    private const int MaxKeptBody = 64 * 1024;
    private const int MaxHead = 32 * 1024;

    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly byte[] _buffer = new byte[MaxHead];
    private int _start;
    private int _end;

    /// <summary>When it was last used, by the generator's clock.</summary>
    public long LastUsed { get; set; }

    /// <summary>The other side closed it, or sent something that nobody asked for.</summary>
    public bool IsStale => _end > _start || _socket.Poll(0, SelectMode.SelectRead);

    public ValueTask ConnectAsync(IPEndPoint target, CancellationToken cancellationToken) => _socket.ConnectAsync(target, cancellationToken);

    public async Task<HttpAnswer> SendAsync(string head, ReadOnlyMemory<byte> body, bool isHead, CancellationToken cancellationToken)
    {
        var headBytes = Encoding.ASCII.GetBytes(head);
        await SendAllAsync(headBytes, cancellationToken);
        if (body.Length > 0) await SendAllAsync(body, cancellationToken);
        while (true)
        {
            var answerHead = await ReadHeadAsync(cancellationToken);
            if (answerHead.Status is >= 100 and < 200) continue;
            var none = isHead || answerHead.Status is 204 or 304;
            var kept = new MemoryStream();
            var delimited = true;
            if (!none && answerHead.IsChunked) await ReadChunksAsync(kept, cancellationToken);
            else if (!none && answerHead.Length is { } length) await ReadExactlyAsync(kept, length, cancellationToken);
            else if (!none) delimited = await ReadToCloseAsync(kept, cancellationToken);
            return new HttpAnswer(answerHead.Status, kept.ToArray(), delimited && !answerHead.Closes);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();

    private async Task SendAllAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        while (bytes.Length > 0) bytes = bytes[await _socket.SendAsync(bytes, cancellationToken)..];
    }

    private async Task<AnswerHead> ReadHeadAsync(CancellationToken cancellationToken)
    {
        int length;
        while ((length = _buffer.AsSpan(_start, _end - _start).IndexOf("\r\n\r\n"u8)) < 0)
        {
            if (_end - _start == _buffer.Length) throw new InvalidDataException("The answer's head is larger than 32 KiB.");
            await FillAsync(cancellationToken);
        }

        var head = AnswerHead.Parse(Encoding.Latin1.GetString(_buffer, _start, length));
        _start += length + 4;
        return head;
    }

    private async Task ReadChunksAsync(MemoryStream kept, CancellationToken cancellationToken)
    {
        long size;
        do
        {
            size = await ReadChunkSizeAsync(cancellationToken);
            await ReadExactlyAsync(kept, size, cancellationToken);
            await ReadExactlyAsync(Stream.Null, 2, cancellationToken);
        }
        while (size > 0);
    }

    private async Task<long> ReadChunkSizeAsync(CancellationToken cancellationToken)
    {
        int length;
        while ((length = _buffer.AsSpan(_start, _end - _start).IndexOf("\r\n"u8)) < 0) await FillAsync(cancellationToken);
        if (!Utf8Parser.TryParse(_buffer.AsSpan(_start, length), out long size, out _, 'x')) throw new InvalidDataException("Not a chunk.");
        _start += length + 2;
        return size;
    }

    private async Task ReadExactlyAsync(Stream kept, long length, CancellationToken cancellationToken)
    {
        while (length > 0)
        {
            if (_start == _end) await FillAsync(cancellationToken);
            var part = (int)Math.Min(length, _end - _start);
            Keep(kept, part);
            length -= part;
        }
    }

    private async Task<bool> ReadToCloseAsync(Stream kept, CancellationToken cancellationToken)
    {
        do Keep(kept, _end - _start);
        while (await ReceiveAsync(cancellationToken));
        return false;
    }

    private void Keep(Stream kept, int length)
    {
        var room = kept is MemoryStream ? MaxKeptBody - (int)kept.Length : 0;
        kept.Write(_buffer, _start, Math.Min(length, room));
        _start += length;
    }

    private async Task FillAsync(CancellationToken cancellationToken)
    {
        if (!await ReceiveAsync(cancellationToken)) throw new EndOfStreamException("The connection closed before the end of the answer.");
    }

    private async Task<bool> ReceiveAsync(CancellationToken cancellationToken)
    {
        if (_start == _end) (_start, _end) = (0, 0);
        if (_end == _buffer.Length)
        {
            if (_start == 0) throw new InvalidDataException("A line of the answer is larger than 32 KiB.");
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }

        var read = await _socket.ReceiveAsync(_buffer.AsMemory(_end), cancellationToken);
        _end += read;
        return read > 0;
    }

    private sealed record AnswerHead(int Status, long? Length, bool IsChunked, bool Closes)
    {
        public static AnswerHead Parse(string text)
        {
            var lines = text.Split("\r\n");
            var isAnswer = lines[0].StartsWith("HTTP/1.", StringComparison.Ordinal) && lines[0].Length >= 12;
            if (!isAnswer || !int.TryParse(lines[0].AsSpan(9, 3), NumberStyles.None, CultureInfo.InvariantCulture, out var status))
                throw new InvalidDataException("Not an HTTP/1.1 answer.");
            var head = new AnswerHead(status, null, IsChunked: false, Closes: lines[0].StartsWith("HTTP/1.0", StringComparison.Ordinal));
            foreach (var line in lines.Skip(1))
            {
                var colon = line.IndexOf(':', StringComparison.Ordinal);
                if (colon > 0) head = head.With(line[..colon], line[(colon + 1)..].Trim());
            }

            return head;
        }

        private AnswerHead With(string name, string value) => name.ToLowerInvariant() switch
        {
            "content-length" => this with { Length = long.Parse(value, NumberStyles.None, CultureInfo.InvariantCulture) },
            "transfer-encoding" => this with { IsChunked = value.EndsWith("chunked", StringComparison.OrdinalIgnoreCase) },
            "connection" => this with { Closes = value.Equals("close", StringComparison.OrdinalIgnoreCase) },
            _ => this,
        };
    }
}
