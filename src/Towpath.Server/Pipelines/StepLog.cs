using System.Text;

namespace Towpath.Server.Pipelines;

/// <summary>Output of one step in a file of bounded size; the last lines stay at hand for the diagnostic. Safe for many threads.</summary>
internal sealed class StepLog : IDisposable
{
    private const long MaxBytes = 16 << 20;
    private const int MaxLine = 4096;
    private const int MaxTail = 200;
    private const int MaxReadBack = 256 * 1024;

    private readonly StreamWriter _file;
    private readonly Queue<string> _tail = new();
    private readonly Lock _lock = new();
    private long _bytes;
    private bool _cut;
    private bool _closed;

    /// <summary>Starts the file anew.</summary>
    public StepLog(string path)
    {
        Path = path;
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        _file = new StreamWriter(path, append: false, new UTF8Encoding(false)) { AutoFlush = true };
    }

    /// <summary>Where the file is.</summary>
    public string Path { get; }

    /// <summary>Adds text; each of its lines becomes a line.</summary>
    public void Write(string text)
    {
        lock (_lock)
        {
            foreach (var line in text.TrimEnd('\r', '\n').Split('\n'))
                WriteLine(line.TrimEnd('\r'));
        }
    }

    /// <summary>The last lines that are not blank, oldest first.</summary>
    public IReadOnlyList<string> Tail(int count)
    {
        lock (_lock)
            return [.. _tail.Where(line => !string.IsNullOrWhiteSpace(line)).TakeLast(count)];
    }

    /// <summary>The last lines of a log that was written, and whether there are none before them. A log that is gone has none.</summary>
    /// <param name="path">Its file.</param>
    /// <param name="count">So many at most; of a long log only those in its last 256 KB.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    public static async Task<(IReadOnlyList<string> Lines, bool Whole)> TailAsync(string path, int count, CancellationToken cancellationToken)
    {
        if (!File.Exists(path)) return ([], true);
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var start = Math.Max(0, file.Length - MaxReadBack);
        file.Position = start;
        var buffer = new byte[(int)(file.Length - start)];
        var read = await file.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
        if (read == 0) return ([], true);
        var lines = Encoding.UTF8.GetString(buffer, 0, read).TrimEnd('\n').Split('\n');
        // Where reading began in the middle of a line, its end alone would mislead.
        var whole = start == 0 ? lines : lines[1..];
        return ([.. whole.TakeLast(count)], start == 0 && whole.Length <= count);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_lock)
        {
            _closed = true;
            _file.Dispose();
        }
    }

    private void WriteLine(string whole)
    {
        var line = whole.Length > MaxLine ? whole[..MaxLine] + " …" : whole;
        if (_tail.Count == MaxTail)
            _tail.Dequeue();
        _tail.Enqueue(line);
        if (_cut || _closed)
            return;

        _bytes += Encoding.UTF8.GetByteCount(line) + 1;
        _cut = _bytes > MaxBytes;
        _file.Write((_cut ? "[the rest of the log is cut: it has more than 16 MiB]" : line) + "\n");
    }
}
