using System.Text;
using Towpath.Engines.Kubernetes.Streams;

namespace Towpath.Tests.Engines.Kubernetes.Streams;

public sealed class BoundedLinesTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("one\ntwo\n", "one|two")]
    [InlineData("one\n\ntwo", "one||two")]
    [InlineData("0123456789\nx", "0123456789|x")]
    [InlineData("0123456789a\nx\n", "0123456789+|x")]
    [InlineData("0123456789abcdefghijklmnopqrstuvwxyz\nx\n", "0123456789+|x")]
    [InlineData("0123456789abcdefghijklmnopqrstuvwxyz", "0123456789+")]
    public async Task Read_InPiecesOfAnySize_GivesTheSameLines(string text, string expected)
    {
        for (var piece = 1; piece <= text.Length + 1; piece++)
        {
            var lines = new BoundedLines(new Pieces(Encoding.UTF8.GetBytes(text), piece), maxLine: 10);
            var read = new List<string>();
            while (await lines.ReadAsync(CancellationToken.None) is { } line) read.Add(Encoding.UTF8.GetString(line.Span) + (lines.WasCut ? "+" : ""));
            string.Join('|', read).ShouldBe(expected, $"in pieces of {piece}");
        }
    }

    [Fact]
    public void Result_StatusOfTheEnd_GivesTheExitCode()
    {
        var output = new ExecOutput(maxBytes: 3);
        output.Add(1, "abcd"u8);
        output.Add(3, """{"status":"Failure","reason":"NonZeroExitCode","details":{"causes":[{"reason":"ExitCode","message":"42"}]}}"""u8);

        var result = output.Result(out _).ShouldNotBeNull();
        result.ExitCode.ShouldBe(42);
        result.Output.ShouldBe("abc"u8.ToArray());
        result.WasCut.ShouldBeTrue();
    }

    [Fact]
    public void Result_NoStatus_IsNone() => new ExecOutput(10).Result(out _).ShouldBeNull();

    private sealed class Pieces(byte[] bytes, int piece) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(piece, buffer.Length)], cancellationToken);
    }
}
