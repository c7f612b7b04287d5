using System.Globalization;
using System.Text;

namespace Towpath.Server.Logs;

/// <summary>One kept line.</summary>
/// <param name="At">When the container wrote it.</param>
/// <param name="Container">Container name.</param>
/// <param name="IsError">Written to standard error.</param>
/// <param name="Text">The line.</param>
public sealed record KeptLine(DateTimeOffset At, string Container, bool IsError, string Text);

/// <summary>
/// The kept output of one service in one environment: numbered segments in a folder, the oldest deleted when there are too many. Lines of
/// all its replicas, one after the other.
/// </summary>
public sealed class ServiceLog : IDisposable
{
    /// <summary>A segment is closed at this size.</summary>
    public const long SegmentBytes = 8 * 1024 * 1024;

    /// <summary>Segments kept.</summary>
    public const int Segments = 4;

    private readonly string _folder;
    private readonly Lock _turn = new();
    private FileStream? _current;
    private int _number;

    /// <summary>The log in a folder, which is made where it is missing.</summary>
    public ServiceLog(string folder)
    {
        _folder = folder;
        Directory.CreateDirectory(folder);
        _number = Numbers().DefaultIfEmpty(1).Max();
    }

    /// <summary>Appends lines and hands them to the system: after it they survive the end of this process.</summary>
    public void Append(IEnumerable<KeptLine> lines)
    {
        lock (_turn)
        {
            var text = new StringBuilder();
            foreach (var line in lines) Format(text, line);
            var bytes = Encoding.UTF8.GetBytes(text.ToString());
            _current ??= Open(_number);
            _current.Write(bytes);
            _current.Flush();
            if (_current.Length >= SegmentBytes) NextSegment();
        }
    }

    /// <summary>The last lines, oldest first, and where to go on reading.</summary>
    public (IReadOnlyList<KeptLine> Lines, LogPosition Next) Tail(int count)
    {
        var lines = new List<KeptLine>();
        var next = new LogPosition(_number, 0);
        foreach (var number in Numbers().OrderDescending())
        {
            var (read, end) = Read(new LogPosition(number, 0), single: true);
            if (number == _number) next = end;
            lines.InsertRange(0, read);
            if (lines.Count >= count) break;
        }
        return (lines.Count > count ? lines[^count..] : lines, next);
    }

    /// <summary>Lines after a position.</summary>
    public (IReadOnlyList<KeptLine> Lines, LogPosition Next) After(LogPosition position) => Read(position, single: false);

    /// <inheritdoc/>
    public void Dispose() => _current?.Dispose();

    private (List<KeptLine> Lines, LogPosition Next) Read(LogPosition position, bool single)
    {
        var lines = new List<KeptLine>();
        while (true)
        {
            var path = Path(position.Segment);
            if (File.Exists(path))
            {
                using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
                file.Position = Math.Min(position.Offset, file.Length);
                using var content = new MemoryStream();
                file.CopyTo(content);
                var bytes = content.GetBuffer().AsSpan(0, (int)content.Length);
                var whole = bytes.LastIndexOf((byte)'\n') + 1;
                foreach (var range in bytes[..whole].Split((byte)'\n'))
                    if (Parse(Encoding.UTF8.GetString(bytes[..whole][range])) is { } line) lines.Add(line);
                position = position with { Offset = position.Offset + whole };
            }
            if (single || position.Segment >= Volatile.Read(ref _number)) return (lines, position);
            position = new LogPosition(position.Segment + 1, 0);
        }
    }

    private static void Format(StringBuilder text, KeptLine line)
    {
        text.Append(line.At.UtcTicks.ToString(CultureInfo.InvariantCulture)).Append('\t').Append(line.Container).Append('\t')
            .Append(line.IsError ? 'E' : 'O').Append('\t').Append(line.Text.Replace('\n', ' ')).Append('\n');
    }

    private static KeptLine? Parse(string text)
    {
        var parts = text.Split('\t', 4);
        return parts.Length == 4 && long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var ticks)
            ? new KeptLine(new DateTimeOffset(ticks, TimeSpan.Zero), parts[1], parts[2] == "E", parts[3])
            : null;
    }

    private void NextSegment()
    {
        _current?.Dispose();
        _current = null;
        Volatile.Write(ref _number, _number + 1);
        foreach (var old in Numbers().Where(n => n <= _number - Segments)) File.Delete(Path(old));
    }

    private FileStream Open(int number)
    {
        var path = Path(number);
        var isTorn = EndsWithinLine(path);
        var file = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
        // A process that was killed while it wrote left half a line: the next one must not be glued to it.
        if (isTorn) file.WriteByte((byte)'\n');
        return file;
    }

    private static bool EndsWithinLine(string path)
    {
        if (!File.Exists(path)) return false;
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        if (file.Length == 0) return false;
        file.Position = file.Length - 1;
        return file.ReadByte() != '\n';
    }

    private string Path(int number) => System.IO.Path.Combine(_folder, number.ToString("D6", CultureInfo.InvariantCulture) + ".log");

    private IEnumerable<int> Numbers() => Directory.EnumerateFiles(_folder, "*.log")
        .Select(p => int.TryParse(System.IO.Path.GetFileNameWithoutExtension(p), NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n : 0)
        .Where(n => n > 0);
}

/// <summary>A place in a <see cref="ServiceLog"/>.</summary>
/// <param name="Segment">Number of the segment.</param>
/// <param name="Offset">Bytes into it.</param>
public readonly record struct LogPosition(int Segment, long Offset);
