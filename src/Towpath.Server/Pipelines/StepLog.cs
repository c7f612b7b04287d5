using System.Text;

namespace Towpath.Server.Pipelines;

/// <summary>Output of one step in a file of bounded size; the last lines stay at hand for the diagnostic. Safe for many threads.</summary>
internal sealed class StepLog : IDisposable
{
    private const long MaxBytes = 16 << 20;
    private const int MaxLine = 4096;
    private const int MaxTail = 200;

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
