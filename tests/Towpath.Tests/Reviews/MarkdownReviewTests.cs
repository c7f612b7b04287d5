using Towpath.Core.Diagnostics;
using Towpath.Core.Environments;
using Towpath.Core.Reviews;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Reviews;

public sealed class MarkdownReviewTests
{
    private static readonly ReviewSheet Empty = new("shop", Models.Noon, [], null, null, [], [], []);

    [Fact]
    public void Write_TextOfOthers_IsNeitherMarkdownNorHtml()
    {
        const string mean = "<img src=x> | [a](b)\n# `c`";
        const string tamed = "&lt;img src=x&gt; \\| \\[a\\](b) \\# \\`c\\`";
        var text = MarkdownReview.Write(
            Empty with
            {
                Application = mean,
                Runs = [new ReviewedRun("p-1", "c0ffee", mean, "failed", Models.Noon, null, mean)],
                Contract = new ReviewedContract("c0ffee", mean, [new ReviewedFinding(Severity.Error, "TP2201", mean, mean)]),
                Agreement = new ReviewedAgreement("r-1", mean, "5f0c21aa", [mean]),
                Requests = [new ReviewedRequest("production", "r-1", RequestState.Open, [mean], null)],
                Environments = [new ReviewedEnvironment("production", "r-1", null, mean, new Stability(0, 0, 0, 0, 0, null), "r-2", [mean])],
                Ahead = [new DaysAhead("production", default, default, mean, false, 1, "UTC", null, null)],
            },
            null);
        text.Split(tamed).Length.ShouldBe(1 + 17);
        text.ShouldNotContain("<img");
        text.ShouldNotContain("\n# `");
    }

    [Fact]
    public void Write_NothingKnown_SaysSoInEachSection()
    {
        var text = MarkdownReview.Write(Empty, Models.Noon.AddMinutes(-1));
        text.ShouldStartWith("# shop: readiness\n\nAs of 2026-03-04 12:00 UTC, due 2026-03-04 11:59 UTC.\n\n## Open points\n\nNothing is open.\n");
        text.ShouldContain("## Contract\n\nNo run says whether it is kept.\n");
        text.ShouldNotContain("|");
    }

    [Fact]
    public void Told_ManyLongPoints_IsShortAndSaysHowManyThereAre()
    {
        var sheet = Empty with
        {
            Requests = [.. Enumerable.Range(1, 9).Select(i => new ReviewedRequest("production", $"r-{i}", RequestState.Open, [], null))],
            Agreement = new ReviewedAgreement("r-1", new string('x', 5000), "5f0c21aa", ["ops"]),
        };
        var told = MarkdownReview.Told(sheet, Models.Noon.AddHours(-3));
        told.ShouldStartWith("the readiness sheet of shop, due 2026-03-04 09:00 UTC, is written (3 h late): 10 open points: xxx");
        told.ShouldEndWith("; the deploy request of r-4 for production is not complete; and 5 more");
        told.Length.ShouldBeLessThan(700);
        MarkdownReview.Told(Empty, Models.Noon.AddSeconds(-15)).ShouldBe("the readiness sheet of shop, due 2026-03-04 11:59 UTC, is written: nothing is open");
    }
}
