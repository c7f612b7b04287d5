using System.Collections.Immutable;
using Towpath.Core.Applications;
using Towpath.Core.Diagnostics;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Applications;

/// <summary>Holidays and demo days of a window.</summary>
public sealed class DaysOffTests
{
    [Fact]
    public void Read_Holidays_AreFreezesOfOneYearOrOfEach()
    {
        var window = Read("holidays: [ 12-25, 2026-05-14, { from: 12-24, to: 01-02, because: stocktaking }, { from: 2026-07-20, to: 2026-07-21 } ]").Window.ShouldNotBeNull();

        window.Yearly.ShouldBe([new YearlyFreezeSpec(new YearDay(12, 25), new YearDay(12, 25), "holiday"), new YearlyFreezeSpec(new YearDay(12, 24), new YearDay(1, 2), "stocktaking")]);
        window.Freezes.ShouldBe([new FreezeSpec(new DateOnly(2026, 5, 14), new DateOnly(2026, 5, 14), "holiday"), new FreezeSpec(new DateOnly(2026, 7, 20), new DateOnly(2026, 7, 21), "holiday")]);
    }

    [Theory]
    [InlineData("demo: 2026-12-10", "2026-12-10")]
    [InlineData("demo: [ 2026-12-10 ]", "2026-12-10")]
    [InlineData("demo: { days: 2026-12-10 }", "2026-12-10")]
    [InlineData("demo: { days: [ 2026-12-10 ], before: 1d }", "2026-12-09")]
    [InlineData("demo: { days: [ 2026-12-10 ], before: 48h }", "2026-12-08")]
    public void Read_DemoDays_FreezeTheDaysBefore(string demo, string first) =>
        Read(demo).Window.ShouldNotBeNull().Freezes.ShouldHaveSingleItem()
            .ShouldBe(new FreezeSpec(DateOnly.Parse(first, System.Globalization.CultureInfo.InvariantCulture), new DateOnly(2026, 12, 10), "demo on 2026-12-10"));

    [Fact]
    public void Read_LeapDay_IsADayOfEachYear() => Read("holidays: 02-29").Window.ShouldNotBeNull().Yearly.ShouldHaveSingleItem().First.ShouldBe(new YearDay(2, 29));

    [Theory]
    [InlineData("holidays: [ 02-30 ]", "TP2056")]
    [InlineData("holidays: [ { from: 12-24, to: 2027-01-02 } ]", "TP2056")]
    [InlineData("holidays: [ { from: 2026-12-24, to: 01-02 } ]", "TP2056")]
    [InlineData("holidays: [ { from: 2027-01-02, to: 2026-12-24 } ]", "TP2051")]
    [InlineData("demo: 12-10", "TP2050")]
    [InlineData("demo: { days: 2026-12-10, before: 36h }", "TP2057")]
    [InlineData("demo: { days: 2026-12-10, before: 31d }", "TP2057")]
    public void Read_WhatIsNoDay_IsTold(string keys, string code) => Read(keys).Diagnostics.Select(d => d.Code).ShouldBe([code]);

    private static (WindowSpec? Window, ImmutableArray<Diagnostic> Diagnostics) Read(string keys)
    {
        var reading = ApplicationReader.Read(
            new FakeSourceFiles(
                ("compose.yaml", "services: { web: { image: nginx, x-towpath: { route: /, port: 80 } } }"),
                ("towpath.yaml", $"application: shop\nenvironments:\n  production: {{ gates: [ window: {{ {keys}, zone: UTC }} ] }}\n")),
            []);
        return (reading.Application?.Ladder.Environment("production")!.Gates.Window, reading.Diagnostics);
    }
}
