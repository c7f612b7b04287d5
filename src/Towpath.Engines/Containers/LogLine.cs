using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Towpath.Engines.Containers;

/// <summary>One line of an engine's log file: a whole line of the container, or a part of one.</summary>
internal readonly ref struct LogLine
{
    private LogLine(DateTimeOffset timestamp, LogStream stream, bool isPartial, ReadOnlySpan<byte> text)
    {
        Timestamp = timestamp;
        Stream = stream;
        IsPartial = isPartial;
        Text = text;
    }

    /// <summary>When it was written.</summary>
    public DateTimeOffset Timestamp { get; }

    /// <summary>Where to.</summary>
    public LogStream Stream { get; }

    /// <summary>The container's line goes on in the next part of its stream.</summary>
    public bool IsPartial { get; }

    /// <summary>Without the line's end. A part may end within a character.</summary>
    public ReadOnlySpan<byte> Text { get; }

    /// <summary>Reads a line in the form that its first byte tells: a brace is Docker's json-file, all else Podman's k8s-file.</summary>
    public static bool TryParse(ReadOnlySpan<byte> line, out LogLine parsed)
    {
        line = line.TrimStart((byte)0);
        if (line.EndsWith("\n"u8))
        {
            line = line[..^1];
        }

        return line.StartsWith("{"u8) ? TryParseJsonFile(line, out parsed) : TryParseK8sFile(line, out parsed);
    }

    // 2026-11-20T16:14:22.281657337+00:00 stdout F text
    private static bool TryParseK8sFile(ReadOnlySpan<byte> line, out LogLine parsed)
    {
        parsed = default;
        var rest = line;
        if (!TryTake(ref rest, out var time) || !TryTake(ref rest, out var stream) || !TryTake(ref rest, out var flag)
            || flag.Length != 1 || flag[0] is not ((byte)'F' or (byte)'P') || !TryStream(stream, out var kind) || !TryTime(time, out var timestamp))
        {
            return false;
        }

        parsed = new LogLine(timestamp, kind, flag[0] == (byte)'P', rest);
        return true;
    }

    // {"log":"text\n","stream":"stdout","time":"2026-11-20T16:14:22.281657337Z"}; a part has no line's end in it.
    private static bool TryParseJsonFile(ReadOnlySpan<byte> line, out LogLine parsed)
    {
        parsed = default;
        byte[]? text = null;
        DateTimeOffset timestamp = default;
        LogStream? kind = null;
        try
        {
            var reader = new Utf8JsonReader(line);
            while (reader.Read())
            {
                if (reader.TokenType != JsonTokenType.PropertyName)
                {
                    continue;
                }

                if (reader.ValueTextEquals("log"u8) && reader.Read())
                {
                    text = Unescape(ref reader);
                }
                else if (reader.ValueTextEquals("stream"u8) && reader.Read())
                {
                    kind = reader.ValueTextEquals("stderr"u8) ? LogStream.Error : LogStream.Out;
                }
                else if (reader.ValueTextEquals("time"u8) && reader.Read())
                {
                    TryTime(reader.ValueSpan, out timestamp);
                }
            }
        }
        catch (JsonException)
        {
            return false;
        }

        if (text is null || kind is null)
        {
            return false;
        }

        var isWhole = text.AsSpan().EndsWith("\n"u8);
        parsed = new LogLine(timestamp, kind.Value, !isWhole, isWhole ? text.AsSpan()[..^1] : text);
        return true;
    }

    private static byte[] Unescape(ref Utf8JsonReader reader)
    {
        var bytes = new byte[reader.ValueSpan.Length];
        return bytes[..reader.CopyString(bytes)];
    }

    private static bool TryTake(ref ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> word)
    {
        var space = rest.IndexOf((byte)' ');
        word = space < 0 ? default : rest[..space];
        rest = space < 0 ? rest : rest[(space + 1)..];
        return space > 0;
    }

    private static bool TryStream(ReadOnlySpan<byte> word, out LogStream stream)
    {
        stream = word.SequenceEqual("stderr"u8) ? LogStream.Error : LogStream.Out;
        return stream == LogStream.Error || word.SequenceEqual("stdout"u8);
    }

    // Engines write nanoseconds, a DateTimeOffset holds 100 of them; the framework's parsers take at most seven digits.
    private static bool TryTime(ReadOnlySpan<byte> word, out DateTimeOffset time)
    {
        const int WholeSeconds = 19;
        time = default;
        if (word.Length < WholeSeconds
            || !DateTime.TryParseExact(
                Encoding.ASCII.GetString(word[..WholeSeconds]), "yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture, DateTimeStyles.None, out var seconds))
        {
            return false;
        }

        var rest = word[WholeSeconds..];
        var ticks = 0L;
        if (rest.StartsWith("."u8))
        {
            var digits = rest[1..].IndexOfAnyExceptInRange((byte)'0', (byte)'9');
            digits = digits < 0 ? rest.Length - 1 : digits;
            for (var i = 0; i < 7; i++)
            {
                ticks = (ticks * 10) + (i < digits ? rest[1 + i] - '0' : 0);
            }

            rest = rest[(1 + digits)..];
        }

        if (!TryOffset(rest, out var offset))
        {
            return false;
        }

        time = new DateTimeOffset(seconds.AddTicks(ticks), offset);
        return true;
    }

    private static bool TryOffset(ReadOnlySpan<byte> word, out TimeSpan offset)
    {
        offset = TimeSpan.Zero;
        if (word.Length == 0 || word.SequenceEqual("Z"u8))
        {
            return true;
        }

        if (word.Length != 6 || word[0] is not ((byte)'+' or (byte)'-') || word[3] != (byte)':'
            || !Utf8Parser.TryParse(word[1..3], out int hours, out _) || !Utf8Parser.TryParse(word[4..6], out int minutes, out _)
            || hours > 14 || minutes > 59)
        {
            return false;
        }

        offset = new TimeSpan(hours, minutes, 0) * (word[0] == (byte)'-' ? -1 : 1);
        return true;
    }
}
