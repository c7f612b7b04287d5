using System.CommandLine;
using System.Text.Json;
using Towpath.Cli;
using Towpath.Core.Diagnostics;

namespace Towpath.Tests.Cli;

public sealed class TowpathProgramTests
{
    public static TheoryData<string> VerbPaths() => [.. Verbs(Root()).Select(verb => verb.Path)];

    [Theory]
    [MemberData(nameof(VerbPaths))]
    public async Task Help_OfEachVerb_HasDescriptionAndExamples(string path)
    {
        var program = new TestProgram();
        (await program.RunAsync([.. path.Split(' '), "--help"])).ShouldBe(ExitCode.Success);
        program.Out.ToString().ShouldContain("Description:");
        program.Out.ToString().ShouldContain("Example");
        program.Out.ToString().ShouldContain($"  towpath {path}");
    }

    /// <summary>The longest name sets where all descriptions begin.</summary>
    [Theory]
    [InlineData("--help")]
    [InlineData("explain --help")]
    [InlineData("grant --help")]
    public async Task Help_Names_LeaveRoomForDescriptions(string line)
    {
        var program = new TestProgram();
        (await program.RunAsync(line.Split(' '))).ShouldBe(ExitCode.Success);
        program.Out.ToString().Split('\n').ShouldAllBe(l => l.Length < 320);
        program.Out.ToString().Split('\n').ShouldNotContain(l => l.StartsWith("  ") && l.TrimStart().Length > 0 && l.IndexOf("          ", StringComparison.Ordinal) > 70);
    }

    [Theory]
    [MemberData(nameof(VerbPaths))]
    public void Examples_OfEachVerb_Parse(string path)
    {
        var verb = Verbs(Root()).Single(verb => verb.Path == path).Verb;
        foreach (var example in verb.Examples)
        {
            // What follows a pipe or a redirection is the shell's.
            var line = example.Split('|', '<', '>')[0].Trim();
            Root().Parse(line).Errors.ShouldBeEmpty(example);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("shp")]
    [InlineData("ship --what")]
    [InlineData("status --output yaml")]
    [InlineData("promote")]
    [InlineData("confirm production")]
    [InlineData("status --engine lxc")]
    [InlineData("status --engine unix://relative")]
    [InlineData("logs --tail -5")]
    [InlineData("serve --port 70000")]
    [InlineData("completion tcsh")]
    public async Task Run_WithWrongArguments_EndsAsUsage(string line)
    {
        var program = new TestProgram();
        (await program.RunAsync(line.Split(' ', StringSplitOptions.RemoveEmptyEntries))).ShouldBe(ExitCode.Usage);
        program.Error.ToString().ShouldStartWith("error[TP7100]: wrong arguments");
        program.Out.ToString().ShouldBeEmpty();
    }

    [Theory]
    [InlineData("auto")]
    [InlineData("docker")]
    [InlineData("unix:///run/podman/podman.sock")]
    public async Task Run_WithEngine_Parses(string engine) =>
        (await new TestProgram().RunAsync("releases", "--engine", engine)).ShouldBe(ExitCode.Success);

    [Fact]
    public async Task Run_WithDiagnosticsInJson_PrintsTheProblemOnStandardOutput()
    {
        var program = new TestProgram { Plane = { OnStatus = _ => throw new DiagnosticException(ExitCode.NotFound, new Diagnostic("TP4001", Severity.Error, "no such application")) } };
        (await program.RunAsync("status", "-o", "json")).ShouldBe(ExitCode.NotFound);
        using var document = JsonDocument.Parse(program.Out.ToString());
        document.RootElement.GetProperty("exitCode").GetInt32().ShouldBe(10);
        document.RootElement.GetProperty("diagnostics")[0].GetProperty("code").GetString().ShouldBe("TP4001");
        program.Error.ToString().ShouldContain("error[TP4001]: no such application");
    }

    [Fact]
    public async Task Run_WithUnexpectedException_EndsAsInternalWithoutTrace()
    {
        var program = new TestProgram { Plane = { OnStatus = _ => throw new InvalidOperationException("odd") } };
        (await program.RunAsync("status")).ShouldBe(ExitCode.Internal);
        program.Error.ToString().ShouldContain("error[TP7199]");
        program.Error.ToString().ShouldNotContain("   at ");
    }

    [Fact]
    public async Task Run_WithNoStart_DoesNotStartTheControlPlane()
    {
        var program = new TestProgram();
        (await program.RunAsync("status", "--no-start")).ShouldBe(ExitCode.ControlPlaneUnavailable);
        (await program.RunAsync("status")).ShouldBe(ExitCode.Success);
    }

    [Fact]
    public async Task Suggest_WithBeginningOfAVerb_CompletesIt()
    {
        var program = new TestProgram();
        (await program.RunAsync("[suggest:10]", "towpath prom")).ShouldBe(ExitCode.Success);
        program.Out.ToString().Trim().ShouldBe("promote");
    }

    [Theory]
    [InlineData("bash", "complete -o default -F _towpath towpath")]
    [InlineData("zsh", "#compdef towpath")]
    [InlineData("fish", "complete --command towpath")]
    public async Task Completion_OfAShell_PrintsItsScript(string shell, string part)
    {
        var program = new TestProgram();
        (await program.RunAsync("completion", shell)).ShouldBe(ExitCode.Success);
        program.Out.ToString().ShouldContain(part);
        program.Out.ToString().ShouldContain("[suggest:");
    }

    private static RootCommand Root() => TowpathProgram.Build(new GlobalOptions(), new TestProgram().Surroundings);

    private static IEnumerable<(string Path, Verb Verb)> Verbs(Command command, string prefix = "") => command.Subcommands.SelectMany(inner =>
        inner is Verb verb ? [(prefix + inner.Name, verb)] : Verbs(inner, prefix + inner.Name + " "));
}
