using System.Collections.Immutable;
using System.Text.Json;
using Towpath.Core.Applications;
using Towpath.Core.Ci;
using Towpath.Core.Diagnostics;
using Towpath.Server.Pipelines;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Cli.Commands;

public sealed class CiVerbTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly TestProgram _program = new();
    private LocalRun? _asked;

    public CiVerbTests() => _program.Surroundings = _program.Surroundings with { Folder = _folder.Path, RunPipeline = (asked, _, _) => Task.FromResult(Run(asked)) };

    private bool IsGreen { get; set; } = true;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("gitlab", ".gitlab-ci.yml")]
    [InlineData("github", ".github/workflows/towpath.yml")]
    [InlineData("jenkins", "Jenkinsfile")]
    public async Task Ci_WritesTheFileWhereTheSystemLooks_AndKeepsWhatSomebodyChanged(string system, string name)
    {
        (await _program.RunAsync("ci", system)).ShouldBe(ExitCode.Success);
        var written = await File.ReadAllTextAsync(_folder[name]);
        written.ShouldBe(CiFile.Of(CiWords.Find(system)!.Value, new CiFileOptions(null, "towpath")).Text);
        (await _program.RunAsync("ci", system)).ShouldBe(ExitCode.Success);

        await File.AppendAllTextAsync(_folder[name], "# mine\n");
        (await _program.RunAsync("ci", system)).ShouldBe(ExitCode.InvalidInput);
        _program.Error.ToString().ShouldContain("TP4802");
        (await File.ReadAllTextAsync(_folder[name])).ShouldEndWith("# mine\n");
        (await _program.RunAsync("ci", system, "--force")).ShouldBe(ExitCode.Success);
        (await File.ReadAllTextAsync(_folder[name])).ShouldBe(written);
    }

    [Fact]
    public async Task Ci_WithADash_PrintsAndWritesNothing()
    {
        (await _program.RunAsync("ci", "github", "--path", "services/shop/", "--runner", "big", "--file", "-")).ShouldBe(ExitCode.Success);
        _program.Out.ToString().ShouldBe(CiFile.Of(CiSystem.GitHub, new CiFileOptions("services/shop", "big")).Text);
        Directory.EnumerateFileSystemEntries(_folder.Path).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("--path", "../elsewhere")]
    [InlineData("--path", "a b")]
    [InlineData("--path", "/etc")]
    [InlineData("--runner", "$(id)")]
    public async Task Ci_WithAWordThatAShellWouldObey_IsRefused(string option, string value)
    {
        (await _program.RunAsync("ci", "gitlab", option, value)).ShouldBe(ExitCode.Usage);
        _program.Error.ToString().ShouldContain("TP4803");
    }

    [Fact]
    public async Task PipelineRun_WhenGreen_WritesEvidenceWithThePlace_AndEndsWell()
    {
        _program.Variables["JENKINS_URL"] = "https://ci.example.org/";
        _program.Variables["BUILD_URL"] = "https://ci.example.org/job/shop/3/";
        (await _program.RunAsync("pipeline", "run", "v1", "--evidence", "e.json")).ShouldBe(ExitCode.Success);

        _asked.ShouldNotBeNull().ShouldSatisfyAllConditions(a => a.Commit.ShouldBe("v1"), a => a.Actor.ShouldBe("ada"), a => a.Repository.ShouldBe(_folder.Path));
        CiEvidenceFile.Read(await File.ReadAllTextAsync(_folder["e.json"]), out var evidence).ShouldBeNull();
        evidence!.Place.ShouldBe(new CiPlace(CiSystem.Jenkins, "https://ci.example.org/job/shop/3/", null, null, null));
        _program.Out.ToString().Trim().ShouldBe("commit aaaaaaaaaa of shop is green: 1 step");
    }

    [Fact]
    public async Task PipelineRun_WhenRed_EndsWithItsCode_AndGivesStepsAsJson()
    {
        IsGreen = false;
        (await _program.RunAsync("pipeline", "run", "--evidence", "e.json", "--output", "json")).ShouldBe(ExitCode.PipelineFailed);

        using var document = JsonDocument.Parse(_program.Out.ToString());
        document.RootElement.GetProperty("verdict").GetString().ShouldBe("red");
        document.RootElement.GetProperty("failure").GetProperty("code").GetString().ShouldBe("TP3011");
        document.RootElement.GetProperty("evidence").GetProperty("steps")[0].GetProperty("succeeded").GetBoolean().ShouldBeFalse();
        CiEvidenceFile.Read(await File.ReadAllTextAsync(_folder["e.json"]), out var evidence).ShouldBeNull();
        evidence!.IsGreen.ShouldBeFalse();
    }

    [Fact]
    public async Task PipelineRun_WithEvidenceOutsideOfTheFolder_RunsNothing()
    {
        (await _program.RunAsync("pipeline", "run", "--evidence", "../e.json")).ShouldBe(ExitCode.InvalidInput);
        _asked.ShouldBeNull();
    }

    private LocalRunResult Run(LocalRun asked)
    {
        _asked = asked;
        var evidence = new CiEvidence(
            "shop", new string('a', 40), Models.Noon, TimeSpan.FromSeconds(1), [new CiStep("test:api", IsGreen, TimeSpan.FromSeconds(1), null)], ImmutableSortedDictionary<string, string>.Empty, null);
        return new LocalRunResult(evidence, IsGreen ? null : new Diagnostic("TP3011", Severity.Error, "the tests of api failed"));
    }
}
