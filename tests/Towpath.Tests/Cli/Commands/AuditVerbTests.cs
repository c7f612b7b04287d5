using System.Text.Json;
using Towpath.Core.Diagnostics;
using Towpath.Core.Journal;
using Towpath.Server.Api;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Cli.Commands;

public sealed class AuditVerbTests
{
    private readonly TestProgram _program = new();

    [Fact]
    public async Task Verify_Intact_PrintsTheSealAlone()
    {
        (await _program.RunAsync("audit", "verify")).ShouldBe(ExitCode.Success);
        _program.Out.ToString().ShouldBe($"2:{new string('a', 64)}\n");
    }

    [Fact]
    public async Task Verify_Altered_EndsAsTampered()
    {
        string? asked = null;
        _program.Plane.OnAudit = seal =>
        {
            asked = seal;
            return new AuditAnswer(3, "3:0", AuditDiagnostics.Altered(4, "its text does not fit its seal"));
        };

        (await _program.RunAsync("audit", "verify", "--seal", "9:0123456789abcdef", "-o", "json")).ShouldBe(ExitCode.Tampered);

        asked.ShouldBe("9:0123456789abcdef");
        JsonSerializer.Deserialize<ProblemAnswer>(_program.Out.ToString(), ApiJson.Options)!.Diagnostics.ShouldHaveSingleItem().Code.ShouldBe("TP4050");
    }

    [Theory]
    [InlineData("audit export", 3)]
    [InlineData("audit export --from 2026-01-06", 2)]
    [InlineData("audit export --to 2026-01-06", 2)]
    [InlineData("audit export --from 2026-01-06 --to 2026-01-06 --format csv", 1)]
    [InlineData("audit export --from 2026-01-06 -o json", 2)]
    public async Task Export_Period_IsWholeDays(string line, int facts)
    {
        var noon = new DateTimeOffset(2026, 1, 5, 12, 0, 0, TimeSpan.Zero);
        _program.Plane.Add(
            Models.Fact() with { At = noon },
            Models.Fact() with { At = noon.AddHours(36).AddTicks(-1), Text = "the last of its day" },
            Models.Fact() with { At = noon.AddHours(36) });

        (await _program.RunAsync(line.Split(' '))).ShouldBe(ExitCode.Success);

        _program.Out.ToString().Split('\n').Count(l => l.Contains(FactKind.PipelineQueued, StringComparison.Ordinal)).ShouldBe(facts);
    }

    [Fact]
    public async Task Export_Altered_ShowsWhatThereIsAndSaysSo()
    {
        _program.Plane.Add(Models.Fact());
        _program.Plane.OnAudit = _ => new AuditAnswer(0, "0:0", AuditDiagnostics.Missing(1, 1));

        (await _program.RunAsync("audit", "export")).ShouldBe(ExitCode.Tampered);

        _program.Out.ToString().ShouldContain(FactKind.PipelineQueued);
        _program.Error.ToString().ShouldContain("TP4051");
    }

    [Fact]
    public async Task Export_NoDay_IsWrongUsage() => (await _program.RunAsync("audit", "export", "--from", "yesterday")).ShouldBe(ExitCode.Usage);
}
