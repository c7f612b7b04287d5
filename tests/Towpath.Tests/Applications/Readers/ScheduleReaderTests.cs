using Towpath.Core.Applications;
using Towpath.Core.Applications.Readers;
using Towpath.Core.Diagnostics;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Applications.Readers;

/// <summary><c>x-towpath.schedule</c> and <c>x-towpath.scale</c>.</summary>
public sealed class ScheduleReaderTests
{
    [Theory]
    [InlineData("*/5 * * * *", "*/5 * * * *")]
    [InlineData("  0   4 1,15 * mon-fri ", "0 4 1,15 * mon-fri")]
    [InlineData("0-30/10,45 0-23/2 31 JAN-dec 0", "0-30/10,45 0-23/2 31 JAN-dec 0")]
    [InlineData("@daily", "0 0 * * *")]
    [InlineData("@hourly", "0 * * * *")]
    [InlineData("@weekly", "0 0 * * 0")]
    public void Cron_OfATime_IsItsFiveFields(string text, string fields)
    {
        CronText.Read(text, out var problem).ShouldBe(fields);
        problem.ShouldBeNull();
    }

    [Theory]
    [InlineData("")]
    [InlineData("* * * *")]
    [InlineData("* * * * * *")]
    [InlineData("60 * * * *")]
    [InlineData("* 24 * * *")]
    [InlineData("* * 0 * *")]
    [InlineData("* * * 13 *")]
    [InlineData("* * * * 7")]
    [InlineData("30-10 * * * *")]
    [InlineData("*/0 * * * *")]
    [InlineData("*/60 * * * *")]
    [InlineData("*/5/5 * * * *")]
    [InlineData("1-2-3 * * * *")]
    [InlineData("1,,2 * * * *")]
    [InlineData("-1 * * * *")]
    [InlineData("* * * foo *")]
    [InlineData("mon * * * *")]
    [InlineData("@reboot")]
    [InlineData("@every 5m")]
    public void Cron_OfNoTime_SaysWhy(string text)
    {
        CronText.Read(text, out var problem).ShouldBeNull();
        problem.ShouldNotBeNullOrEmpty();
    }

    [Fact]
    public void Schedule_OnKubernetes_IsKeptWithItsZone()
    {
        Delivery("schedule: '@daily'").Schedule.ShouldNotBeNull().ShouldSatisfyAllConditions(s => s.Cron.ShouldBe("0 0 * * *"), s => s.Zone.ShouldBeNull());
        Delivery("schedule: { cron: '0 4 * * *', zone: Europe/Brussels }").Schedule.ShouldNotBeNull().ShouldSatisfyAllConditions(
            s => s.Cron.ShouldBe("0 4 * * *"), s => s.Zone.ShouldBe("Europe/Brussels"));
    }

    [Fact]
    public void Scale_OnKubernetes_IsKept()
    {
        var scale = Delivery("scale: { min: 2, max: 6, cpu: 70%, memory: 80%, requests: 12.5/s }").Scale.ShouldNotBeNull();

        (scale.Min, scale.Max, scale.Cpu, scale.Memory, scale.RequestsPerSecond).ShouldBe((2, 6, 70, 80, 12.5));
        Delivery("scale: { max: 6, requests: 1/s }").Scale!.Min.ShouldBe(1);
    }

    [Fact]
    public void Scale_OnContainers_StaysANoteAndIsInNoRelease()
    {
        var reading = Read("scale: { min: 2, max: 6 }", "production: ");

        reading.Diagnostics.Select(d => d.Code).ShouldBe(["TP2030"]);
        reading.Application!.Service("web")!.Delivery.Scale.ShouldBeNull();
    }

    [Theory]
    [InlineData("schedule: '@often'", "TP2084")]
    [InlineData("schedule: { cron: '@daily', zone: Europe/Brussel }", "TP2049")]
    [InlineData("schedule: '@daily', route: /, port: 80", "TP2086")]
    [InlineData("schedule: '@daily', scale: { max: 2, requests: 1/s }", "TP2086")]
    [InlineData("scale: { min: 3, max: 2, requests: 1/s }", "TP2080")]
    [InlineData("scale: { max: 2 }", "TP2081")]
    [InlineData("scale: { max: 2, cpu: 70 }", "TP2082")]
    [InlineData("scale: { max: 2, memory: 170% }", "TP2082")]
    [InlineData("scale: { max: 2, requests: 100/m }", "TP2082")]
    public void Delivery_WhatIsWrong_IsTold(string keys, string code) =>
        Read(keys, "production: { engine: kubernetes }").Diagnostics.Where(d => d.Severity == Severity.Error).Select(d => d.Code).ShouldBe([code], keys);

    [Theory]
    [InlineData("production: ")]
    [InlineData("development: , production: { engine: kubernetes }")]
    public void Schedule_WithAnEnvironmentOfContainers_IsAnError(string environments) =>
        Read("schedule: '@daily'", environments).Diagnostics.Where(d => d.Severity == Severity.Error).Select(d => d.Code).ShouldBe(["TP2085"]);

    [Fact]
    public void Scale_OfWhatIsNotReserved_IsAnError() =>
        ApplicationReader.Read(
                new FakeSourceFiles(("compose.yaml", "services: { web: { image: a, x-towpath: { scale: { max: 2, cpu: 70%, memory: 1% } } } }"), ("towpath.yaml", "application: shop\nenvironments: { production: { engine: kubernetes } }")), [])
            .Diagnostics.Where(d => d.Severity == Severity.Error).Select(d => d.Code).ShouldBe(["TP2083", "TP2083"]);

    private static Delivery Delivery(string keys)
    {
        var reading = Read(keys, "production: { engine: kubernetes }");
        return reading.Application.ShouldNotBeNull(string.Join('\n', reading.Diagnostics.Select(DiagnosticWriter.WriteLine))).Service("web")!.Delivery;
    }

    private static ApplicationReading Read(string keys, string environments) => ApplicationReader.Read(
        new FakeSourceFiles(
            ("compose.yaml", $"services:\n  web:\n    image: a\n    deploy: {{ resources: {{ limits: {{ cpus: '1', memory: 64m }} }} }}\n    x-towpath: {{ {keys} }}\n"),
            ("towpath.yaml", $"application: shop\nenvironments: {{ {environments} }}")),
        []);
}
