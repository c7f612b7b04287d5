using System.Text.Json;
using System.Text.Json.Nodes;
using Towpath.Core.Kubernetes.Status;
using Towpath.Engines.Kubernetes.Calls;

namespace Towpath.Engines.Kubernetes.Streams;

/// <summary>What a program in a container wrote and how it ended.</summary>
/// <param name="ExitCode">Its exit code.</param>
/// <param name="Output">Standard output.</param>
/// <param name="Errors">Standard error.</param>
/// <param name="WasCut">More was written than was kept.</param>
public sealed record ExecResult(int ExitCode, byte[] Output, byte[] Errors, bool WasCut);

/// <summary>Gathers what comes on the streams of an exec, up to a size.</summary>
internal sealed class ExecOutput(int maxBytes)
{
    private const int MaxStatus = 64 * 1024;
    private readonly MemoryStream[] _streams = [new(), new(), new()];
    private bool _wasCut;

    /// <summary>Takes a piece: 1 is standard output, 2 standard error, 3 the end.</summary>
    public void Add(int channel, ReadOnlySpan<byte> piece)
    {
        if (channel is < 1 or > 3) return;
        var stream = _streams[channel - 1];
        var room = (channel == 3 ? MaxStatus : maxBytes) - (int)stream.Length;
        if (piece.Length > room) _wasCut = true;
        stream.Write(piece[..Math.Clamp(room, 0, piece.Length)]);
    }

    /// <summary>The result; null, with what the server said, where the program did not run or its end was not told.</summary>
    public ExecResult? Result(out ApiStatus refusal)
    {
        refusal = new ApiStatus(500, "", "The stream ended before the program did.");
        JsonObject? status = null;
        try
        {
            status = _streams[2].Length > 0 ? JsonNode.Parse(_streams[2].ToArray()) as JsonObject : null;
        }
        catch (JsonException)
        {
        }

        if (status is null) return null;
        if (status.Text("status") == "Success") return With(0);
        refusal = ApiStatus.Read(status, 500);
        return refusal.Reason == "NonZeroExitCode" && int.TryParse(refusal.Causes.FirstOrDefault(c => c.Reason == "ExitCode")?.Message, out var code) ? With(code) : null;
    }

    private ExecResult With(int code) => new(code, _streams[0].ToArray(), _streams[1].ToArray(), _wasCut);
}
