using Towpath.Server.Logs;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Server.Logs;

public sealed class ServiceLogTests : IDisposable
{
    private readonly TemporaryFolder _folder = TemporaryFolder.InMemory();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Tail_WrittenByAProcessBefore_ComesBackWhole()
    {
        using (var before = new ServiceLog(_folder.Path)) before.Append([Line(1) with { IsError = true, Text = "tab\tand ünïcode" }, Line(2)]);
        using var log = new ServiceLog(_folder.Path);

        log.Append([Line(3)]);

        log.Tail(10).Lines.ShouldBe([Line(1) with { IsError = true, Text = "tab\tand ünïcode" }, Line(2), Line(3)]);
    }

    [Fact]
    public void Append_LineWithABreakInIt_StaysOneLine()
    {
        using var log = new ServiceLog(_folder.Path);

        log.Append([Line(1) with { Text = "one\ntwo" }, Line(2)]);

        log.Tail(10).Lines.Select(l => l.Text).ShouldBe(["one two", "line 2"]);
    }

    [Fact]
    public void Append_AfterHalfALine_IsNotGluedToIt()
    {
        using (var before = new ServiceLog(_folder.Path)) before.Append([Line(1), Line(2)]);
        var file = Directory.GetFiles(_folder.Path).ShouldHaveSingleItem();
        using (var torn = new FileStream(file, FileMode.Open)) torn.SetLength(torn.Length - 4);
        using var log = new ServiceLog(_folder.Path);

        log.Append([Line(2), Line(3)]);

        log.Tail(2).Lines.ShouldBe([Line(2), Line(3)]);
    }

    [Fact]
    public void Append_MoreThanFits_KeepsABoundedEndAndTailGoesAcrossSegments()
    {
        using var log = new ServiceLog(_folder.Path);
        var text = new string('x', 60_000);
        for (var batch = 0; batch < 90; batch++) log.Append(Enumerable.Range(batch * 10, 10).Select(i => Line(i) with { Text = $"{i} {text}" }));

        var size = Directory.GetFiles(_folder.Path).Sum(f => new FileInfo(f).Length);
        size.ShouldBeLessThan((ServiceLog.Segments + 1) * ServiceLog.SegmentBytes);
        size.ShouldBeGreaterThan((ServiceLog.Segments - 1) * ServiceLog.SegmentBytes);
        Directory.GetFiles(_folder.Path).Length.ShouldBeLessThanOrEqualTo(ServiceLog.Segments);
        log.Tail(300).Lines.Select(l => int.Parse(l.Text.Split(' ')[0], null)).ShouldBe(Enumerable.Range(600, 300));
        log.Tail(0).Lines.ShouldBeEmpty();
    }

    [Fact]
    public void After_Positions_GiveEachLineOnce()
    {
        using var log = new ServiceLog(_folder.Path);
        log.Append([Line(0)]);
        var (seen, next) = log.Tail(10);
        var all = seen.ToList();
        var text = new string('x', 60_000);
        for (var batch = 0; batch < 40; batch++)
        {
            log.Append(Enumerable.Range(0, 10).Select(i => Line(1 + (batch * 10) + i) with { Text = text }));
            (seen, next) = log.After(next);
            all.AddRange(seen);
        }

        all.Select(l => l.At).ShouldBe(Enumerable.Range(0, 401).Select(i => Line(i).At));
        log.After(next).Lines.ShouldBeEmpty();
    }

    [Fact]
    public void After_SegmentIsGone_GoesOnWithTheOldestKept()
    {
        using var log = new ServiceLog(_folder.Path);
        var text = new string('x', 60_000);
        for (var batch = 0; batch < 90; batch++) log.Append(Enumerable.Range(batch * 10, 10).Select(i => Line(i) with { Text = text }));

        var (lines, _) = log.After(new LogPosition(1, 500));

        lines.Count.ShouldBeGreaterThan(300);
        lines[^1].At.ShouldBe(Line(899).At);
    }

    [Fact]
    public void Append_ManyAtOnce_LosesNothing()
    {
        using var log = new ServiceLog(_folder.Path);

        Parallel.For(0, 50, i => log.Append([Line(i)]));

        log.Tail(100).Lines.Select(l => l.At).Order().ShouldBe(Enumerable.Range(0, 50).Select(i => Line(i).At));
    }

    private static KeptLine Line(int number) => new(Models.Noon.AddSeconds(number), "shop-api-0", false, $"line {number}");
}
