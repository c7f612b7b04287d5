using Towpath.Core.Kubernetes.Running;

namespace Towpath.Tests.Kubernetes.Running;

public sealed class PodLineTests
{
    private static readonly PodOutput Web = new("web", "web-1", "u", "web", 0) { Source = "web-1" };

    [Fact]
    public void Read_LineWithTime_IsBoth()
    {
        var line = PodLine.Read(Web, "2026-11-29T05:02:46.123456789Z GET /  200")!;

        line.At.ShouldBe(new DateTimeOffset(2026, 11, 29, 5, 2, 46, TimeSpan.Zero).AddTicks(1_234_568));
        line.Text.ShouldBe("GET /  200");
        (line.Service, line.Source).ShouldBe(("web", "web-1"));
    }

    [Fact]
    public void Read_EmptyLine_IsEmpty() => PodLine.Read(Web, "2026-11-29T05:02:46Z ")!.Text.ShouldBe("");

    [Theory]
    [InlineData("")]
    [InlineData("unable to retrieve container logs for containerd://12ab")]
    public void Read_NoLineOfAContainer_IsNothing(string line) => PodLine.Read(Web, line).ShouldBeNull();

    [Fact]
    public void Covers_WhatWasReadAndComesAgain_ButNotWhatIsNewAtTheSameTime()
    {
        var place = default(PodLinePlace).After(Line(1)).After(Line(2)).After(Line(2));
        var passed = 0;

        // The server begins at a whole second, so that all of them come again, and with them two that are new.
        List<bool> covered = [];
        foreach (var second in (int[])[1, 2, 2, 2, 3]) covered.Add(place.Covers(Line(second), ref passed));

        covered.ShouldBe([true, true, true, false, false]);
    }

    [Fact]
    public void Take_MoreThanKept_IsTheNewestByTime()
    {
        var newest = new NewestLines(3, 1000);
        foreach (var second in (int[])[5, 1, 4, 2, 3]) newest.Add(Line(second));

        newest.Take().Select(l => l.At.Second).ShouldBe([3, 4, 5]);
    }

    [Fact]
    public void Take_LargerThanKept_IsTheNewestThatFit()
    {
        var newest = new NewestLines(100, 25);
        for (var i = 1; i <= 4; i++) newest.Add(Line(i, new string('x', 10)));

        newest.Take().Select(l => l.At.Second).ShouldBe([3, 4]);

        newest.Add(Line(9, new string('x', 900)));
        newest.Take().Count().ShouldBe(1, "one line is shown, whatever its size");
    }

    [Fact]
    public void Take_LinesOfOneTime_AreAsTheyCame()
    {
        var newest = new NewestLines(100, 1000);
        foreach (var text in (string[])["a", "b", "c"]) newest.Add(Line(1, text));

        newest.Take().Select(l => l.Text).ShouldBe(["a", "b", "c"]);
    }

    private static PodLine Line(int second, string text = "x") => new(new DateTimeOffset(2026, 1, 1, 0, 0, second, TimeSpan.Zero), "web", "web-1", text);
}
