using Towpath.Core.Diagnostics;
using Towpath.Core.Journal;

namespace Towpath.Tests.Journal;

public sealed class AuditReportTests
{
    private static readonly Fact Confirmed = new()
    {
        Sequence = 7,
        At = new DateTimeOffset(2026, 11, 28, 14, 30, 0, TimeSpan.FromHours(1)),
        Kind = FactKind.ReleaseConfirmed,
        Application = "shop",
        Environment = "production",
        Release = "r-1",
        Actor = "ann",
        Role = "ops",
        Text = "ann confirms r-1 for production as ops",
    };

    [Fact]
    public void Csv_AFact_HasACellForEachColumn()
    {
        AuditReport.CsvHead.ShouldBe("number,when,who,what,application,environment,release,about,text,evidence");
        AuditReport.Csv(Confirmed).ShouldBe("7,2026-11-28T13:30:00.000Z,ann,release.confirmed,shop,production,r-1,,ann confirms r-1 for production as ops,as ops");
    }

    [Theory]
    [InlineData("=1+1", "'=1+1")]
    [InlineData("@sum", "'@sum")]
    [InlineData("a, \"b\"\nc", "\"a, \"\"b\"\"\nc\"")]
    [InlineData("-x, y", "\"'-x, y\"")]
    public void Csv_WhatPeopleWrote_IsNeitherAFormulaNorAnotherRow(string text, string cell) =>
        AuditReport.Csv(Confirmed with { Text = text }).ShouldContain($",{cell},as ops");

    [Fact]
    public void Markdown_WhatPeopleWrote_StaysInItsCell() =>
        AuditReport.Markdown(Confirmed with { Text = "a | b\n<script> [x](y) &amp;" }).ShouldContain(@"| a \| b &lt;script&gt; \[x\](y) &amp;amp; |");

    [Fact]
    public void Markdown_Failure_CarriesItsDiagnostic() =>
        AuditReport.Markdown(Confirmed with { Role = null, Diagnostic = new Diagnostic("TP5002", Severity.Error, "it is not ready", Notes: ["It answered 503."]) })
            .ShouldEndWith("| TP5002: it is not ready. It answered 503. |");
}
