using System.Net.Sockets;
using System.Text;

namespace Towpath.Engines.Containers.Gateways;

/// <summary>One of HAProxy's command sockets: a connection per command, text in and text out.</summary>
/// <param name="path">Path of the Unix socket.</param>
internal sealed class HaproxySocket(string path)
{
    private const int MaxAnswerBytes = 16 * 1024 * 1024;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    /// <summary>Path of the socket.</summary>
    public string Path => path;

    /// <summary>Sends a command and reads the answer to its end.</summary>
    /// <exception cref="IOException">Nobody answers, or the answer breaks off.</exception>
    public async Task<string> SendAsync(string command, CancellationToken cancellationToken)
    {
        using var bounded = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        bounded.CancelAfter(Limit);
        try
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), bounded.Token);
            var stream = new NetworkStream(socket, ownsSocket: false);
            await using (stream)
            {
                await stream.WriteAsync(Encoding.ASCII.GetBytes(command + "\n"), bounded.Token);
                // The master's socket stays open for more until it sees the end of what we send.
                socket.Shutdown(SocketShutdown.Send);
                return await ReadToEndAsync(stream, bounded.Token);
            }
        }
        catch (SocketException e)
        {
            throw new IOException($"{path}: {e.Message}", e);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new IOException($"{path}: no answer in {Limit.TotalSeconds} s", e);
        }
    }

    private static async Task<string> ReadToEndAsync(Stream stream, CancellationToken cancellationToken)
    {
        using var answer = new MemoryStream();
        var buffer = new byte[16 * 1024];
        int read;
        while ((read = await stream.ReadAsync(buffer, cancellationToken)) > 0)
        {
            if (answer.Length + read > MaxAnswerBytes) throw new IOException("The answer is larger than 16 MiB.");
            answer.Write(buffer, 0, read);
        }

        return Encoding.UTF8.GetString(answer.GetBuffer(), 0, (int)answer.Length);
    }
}
