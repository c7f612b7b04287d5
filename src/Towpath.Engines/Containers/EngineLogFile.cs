using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Towpath.Engines.Containers;

/// <summary>
/// Reads the file that an engine writes a container's output to. The engines' own <c>follow</c> calls lose the end of the output when a
/// container ends; the file does not. Reading is at least once: a reader that resumes at <see cref="LogRecord.NextOffset"/> misses nothing,
/// and reads a line again only where the other stream's line was still incomplete.
/// </summary>
public static partial class EngineLogFile
{
    /// <summary>Characters of a record's text at most; a longer line is split.</summary>
    public const int MaxLine = 64 * 1024;

    private const int Chunk = 256 * 1024;
    private const long MaxTail = 64 << 20;

    /// <summary>Reads the records from an offset to the present end of the file. A last line that is half written is left for the next call.</summary>
    /// <param name="path">The container's log file.</param>
    /// <param name="offset">0, or the <see cref="LogRecord.NextOffset"/> of a record read before.</param>
    /// <param name="isFinal">The container has ended: text without a line's end is a record too.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="IOException">The file can't be read, or is not there.</exception>
    public static async IAsyncEnumerable<LogRecord> ReadAsync(
        string path, long offset, bool isFinal, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var file = Open(path);
        var joiner = new LogJoiner();
        var cursor = new Cursor(offset);
        await foreach (var record in ReadAsync(file, joiner, cursor, cancellationToken))
        {
            yield return record;
        }

        foreach (var record in isFinal ? joiner.Rest(cursor.Offset) : [])
        {
            yield return record;
        }
    }

    /// <summary>Reads records from an offset and goes on as the file grows, until <paramref name="hasEnded"/> says that nothing more will come.</summary>
    /// <param name="path">The container's log file.</param>
    /// <param name="offset">0, or the <see cref="LogRecord.NextOffset"/> of a record read before.</param>
    /// <param name="hasEnded">Asked at the end of the file; after the first true, the file is read once more and the reading ends.</param>
    /// <param name="poll">Pause at the end of the file.</param>
    /// <param name="time">For the pause.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="IOException">The file can't be read, or is not there.</exception>
    public static async IAsyncEnumerable<LogRecord> FollowAsync(
        string path,
        long offset,
        Func<CancellationToken, Task<bool>> hasEnded,
        TimeSpan poll,
        TimeProvider time,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var file = Open(path);
        var joiner = new LogJoiner();
        var cursor = new Cursor(offset);
        for (var isLast = false; ;)
        {
            await foreach (var record in ReadAsync(file, joiner, cursor, cancellationToken))
            {
                yield return record;
            }

            if (isLast)
            {
                break;
            }

            isLast = await hasEnded(cancellationToken);
            if (!isLast)
            {
                await Task.Delay(poll, time, cancellationToken);
            }
        }

        foreach (var record in joiner.Rest(cursor.Offset))
        {
            yield return record;
        }
    }

    /// <summary>The last records of the file, oldest first; text without a line's end counts.</summary>
    /// <param name="path">The container's log file.</param>
    /// <param name="lines">How many at most.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="IOException">The file can't be read, or is not there.</exception>
    public static async Task<IReadOnlyList<LogRecord>> TailAsync(string path, int lines, CancellationToken cancellationToken)
    {
        // From ever further back until there is enough; a window that starts within a line gives one damaged record, which is dropped.
        for (var window = (long)Chunk; ; window *= 4)
        {
            var length = new FileInfo(path).Length;
            var start = Math.Max(0, length - window);
            var records = new Queue<LogRecord>();
            await foreach (var record in ReadAsync(path, start, isFinal: true, cancellationToken))
            {
                records.Enqueue(record);
                if (records.Count > lines + 1)
                {
                    records.Dequeue();
                }
            }

            if (records.Count > lines || start == 0 || window >= MaxTail)
            {
                return [.. records.Skip(start == 0 ? 0 : 1).TakeLast(lines)];
            }
        }
    }

    /// <summary>
    /// Gives the file's blocks before the offset back to the disk. The file keeps its length, so that the engine's writing and every
    /// offset stay right; what was there reads as zeros.
    /// </summary>
    /// <param name="path">The container's log file.</param>
    /// <param name="offset">Everything before it has been stored elsewhere.</param>
    /// <returns>False where the file system can't; the file is as it was.</returns>
    public static bool FreePrefix(string path, long offset)
    {
        if (offset <= 0)
        {
            return true;
        }

        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
        return Native.Allocate(file, Native.KeepSize | Native.PunchHole, 0, offset) == 0;
    }

    private static SafeFileHandle Open(string path) =>
        File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, FileOptions.Asynchronous);

    /// <summary>Reads what is whole; the cursor then stands after the last whole line.</summary>
    private static async IAsyncEnumerable<LogRecord> ReadAsync(
        SafeFileHandle file, LogJoiner joiner, Cursor cursor, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        SkipHole(file, cursor);
        var buffer = ArrayPool<byte>.Shared.Rent(Chunk);
        try
        {
            while (true)
            {
                var read = await RandomAccess.ReadAsync(file, buffer.AsMemory(0, Chunk), cursor.Offset, cancellationToken);
                var used = 0;
                while (NextLine(buffer.AsSpan(used, read - used), read == Chunk && used == 0) is var length and > 0)
                {
                    var at = cursor.Offset;
                    cursor.Offset += length;
                    if (joiner.Add(buffer.AsSpan(used, length), at) is { } record)
                    {
                        yield return record;
                    }

                    used += length;
                }

                if (used == 0)
                {
                    yield break;
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    // Length of the next line with its end, or 0 where none is whole. A chunk without any line's end is no log: it is taken in pieces.
    private static int NextLine(ReadOnlySpan<byte> bytes, bool isFull)
    {
        var end = bytes.IndexOf((byte)'\n');
        return end >= 0 ? end + 1 : isFull ? bytes.Length : 0;
    }

    // After FreePrefix a reader that starts at 0 would read gigabytes of zeros.
    private static void SkipHole(SafeFileHandle file, Cursor cursor)
    {
        var data = Native.Seek(file, cursor.Offset, Native.SeekData);
        if (data > cursor.Offset)
        {
            cursor.Offset = data;
        }
    }

    private sealed class Cursor(long offset)
    {
        public long Offset { get; set; } = offset;
    }

    private static partial class Native
    {
        public const int KeepSize = 1;
        public const int PunchHole = 2;
        public const int SeekData = 3;

        [LibraryImport("libc", EntryPoint = "fallocate", SetLastError = true)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static partial int Allocate(SafeFileHandle file, int mode, long offset, long length);

        [LibraryImport("libc", EntryPoint = "lseek", SetLastError = true)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static partial long Seek(SafeFileHandle file, long offset, int whence);
    }
}
