namespace Towpath.Engines.Kubernetes.Streams;

/// <summary>Lines of a stream, each with a largest length: what is beyond it is read and dropped.</summary>
internal sealed class BoundedLines(Stream stream, int maxLine)
{
    private byte[] _buffer = new byte[Math.Min(maxLine + 1, 16 * 1024)];
    private int _start;
    private int _end;

    /// <summary>Whether the line that was read last was cut.</summary>
    public bool WasCut { get; private set; }

    /// <summary>The next line without its end, good until the next call; null at the end of the stream.</summary>
    public async ValueTask<ReadOnlyMemory<byte>?> ReadAsync(CancellationToken cancellationToken)
    {
        WasCut = false;
        for (var seen = 0; ;)
        {
            var at = _buffer.AsSpan(_start + seen, _end - _start - seen).IndexOf((byte)'\n');
            if (at >= 0) return Take(seen + at, skip: 1);
            seen = _end - _start;
            if (seen > maxLine) return await CutAsync(cancellationToken);
            MakeRoom();
            var length = await stream.ReadAsync(_buffer.AsMemory(_end), cancellationToken);

            // Written out: an untyped null would become an empty line here, by way of an array.
            if (length == 0) return seen > 0 ? Take(seen, skip: 0) : default(ReadOnlyMemory<byte>?);
            _end += length;
        }
    }

    private ReadOnlyMemory<byte> Take(int length, int skip)
    {
        var line = _buffer.AsMemory(_start, length);
        _start += length + skip;
        if (line.Length > maxLine) (line, WasCut) = (line[..maxLine], true);
        return line;
    }

    private async ValueTask<ReadOnlyMemory<byte>?> CutAsync(CancellationToken cancellationToken)
    {
        var kept = _buffer.AsSpan(_start, maxLine).ToArray();
        for (var at = -1; at < 0;)
        {
            (_start, _end) = (0, await stream.ReadAsync(_buffer, cancellationToken));
            if (_end == 0) break;
            at = _buffer.AsSpan(0, _end).IndexOf((byte)'\n');
            _start = at < 0 ? _end : at + 1;
        }

        WasCut = true;
        return kept;
    }

    private void MakeRoom()
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }

        if (_end == _buffer.Length) Array.Resize(ref _buffer, Math.Min(_buffer.Length * 2, Math.Max(maxLine + 1, _buffer.Length + 1)));
    }
}
