using System.Diagnostics;
using Towpath.Core.Environments;
using Towpath.Core.Trackers;

namespace Towpath.Tests.Trackers;

public sealed class IssueTemplateTests
{
    [Theory]
    [InlineData("release: r-1\nenvironment: production\nwhat: a basket\nwhy: the sale")]
    [InlineData("* **Release:** `r-1`\n* **Environment:** production\n- _What_: a basket\n+ Why : the sale")]
    [InlineData("# Request\r\n\r\n## Release\r\nr-1\r\n## ENVIRONMENT:\r\nproduction\r\n### What, what changes for users\r\na basket\r\n### Why (now)\r\nthe sale\r\n### Links\r\nrisk: not read, it is below a heading\r\n")]
    [InlineData("release: r-1\nenvironment: production\n\nSome talk.\n\n### What ###\n<!-- say what\n### Why\nnothing\n-->a basket\n### Why?\nthe sale\n### Risk\n_No response_")]
    public void Read_FormsThatPeopleWrite_GiveTheSame(string text)
    {
        var reading = IssueTemplate.Read(text.Replace("risk: not", "note: not", StringComparison.Ordinal));

        reading.Problems.ShouldBeEmpty();
        (reading.Release, reading.Environment, reading.Application).ShouldBe(("r-1", "production", null));
        (reading.Fields["what"], reading.Fields["why"]).ShouldBe(("a basket", "the sale"));
        DeployRequestTemplate.Missing(reading.Fields).ShouldBe(["risk", "rollback", "contact"]);
        reading.Fields.Keys.ShouldBe(DeployRequestTemplate.Fields.Select(f => f.Name), ignoreOrder: true);
    }

    [Fact]
    public void Read_TextBelowAHeading_IsTakenWhole()
    {
        var reading = IssueTemplate.Read("release: r-1\nenvironment: production\n### Rollback\nwhy: first\n\n```\n# what\nrun it\n```\n\nlast\n### What\nx");

        reading.Fields["rollback"].ShouldBe("why: first\n\n```\n# what\nrun it\n```\n\nlast");
        (reading.Fields["what"], reading.Fields["why"]).ShouldBe(("x", ""));
    }

    [Theory]
    [InlineData("environment: production", "TP4855 the issue does not name the release")]
    [InlineData("release: r-1\nenvironment: ``", "TP4855 the issue does not name the environment")]
    [InlineData("release: r-1\nenvironment: staging and production", "TP4856 the environment of the issue can't be read: it is more than one name")]
    [InlineData("release: r-1\nrelease: r-2\nenvironment: production", "TP4856 the release of the issue can't be read: it stands there twice, with different words")]
    public void Read_WhatCantBe_IsNamed(string text, string problem)
    {
        var reading = IssueTemplate.Read(text);
        reading.Problems.Select(p => $"{p.Code} {p.Headline}").ShouldBe([problem]);
    }

    [Fact]
    public void Read_TooMuch_IsNamed()
    {
        IssueTemplate.Read("release: r-1\nenvironment: e\nwhat: " + new string('x', 4001)).Problems.Single().Headline.ShouldContain("4001 characters");
        IssueTemplate.Read("release: r-1\nenvironment: e\n\n" + new string('x', 1_000_000)).Problems.Single().Headline.ShouldContain("more than 100000");
    }

    [Fact]
    public void Read_AnyText_EndsQuicklyAndHoldsItsLimits()
    {
        string[] parts = ["###", " What", "release", ":", "\n", "\r\n", " r-1", "<!--", "-->", "```", "- ", "**", "environment", "production", "\0", "\u2028", "é", "_No response_", "#", "why: ", "\t", new string('#', 50), new string('a', 5000)];
        var random = new Random(38);
        var began = Stopwatch.GetTimestamp();
        for (var i = 0; i < 5000; i++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(60)).Select(_ => parts[random.Next(parts.Length)]));
            var reading = IssueTemplate.Read(text);
            reading.Fields.Count.ShouldBe(DeployRequestTemplate.Fields.Length);
            if (!reading.Problems.IsEmpty) continue;
            reading.Release.ShouldNotBeNullOrWhiteSpace();
            reading.Environment.ShouldNotBeNullOrWhiteSpace();
            reading.Fields.Values.ShouldAllBe(v => v.Length <= DeployRequestTemplate.MostText && !v.Any(c => char.IsControl(c) && c != '\n'));
        }

        IssueTemplate.Read(string.Concat(Enumerable.Repeat("<!--", 25_000))).Problems.ShouldNotBeEmpty();
        Stopwatch.GetElapsedTime(began).ShouldBeLessThan(TimeSpan.FromMinutes(1));
    }
}
