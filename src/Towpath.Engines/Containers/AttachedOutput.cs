using System.Buffers.Binary;
using System.Text;

namespace Towpath.Engines.Containers;

/// <summary>Reads the frames in which both engines send a process's two streams: kind, three zeros, length, bytes.</summary>
internal static class AttachedOutput
{
    private const int Header = 8;

    /// <summary>Both streams in the order of arrival. What comes after the bound is read and dropped, so that the process is not blocked.</summary>
    public static async Task<string> ReadAsync(Stream stream, int maxBytes, CancellationToken cancellationToken)
    {
        var header = new byte[Header];
        var buffer = new byte[16 * 1024];
        using var output = new MemoryStream();
        while (await stream.ReadAtLeastAsync(header, Header, throwOnEndOfStream: false, cancellationToken) == Header)
        {
            var left = (long)BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(4));
            while (left > 0)
            {
                var read = await stream.ReadAsync(buffer.AsMemory(0, (int)Math.Min(left, buffer.Length)), cancellationToken);
                if (read == 0)
                {
                    break;
                }

                output.Write(buffer, 0, (int)Math.Min(read, Math.Max(0, maxBytes - output.Length)));
                left -= read;
            }
        }

        return Encoding.UTF8.GetString(output.GetBuffer(), 0, (int)output.Length);
    }
}
