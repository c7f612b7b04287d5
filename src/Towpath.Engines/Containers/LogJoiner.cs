using System.Buffers;
using System.Text;

namespace Towpath.Engines.Containers;

/// <summary>Joins the parts of long lines, each stream by itself, and bounds what it joins.</summary>
internal sealed class LogJoiner
{
    private readonly Pending _out = new(LogStream.Out);
    private readonly Pending _error = new(LogStream.Error);
    private DateTimeOffset _last;

    /// <summary>Takes the next line of the file.</summary>
    /// <param name="line">With its line's end.</param>
    /// <param name="at">Its offset in the file.</param>
    /// <returns>The record that it completes, or null where it is a part.</returns>
    public LogRecord? Add(ReadOnlySpan<byte> line, long at)
    {
        var next = at + line.Length;
        if (!LogLine.TryParse(line, out var parsed))
        {
            // Not a line of the engine's (a torn write, say): shown as it is rather than lost.
            var text = Encoding.UTF8.GetString(line).Trim('\0', '\n');
            return text.Length == 0 ? null : new LogRecord(_last, LogStream.Out, Shorten(text), Resume(next));
        }

        _last = parsed.Timestamp;
        var pending = parsed.Stream == LogStream.Error ? _error : _out;
        pending.Append(parsed.Text, at, parsed.Timestamp);
        if (parsed.IsPartial && pending.Length < EngineLogFile.MaxLine)
        {
            return null;
        }

        var joined = pending.Take();
        return new LogRecord(parsed.Timestamp, parsed.Stream, joined, Resume(next));
    }

    /// <summary>Incomplete lines of a container that has ended.</summary>
    /// <param name="end">Offset of the file's end.</param>
    public IEnumerable<LogRecord> Rest(long end)
    {
        foreach (var pending in new[] { _out, _error })
        {
            if (pending.Length > 0)
            {
                var timestamp = pending.Timestamp;
                yield return new LogRecord(timestamp, pending.Stream, pending.Take(), Resume(end));
            }
        }
    }

    // A part that is not complete yet must be read again by whoever resumes.
    private long Resume(long next) => Math.Min(next, Math.Min(_out.Start, _error.Start));

    private static string Shorten(string text) => text.Length <= EngineLogFile.MaxLine ? text : text[..EngineLogFile.MaxLine];

    private sealed class Pending(LogStream stream)
    {
        private readonly ArrayBufferWriter<byte> _bytes = new();

        public LogStream Stream => stream;

        public long Length => _bytes.WrittenCount;

        public DateTimeOffset Timestamp { get; private set; }

        /// <summary>Offset of the first part; beyond every file where there is none.</summary>
        public long Start { get; private set; } = long.MaxValue;

        public void Append(ReadOnlySpan<byte> text, long at, DateTimeOffset timestamp)
        {
            Start = Math.Min(Start, at);
            Timestamp = timestamp;
            _bytes.Write(text);
        }

        public string Take()
        {
            var text = Encoding.UTF8.GetString(_bytes.WrittenSpan);
            _bytes.ResetWrittenCount();
            Start = long.MaxValue;
            return text;
        }
    }
}
