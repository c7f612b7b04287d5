using Towpath.Core.Diagnostics;
using Towpath.Core.Sources;

namespace Towpath.Server.Git;

/// <summary>The head of a push, read before git sees it, and the stream that git gets: the same bytes from the first on.</summary>
internal static class HeadedBody
{
    /// <summary>Reads the head.</summary>
    /// <exception cref="DiagnosticException">TP4793.</exception>
    public static async Task<(PushCommands Commands, Stream Body)> ReadAsync(Stream body, CancellationToken cancellationToken)
    {
        var head = new MemoryStream();
        var buffer = new byte[16 * 1024];
        while (true)
        {
            if (head.Length > PushCommands.MostBytes) throw Unreadable("it changes too many references at a time");
            if (await body.ReadAsync(buffer, cancellationToken) is not (> 0 and var count)) throw Unreadable("it ends too early");
            head.Write(buffer, 0, count);
            if (PushCommands.Read(head.GetBuffer().AsSpan(0, (int)head.Length), out var commands) is { } why) throw Unreadable(why);
            if (commands is not null) return (commands, new Joined(head.ToArray(), body));
        }
    }

    private static DiagnosticException Unreadable(string why) => new(ExitCode.Usage, SourceDiagnostics.UnreadablePush(why));

    /// <summary>Bytes that were read already, then the rest.</summary>
    private sealed class Joined(byte[] first, Stream rest) : Stream
    {
        private int _given;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (_given == first.Length) return await rest.ReadAsync(buffer, cancellationToken);
            var count = Math.Min(buffer.Length, first.Length - _given);
            first.AsMemory(_given, count).CopyTo(buffer);
            _given += count;
            return count;
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
