using System.Collections.Immutable;
using Towpath.Core.Applications;
using Towpath.Core.Diagnostics;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Applications;

/// <summary>When the readiness sheet is written by itself.</summary>
public sealed class ReviewTests
{
    [Theory]
    [InlineData("mon 09:00", "mon 09:00 (Europe/Brussels)")]
    [InlineData("\"thu, mon 9:05\"", "mon, thu 09:05 (Europe/Brussels)")]
    [InlineData("mon-wed 23:59", "mon, tue, wed 23:59 (Europe/Brussels)")]
    [InlineData("\"Fri-Mon,wed 00:00\"", "sun, mon, wed, fri, sat 00:00 (Europe/Brussels)")]
    [InlineData("daily 07:30", "daily 07:30 (Europe/Brussels)")]
    [InlineData("sun-sat 07:30", "daily 07:30 (Europe/Brussels)")]
    public void Read_DaysAndATime_AreUnderstood(string every, string words)
    {
        var (review, diagnostics) = Read($"{{ every: {every}, zone: Europe/Brussels }}");
        diagnostics.ShouldBeEmpty();
        review.ShouldNotBeNull().Words.ShouldBe(words);
    }

    [Theory]
    [InlineData("{ every: mon, zone: UTC }", "TP2060")]
    [InlineData("{ every: \"09:00\", zone: UTC }", "TP2060")]
    [InlineData("{ every: monday 09:00, zone: UTC }", "TP2060")]
    [InlineData("{ every: mon 24:00, zone: UTC }", "TP2060")]
    [InlineData("{ every: mon 09:00 17:00, zone: UTC }", "TP2060")]
    [InlineData("{ every: \"mon, 09:00\", zone: UTC }", "TP2060")]
    [InlineData("{ every: \"mon,mon 09:00\", zone: UTC }", "TP2060")]
    [InlineData("{ every: \"mon-wed,tue 09:00\", zone: UTC }", "TP2060")]
    [InlineData("{ every: daily, zone: UTC }", "TP2060")]
    [InlineData("{ every: weekly 09:00, zone: UTC }", "TP2060")]
    [InlineData("{ every: mon 09:00, zone: Europe/Brusels }", "TP2049")]
    [InlineData("{ every: monday 09:00, zone: Europe/Brusels }", "TP2060", "TP2049")]
    [InlineData("{ every: mon 09:00 }", "TP1048")]
    [InlineData("{}", "TP1048", "TP1048")]
    [InlineData("mon 09:00", "TP1040")]
    public void Read_AnythingElse_IsTold(string review, params string[] codes) => Read(review).Diagnostics.Select(d => d.Code).ShouldBe(codes);

    [Fact]
    public void Read_WithoutIt_NothingIsWrittenByItself()
    {
        var (review, diagnostics) = Read("");
        diagnostics.ShouldBeEmpty();
        review.ShouldBeNull();
    }

    private static (ReviewSpec? Review, ImmutableArray<Diagnostic> Diagnostics) Read(string review)
    {
        var reading = ApplicationReader.Read(
            new FakeSourceFiles(
                ("compose.yaml", "services: { web: { image: nginx, x-towpath: { route: /, port: 80 } } }"),
                ("towpath.yaml", $"application: shop\nenvironments:\n  production:\nreview: {review}\n")),
            []);
        return (reading.Application?.Ladder.Review, reading.Diagnostics);
    }
}
