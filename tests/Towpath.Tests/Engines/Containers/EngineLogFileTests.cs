using System.Text;
using Towpath.Engines.Containers;

namespace Towpath.Tests.Engines.Containers;

public sealed class EngineLogFileTests : IDisposable
{
    private const string Time = "2026-11-20T16:14:22.281657337+00:00";
    private readonly string _path = Path.GetTempFileName();

    public void Dispose() => File.Delete(_path);

    [Fact]
    public async Task Read_K8sFile_GivesTimeStreamAndText()
    {
        Write($"{Time} stdout F hello world\n{Time} stderr F \n");

        var records = await ReadAsync(0);

        records[0].Timestamp.ShouldBe(new DateTimeOffset(2026, 11, 20, 16, 14, 22, TimeSpan.Zero).AddTicks(2816573));
        records.Select(r => (r.Stream, r.Text)).ShouldBe([(LogStream.Out, "hello world"), (LogStream.Error, "")]);
    }

    [Fact]
    public async Task Read_JsonFile_GivesTimeStreamAndText()
    {
        Write("""{"log":"say \"hi\" \u00fc\n","stream":"stderr","time":"2026-11-20T16:14:22.5Z"}""" + "\n");

        var record = (await ReadAsync(0)).ShouldHaveSingleItem();

        (record.Stream, record.Text).ShouldBe((LogStream.Error, "say \"hi\" ü"));
        record.Timestamp.ShouldBe(new DateTimeOffset(2026, 11, 20, 16, 14, 22, 500, TimeSpan.Zero));
    }

    [Fact]
    public async Task Read_PartsOfTwoStreams_AreJoinedByStream()
    {
        Write($"{Time} stdout P one \n{Time} stderr P uno \n{Time} stdout F two\n{Time} stderr F due\n");

        (await ReadAsync(0)).Select(r => (r.Stream, r.Text)).ShouldBe([(LogStream.Out, "one two"), (LogStream.Error, "uno due")]);
    }

    [Fact]
    public async Task Read_CharacterCutBetweenParts_IsWhole()
    {
        var letter = Encoding.UTF8.GetBytes("ü");
        File.WriteAllBytes(_path, [.. Encoding.UTF8.GetBytes($"{Time} stdout P "), letter[0], (byte)'\n', .. Encoding.UTF8.GetBytes($"{Time} stdout F "), letter[1], (byte)'\n']);

        (await ReadAsync(0)).ShouldHaveSingleItem().Text.ShouldBe("ü");
    }

    [Fact]
    public async Task Read_LastLineHalfWritten_IsLeftUntilItIsWhole()
    {
        Write($"{Time} stdout F one\n{Time} stdout F tw");
        var first = (await ReadAsync(0)).ShouldHaveSingleItem();

        File.AppendAllText(_path, "o\n");

        (await ReadAsync(first.NextOffset)).ShouldHaveSingleItem().Text.ShouldBe("two");
    }

    [Fact]
    public async Task Read_ResumeWhileAPartIsPending_LosesNothing()
    {
        Write($"{Time} stdout P one \n{Time} stderr F oops\n");
        var error = (await ReadAsync(0)).ShouldHaveSingleItem();
        File.AppendAllText(_path, $"{Time} stdout F two\n");

        var resumed = await ReadAsync(error.NextOffset);

        resumed.Select(r => r.Text).ShouldContain("one two");
    }

    [Fact]
    public async Task Read_FromEachRecordsOffset_GivesTheRest()
    {
        Write(string.Concat(Enumerable.Range(0, 20_000).Select(n => $"{Time} stdout F line {n}\n")));
        var all = await ReadAsync(0);
        all.Count.ShouldBe(20_000);

        foreach (var at in new[] { 0, 1, 777, 19_998, 19_999 })
        {
            (await ReadAsync(all[at].NextOffset)).Select(r => r.Text).ShouldBe(all.Skip(at + 1).Select(r => r.Text));
        }
    }

    [Fact]
    public async Task Read_ContainerEndedWithinALine_FinalGivesIt()
    {
        Write($"{Time} stdout P tail\n");

        (await ReadAsync(0)).ShouldBeEmpty();
        (await ReadAsync(0, isFinal: true)).ShouldHaveSingleItem().Text.ShouldBe("tail");
    }

    [Fact]
    public async Task Read_EndlessLine_IsSplitAtTheBound()
    {
        var part = new string('x', 8192);
        Write(string.Concat(Enumerable.Repeat($"{Time} stdout P {part}\n", 17)) + $"{Time} stdout F end\n");

        var records = await ReadAsync(0);

        records.Select(r => r.Text.Length).ShouldBe([65536, 65536, 8195]);
    }

    [Theory]
    [InlineData("rubbish\n", "rubbish")]
    [InlineData("2026-11-20T16:14:22Z stdout X text\n", "2026-11-20T16:14:22Z stdout X text")]
    [InlineData("{\"log\":\n", "{\"log\":")]
    public async Task Read_LineThatIsNoLog_IsShownAsItIs(string line, string text)
    {
        Write(line + $"{Time} stdout F next\n");

        (await ReadAsync(0)).Select(r => r.Text).ShouldBe([text, "next"]);
    }

    [Fact]
    public async Task Tail_MoreLinesThanAsked_GivesTheLast()
    {
        Write(string.Concat(Enumerable.Range(0, 50_000).Select(n => $"{Time} stdout F {n}\n")));

        (await EngineLogFile.TailAsync(_path, 3, CancellationToken.None)).Select(r => r.Text).ShouldBe(["49997", "49998", "49999"]);
        (await EngineLogFile.TailAsync(_path, 20_000, CancellationToken.None)).Count.ShouldBe(20_000);
        (await EngineLogFile.TailAsync(_path, 100_000, CancellationToken.None)).Count.ShouldBe(50_000);
    }

    private void Write(string text) => File.WriteAllText(_path, text);

    private async Task<List<LogRecord>> ReadAsync(long offset, bool isFinal = false)
    {
        var records = new List<LogRecord>();
        await foreach (var record in EngineLogFile.ReadAsync(_path, offset, isFinal, CancellationToken.None))
        {
            records.Add(record);
        }

        return records;
    }
}
