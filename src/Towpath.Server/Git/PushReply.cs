using System.Buffers;
using System.Globalization;
using System.Text;
using Towpath.Core.Diagnostics;
using Towpath.Core.Sources;
using Towpath.Engines.Git;

namespace Towpath.Server.Git;

/// <summary>
/// The answer to a push. Git writes packets of two bands: what is for the terminal goes on at once. The report, which tells the client that its push counts, and the
/// packet that ends the answer are held back until the commit is queued; between the two goes what the pipeline has to say.
/// </summary>
/// <param name="reply">Begins the answer.</param>
/// <param name="hasSideBand">The client takes two bands; else the answer is the report and no more.</param>
internal sealed class PushReply(Func<GitHead, Stream> reply, bool hasSideBand)
{
    private const byte Report = 1;
    private const byte Terminal = 2;
    private const int LongestReport = 4 * 1024 * 1024;

    private static readonly byte[] End = "0000"u8.ToArray();

    private readonly ArrayBufferWriter<byte> _held = new();
    private GitHead? _head;
    private Stream? _body;

    /// <summary>Takes what git answers, to its end.</summary>
    public async Task TakeAsync(GitHead head, Stream output, CancellationToken cancellationToken)
    {
        _head = head;
        if (!hasSideBand || head.Status != 200)
        {
            await HoldAsync(output, cancellationToken);
            return;
        }

        while (await PacketAsync(output, cancellationToken) is { } packet)
        {
            if (packet.Length == 0) continue;
            if (packet[0] == Report && packet.Length > 1) Hold(PushCommands.Packet(Report, packet.AsSpan(1)));
            else await WriteAsync(PushCommands.Packet(packet[0], packet.AsSpan(1)), cancellationToken);
        }
    }

    /// <summary>Sends the report: now the client may know.</summary>
    public async Task AcknowledgeAsync(CancellationToken cancellationToken)
    {
        await WriteAsync(_held.WrittenSpan.ToArray(), cancellationToken);
    }

    /// <summary>Shows a line in the terminal of whoever pushed, as <c>remote: LINE</c>.</summary>
    public async Task SayAsync(string line, CancellationToken cancellationToken)
    {
        if (hasSideBand) await WriteAsync(PushCommands.Packet(Terminal, Encoding.UTF8.GetBytes(PushWatch.Clean(line) + "\n")), cancellationToken);
    }

    /// <summary>Ends the answer.</summary>
    public async Task EndAsync(CancellationToken cancellationToken)
    {
        if (hasSideBand && _head?.Status == 200) await WriteAsync(End, cancellationToken);
    }

    private static async Task<byte[]?> PacketAsync(Stream output, CancellationToken cancellationToken)
    {
        var digits = new byte[4];
        var read = await output.ReadAtLeastAsync(digits, digits.Length, throwOnEndOfStream: false, cancellationToken);
        if (read == 0) return null;
        if (read < digits.Length || !ushort.TryParse(Encoding.ASCII.GetString(digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var length) || length is > 0 and <= 4)
            throw new DiagnosticException(ExitCode.PipelineFailed, SourceDiagnostics.GitServiceFailed(["its answer is not in the form of its protocol"]));
        if (length == 0) return [];
        var packet = new byte[length - digits.Length];
        await output.ReadExactlyAsync(packet, cancellationToken);
        return packet;
    }

    private async Task HoldAsync(Stream output, CancellationToken cancellationToken)
    {
        var buffer = new byte[16 * 1024];
        while (await output.ReadAsync(buffer, cancellationToken) is > 0 and var count) Hold(buffer.AsSpan(0, count));
    }

    private void Hold(ReadOnlySpan<byte> bytes)
    {
        if (_held.WrittenCount + bytes.Length > LongestReport) throw new DiagnosticException(ExitCode.PipelineFailed, SourceDiagnostics.GitServiceFailed(["its answer is too long"]));
        _held.Write(bytes);
    }

    private async Task WriteAsync(byte[] bytes, CancellationToken cancellationToken)
    {
        _body ??= reply(_head!);
        await _body.WriteAsync(bytes, cancellationToken);
        await _body.FlushAsync(cancellationToken);
    }
}
