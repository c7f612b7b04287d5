using System.Text;
using Towpath.Simulation.Clusters.Server;
using Towpath.Simulation.Time;

namespace Towpath.Simulation.Clusters.World;

/// <summary>The stream of one watch as a process reads it. What comes does so by the clock, and wakes the reader on its own scheduler.</summary>
internal sealed class WatchStream : Stream
{
    private readonly ClusterWorld _world;
    private readonly SimulatedProcess _process;
    private readonly (ServedKind Kind, string? Space) _what;
    private readonly bool _oursOnly;
    private readonly Queue<byte[]> _lines = new();
    private readonly Action<StoredEvent> _told;
    private ReadOnlyMemory<byte> _rest;
    private TaskCompletionSource? _waiting;
    private bool _isOver;
    private Exception? _broken;
    private TimeSpan _last;

    /// <summary>Opens one.</summary>
    public WatchStream(ClusterWorld world, SimulatedProcess process, (ServedKind Kind, string? Space, long Version, TimeSpan Length) watch, bool oursOnly)
    {
        (_world, _process, _what, _oursOnly) = (world, process, (watch.Kind, watch.Space), oursOnly);
        _told = Hear;
        foreach (var missed in world.Store.Since(watch.Version)) Hear(missed);
        world.Store.Told += _told;
        world.Watches.Add(this);
        world.Clock.After(process, watch.Length, End);
        Bookmark();
    }

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>The connection breaks, within a line at times.</summary>
    public void Break()
    {
        Leave();
        if (_world.Random.Next(2) == 0) _lines.Enqueue("{\"type\":\"MODIFIED\",\"object\":{\"met"u8.ToArray());
        else _broken = new IOException("the connection was reset");
        _isOver = true;
        Wake();
    }

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (_rest.IsEmpty && _lines.TryDequeue(out var line)) _rest = line;
            if (!_rest.IsEmpty)
            {
                var length = Math.Min(buffer.Length, _rest.Length);
                _rest[..length].CopyTo(buffer);
                _rest = _rest[length..];
                return length;
            }

            if (_broken is not null) throw _broken;
            if (_isOver) return 0;
            var waiting = _waiting = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            using var cancelled = cancellationToken.Register(() => waiting.TrySetCanceled(cancellationToken));
            await waiting.Task;
        }
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        Leave();
        base.Dispose(disposing);
    }

    private void Hear(StoredEvent told)
    {
        if (!_process.IsAlive)
        {
            Leave();
            return;
        }

        if (told.Kind != _what.Kind || (_what.Space is not null && told.Space != _what.Space) || (_oursOnly && !told.IsOurs)) return;
        Say($$"""{"type":"{{told.Type}}","object":{{told.Text}}}""");
    }

    // Lines come in order, each some time after what it tells of.
    private void Say(string line)
    {
        var delay = _world.Clock.Elapsed < _world.StaleUntil ? _world.Between(1, 20) : _world.Between(0.001, 0.03);
        var due = _world.Clock.Elapsed + delay;
        _last = due > _last ? due : _last;
        var bytes = Encoding.UTF8.GetBytes(line + "\n");
        _world.Clock.After(_process, _last - _world.Clock.Elapsed, () =>
        {
            if (_isOver) return;
            _lines.Enqueue(bytes);
            Wake();
        });
    }

    private void Bookmark() => _world.Clock.After(_process, TimeSpan.FromSeconds(50), () =>
    {
        if (_isOver) return;
        Say($$$$"""{"type":"BOOKMARK","object":{"kind":"{{{{_what.Kind.Kind}}}}","apiVersion":"{{{{_what.Kind.ApiVersion}}}}","metadata":{"resourceVersion":"{{{{_world.Store.Version}}}}"}}}""");
        Bookmark();
    });

    private void End()
    {
        Leave();
        _isOver = true;
        Wake();
    }

    private void Leave()
    {
        _world.Store.Told -= _told;
        _world.Watches.Remove(this);
    }

    private void Wake() => _waiting?.TrySetResult();
}
