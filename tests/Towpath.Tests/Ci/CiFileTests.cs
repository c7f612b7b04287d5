using System.Text.RegularExpressions;
using Towpath.Cli;
using Towpath.Core.Applications;
using Towpath.Core.Ci;
using Towpath.Tests.Cli;
using YamlDotNet.RepresentationModel;

namespace Towpath.Tests.Ci;

/// <summary>The pipeline files are what they were, can be read by what they are for, and hold only command lines that this program takes.</summary>
public sealed partial class CiFileTests
{
    private static readonly CiFileOptions Top = new(null, "towpath");
    private static readonly CiFileOptions Below = new("services/shop", "linux-2");

    public static TheoryData<CiSystem, bool> All() => [.. from system in Enum.GetValues<CiSystem>() from below in new[] { false, true } select (system, below)];

    [Theory]
    [MemberData(nameof(All))]
    public async Task Of_EachSystem_IsTheKeptFile(CiSystem system, bool below)
    {
        var kept = RepositoryRoot.Combine("tests", "Towpath.Tests", "Ci", "Files", $"{system.Word()}{(below ? "-below" : "")}.txt");
        var text = CiFile.Of(system, below ? Below : Top).Text;
        if (Environment.GetEnvironmentVariable("TOWPATH_ACCEPT") == "1") await File.WriteAllTextAsync(kept, text);
        text.ShouldBe(await File.ReadAllTextAsync(kept), "run this test with TOWPATH_ACCEPT=1, and read the difference");
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Of_EachSystem_HoldsCommandLinesOfThisProgram(CiSystem system, bool below)
    {
        var file = CiFile.Of(system, below ? Below : Top);
        var lines = CommandLine().Matches(file.Text).Select(m => m.Groups["line"].Value).ToList();
        lines.Select(l => l.Split(' ')[0]).ShouldBe(["check", "contract", "pipeline", "evidence"]);
        lines.Count(l => l.Contains("--path services/shop", StringComparison.Ordinal)).ShouldBe(below ? 3 : 0);
        foreach (var line in lines)
            TowpathProgram.Build(new GlobalOptions(), new TestProgram().Surroundings).Parse(line.Split('>')[0].Trim()).Errors.ShouldBeEmpty(line);
        // The one who hands evidence in says which commit he means, and by the system's own variable.
        lines[2].Split(' ')[2].ShouldBe(lines[3].Split(' ')[^1]);
    }

    [Theory]
    [InlineData(CiSystem.GitLab, ".gitlab-ci.yml")]
    [InlineData(CiSystem.GitHub, ".github/workflows/towpath.yml")]
    public void Of_SystemsWithYaml_IsYaml(CiSystem system, string name)
    {
        var file = CiFile.Of(system, Below);
        file.Name.ShouldBe(name);
        var stream = new YamlStream();
        stream.Load(new StringReader(file.Text));
        var root = (YamlMappingNode)stream.Documents.ShouldHaveSingleItem().RootNode;
        (system == CiSystem.GitLab ? root["default"]["tags"][0] : root["jobs"]["pipeline"]["runs-on"][1]).ToString().ShouldBe("linux-2");
    }

    [Fact]
    public void Of_Jenkins_HasItsBracesInPairs()
    {
        var depth = 0;
        foreach (var c in CiFile.Of(CiSystem.Jenkins, Top).Text)
        {
            depth += c switch { '{' => 1, '}' => -1, _ => 0 };
            depth.ShouldBeGreaterThanOrEqualTo(0);
        }

        depth.ShouldBe(0);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Of_EachSystem_TakesItsSecretsFromTheSystem(CiSystem system, bool below)
    {
        var text = CiFile.Of(system, below ? Below : Top).Text;
        // Named, and never given a value of ours.
        Assigned().Matches(text).Select(m => m.Value.Trim()).ShouldAllBe(line => line.Contains("${{ secrets.TOWPATH_", StringComparison.Ordinal) || line.Contains("credentialsId: 'towpath-", StringComparison.Ordinal));
        text.ShouldNotContain("tp_");
        text.ShouldNotContain("http");
    }

    [Theory]
    [InlineData("services/shop", true)]
    [InlineData("a.b_c-d", true)]
    [InlineData("", false)]
    [InlineData("-x", false)]
    [InlineData("/etc", false)]
    [InlineData("a b", false)]
    [InlineData("a'b", false)]
    [InlineData("$(id)", false)]
    [InlineData("a\nb", false)]
    [InlineData("ä", false)]
    public void IsPlain_IsWhatMeansNothingToAShell(string word, bool plain) => CiFile.IsPlain(word).ShouldBe(plain);

    [GeneratedRegex("(?:- |run: |sh ')towpath (?<line>[^'\n]+)", RegexOptions.None, 1000)]
    private static partial Regex CommandLine();

    [GeneratedRegex("^.*TOWPATH_(?:URL|TOKEN)['\"]?\\s*[:=].*$|^.*credentialsId.*$", RegexOptions.Multiline, 1000)]
    private static partial Regex Assigned();
}
