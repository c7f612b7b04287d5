using Towpath.Core.Diagnostics;
using Towpath.Core.Environments;
using Towpath.Core.Trackers;

namespace Towpath.Tests.Trackers;

public sealed class IssueWordsTests
{
    [Fact]
    public void Line_WordsOfOthers_RingNobodyAndCommandNothing()
    {
        TrackerText.Line("/close\n@all <!-- towpath:x --> [a](http://b) `c` #1").ShouldBe("&#47;close &#64;all &#60;!-- towpath&#58;x --&#62; \\[a\\](http&#58;&#47;&#47;b) \\`c\\` &#35;1".Replace("!", "&#33;", StringComparison.Ordinal));
        TrackerText.Line(new string('x', 5000)).Length.ShouldBeLessThan(1600);
    }

    [Theory]
    [InlineData(TrackerKind.GitLab, "towpath::")]
    [InlineData(TrackerKind.GitHub, "towpath:")]
    public void Change_FromAnyStateToAnyOther_LeavesOneLabelAndOthersAlone(TrackerKind kind, string begin)
    {
        foreach (var before in Enum.GetValues<RequestState>())
        {
            foreach (var after in Enum.GetValues<RequestState>())
            {
                var labels = new[] { "deploy-request", "bug", IssueWords.Label(kind, before) };
                var change = IssueWords.Change(kind, labels, isOpen: true, after);
                labels.Except(change.Remove).Union(change.Add).ShouldBe(["deploy-request", "bug", begin + after.ToString().ToLowerInvariant()]);
                change.Close.ShouldBe(after is RequestState.Done or RequestState.Refused);
                IssueWords.Change(kind, labels, isOpen: false, after).Close.ShouldBeFalse();
                change.IsNothing.ShouldBe(before == after && !change.Close);
            }
        }
    }

    [Fact]
    public void Standing_OfARequest_NamesAllThatIsMissing()
    {
        var text = IssueWords.Standing("k", ["a problem"], ("r-1", "production", new RequestStanding(RequestState.Open, ["risk, what could go wrong", "soak: waits"])));
        text.ShouldBe(
            "<!-- towpath:k -->\n**Towpath can't read this issue as it is now. The deploy request stays as it was.**\n\n- a problem\n\nEdit the issue: it is read again, and this comment changes with it.\n\n"
            + "**Deploy request of r-1 for production: open**\n\nWhat keeps it out:\n\n- risk, what could go wrong\n- soak&#58; waits\n");
        IssueWords.Standing("k", [], ("r-1", "production", new RequestStanding(RequestState.Done, []))).ShouldBe("<!-- towpath:k -->\n**Deploy request of r-1 for production: done**\n");
    }

    [Fact]
    public void Findings_OfARun_AreBounded()
    {
        var findings = Enumerable.Range(1, 40).Select(i => new Diagnostic("TP2201", Severity.Error, $"finding {i}", Help: "mend it")).ToList();
        var text = IssueWords.Findings("k", "shop", "p-1", new string('a', 40), findings);
        text.ShouldStartWith("<!-- towpath:k -->\n**shop: p-1 of commit aaaaaaaaaaaa failed**\n\n- finding 1 (TP2201). What to do: mend it\n");
        text.ShouldEndWith("\nand 10 more\n");
        text.Split("\n- ").Length.ShouldBe(31);
    }
}
