using Towpath.Engines.Containers;

namespace Towpath.EngineTests;

public abstract partial class EngineContract
{
    [Fact]
    public async Task LogFile_HundredThousandLines_NoneIsLostOrDoubled()
    {
        const int Count = 100_000;
        await RunAsync(Shell("many", $"seq 1 {Count}; echo end >&2"));
        var path = (await Engine.InspectContainerAsync(Name("many"), Cancel))!.LogPath!;

        var records = new List<LogRecord>();
        await foreach (var record in EngineLogFile.FollowAsync(path, 0, HasEndedAsync, TimeSpan.FromMilliseconds(20), TimeProvider.System, Cancel))
        {
            records.Add(record);
        }

        records.Where(r => r.Stream == LogStream.Out).Select(r => r.Text).ShouldBe(Enumerable.Range(1, Count).Select(n => $"{n}"));
        records.ShouldContain(r => r.Stream == LogStream.Error && r.Text == "end");
        records.ShouldAllBe(r => r.Timestamp > DateTimeOffset.UnixEpoch);

        async Task<bool> HasEndedAsync(CancellationToken token) =>
            (await Engine.InspectContainerAsync(Name("many"), token))!.State == Towpath.Core.Containers.ContainerState.Exited;
    }

    [Fact]
    public async Task LogFile_LongLinesAndNoLastLineEnd_AreJoined()
    {
        await CompleteAsync(Shell("long", "head -c 40000 /dev/zero | tr '\\0' a; echo; head -c 100000 /dev/zero | tr '\\0' b; echo; printf tail"));
        var path = (await Engine.InspectContainerAsync(Name("long"), Cancel))!.LogPath!;

        var texts = await ReadAsync(path, 0);

        texts[0].ShouldBe(new string('a', 40000));
        string.Concat(texts[1..^1]).ShouldBe(new string('b', 100000));
        texts.ShouldAllBe(t => t.Length <= EngineLogFile.MaxLine + 16384);
        texts[^1].ShouldBe("tail");
    }

    [Fact]
    public async Task LogFile_PrefixFreed_DiskIsBackAndTheRestIsThere()
    {
        await CompleteAsync(Shell("freed", "seq 1 50000"));
        var path = (await Engine.InspectContainerAsync(Name("freed"), Cancel))!.LogPath!;
        long offset = 0;
        await foreach (var record in EngineLogFile.ReadAsync(path, 0, isFinal: true, Cancel))
        {
            offset = record.Text == "49000" ? record.NextOffset : offset;
        }

        EngineLogFile.FreePrefix(path, offset).ShouldBeTrue();

        (await ReadAsync(path, offset)).ShouldBe(Enumerable.Range(49001, 1000).Select(n => $"{n}"));
        (await ReadAsync(path, 0)).ShouldBe(Enumerable.Range(49001, 1000).Select(n => $"{n}"));
    }

    private static async Task<List<string>> ReadAsync(string path, long offset)
    {
        var texts = new List<string>();
        await foreach (var record in EngineLogFile.ReadAsync(path, offset, isFinal: true, Cancel))
        {
            texts.Add(record.Text);
        }

        return texts;
    }
}
