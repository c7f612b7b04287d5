using System.Buffers.Text;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace Towpath.Core.Sources;

/// <summary>One reference that a push changes.</summary>
/// <param name="Before">Object name before; zeros where it is new.</param>
/// <param name="After">Object name after; zeros where it is deleted.</param>
/// <param name="Reference">Full name, such as <c>refs/heads/main</c>.</param>
public sealed record PushCommand(string Before, string After, string Reference)
{
    /// <summary>Whether it takes the reference away.</summary>
    public bool Deletes => After.All(c => c == '0');
}

/// <summary>What a push asks for: the head of the request, before the pack. The form is that of git's pack protocol (gitprotocol-pack, "Reference Update Request").</summary>
/// <param name="Commands">What it changes; empty for the probe that clients send first.</param>
/// <param name="HasSideBand">The client takes words for its terminal beside the answer.</param>
public sealed record PushCommands(ImmutableArray<PushCommand> Commands, bool HasSideBand)
{
    /// <summary>Most bytes of a head that are looked at: some ten thousand references.</summary>
    public const int MostBytes = 1024 * 1024;

    private const int LengthDigits = 4;

    /// <summary>Reads the head of a request.</summary>
    /// <param name="bytes">What came so far.</param>
    /// <param name="commands">What it says; null where more is to come.</param>
    /// <returns>Why it is not taken: a sentence without a full stop; null where nothing is wrong so far.</returns>
    public static string? Read(ReadOnlySpan<byte> bytes, out PushCommands? commands)
    {
        commands = null;
        var found = ImmutableArray.CreateBuilder<PushCommand>();
        var sideBand = false;
        for (var rest = bytes; rest.Length >= LengthDigits;)
        {
            if (!Utf8Parser.TryParse(rest[..LengthDigits], out uint length, out var read, 'x') || read != LengthDigits) return "it is not in the form of git's protocol";
            if (length == 0)
            {
                commands = new PushCommands(found.ToImmutable(), sideBand);
                return null;
            }

            if (length <= LengthDigits) return "it is not in the form of git's protocol";
            if (rest.Length < length) return null;
            var line = Encoding.UTF8.GetString(rest[LengthDigits..(int)length]);
            rest = rest[(int)length..];
            if (line.StartsWith("shallow ", StringComparison.Ordinal)) continue;
            var parts = line.TrimEnd('\n').Split('\0', 2);
            if (parts.Length == 2) sideBand = parts[1].Split(' ').Contains("side-band-64k");
            if (Command(parts[0]) is not { } command) return "it holds something else than changes of references, a signature for example";
            found.Add(command);
        }

        return null;
    }

    private static PushCommand? Command(string line)
    {
        var words = line.Split(' ');
        return words.Length == 3 && IsObjectName(words[0]) && IsObjectName(words[1]) && words[2].StartsWith("refs/", StringComparison.Ordinal)
            ? new PushCommand(words[0], words[1], words[2])
            : null;
    }

    private static bool IsObjectName(string word) => word.Length is 40 or 64 && word.All(char.IsAsciiHexDigitLower);

    /// <summary>A packet of a side band: 1 is the answer, 2 is for the terminal.</summary>
    /// <param name="band">Number of the band.</param>
    /// <param name="payload">At most 65515 bytes.</param>
    public static byte[] Packet(byte band, ReadOnlySpan<byte> payload)
    {
        var packet = new byte[LengthDigits + 1 + payload.Length];
        Encoding.ASCII.GetBytes(packet.Length.ToString("x4", CultureInfo.InvariantCulture), packet);
        packet[LengthDigits] = band;
        payload.CopyTo(packet.AsSpan(LengthDigits + 1));
        return packet;
    }
}
