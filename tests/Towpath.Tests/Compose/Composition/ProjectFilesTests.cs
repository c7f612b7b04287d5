using Towpath.Core.Diagnostics;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Compose.Composition;

public sealed class ProjectFilesTests
{
    private const string A = "services: { a: { image: \"x:${TAG:-none}\" } }";

    [Theory]
    [InlineData("compose.yaml", "compose.override.yml")]
    [InlineData("compose.yml", "compose.override.yaml")]
    [InlineData("docker-compose.yml", "docker-compose.override.yml")]
    [InlineData("docker-compose.yaml", "docker-compose.override.yaml")]
    public void Load_UsualNames_AreFoundWithTheirOverride(string name, string over)
    {
        var project = Composed.Of((name, A), (over, "services: { a: { hostname: h } }"));

        project["services/a/hostname"].ShouldBe("\"h\"");
    }

    [Fact]
    public void Load_SeveralUsualNames_TakesTheFirstAndSaysSo()
    {
        var project = Composed.Of(("compose.yaml", A), ("docker-compose.yml", "services: { b: { image: y } }"));

        project["services/b"].ShouldBeNull();
        project.Diagnostics.Select(d => d.Code).ShouldContain("TP1016");
    }

    [Fact]
    public void Load_FromAFolderBelow_FindsTheProjectAbove()
    {
        var reading = new FakeComposeFiles(("compose.yaml", A), ("below/x", "")).Load(r => r with { ProjectDirectory = "/project/below" });

        reading.Project!.Directory.ShouldBe("/project");
    }

    [Fact]
    public void Load_NoFile_IsTold() => new FakeComposeFiles().Load().Diagnostics.Single().Code.ShouldBe("TP1001");

    [Fact]
    public void Load_ComposeFileVariable_NamesTheFilesAndTheFolder()
    {
        var files = new FakeComposeFiles(("sub/one.yaml", A), ("sub/two.yaml", "services: { a: { hostname: h } }"), ("sub/.env", "TAG=3\n"));

        var composed = new Composed(files.Load(("COMPOSE_FILE", "sub/one.yaml;sub/two.yaml"), ("COMPOSE_PATH_SEPARATOR", ";")));

        composed["services/a/image"].ShouldBe("\"x:3\"");
        composed["services/a/hostname"].ShouldBe("\"h\"");
        composed.Project.Name.ShouldBe("sub");
    }

    [Theory]
    [InlineData("x:dotenv")]
    [InlineData("x:process", "TAG", "process")]
    [InlineData("x:none", "COMPOSE_DISABLE_ENV_FILE", "true")]
    [InlineData("x:second", "COMPOSE_ENV_FILES", "one.env,two.env")]
    public void Load_Variables_StandAboveEachOtherAsInCompose(string expected, string? name = null, string? value = null)
    {
        var files = new FakeComposeFiles(("compose.yaml", A), (".env", "TAG=dotenv\n"), ("one.env", "TAG=first\nX=1\n"), ("two.env", "TAG=second\n"));

        new Composed(name is null ? files.Load() : files.Load((name, value!)))["services/a/image"].ShouldBe($"\"{expected}\"");
    }

    [Fact]
    public void Load_NamedEnvFiles_StandInTheStead()
    {
        var files = new FakeComposeFiles(("compose.yaml", A), (".env", "TAG=dotenv\n"), ("/elsewhere/x.env", "TAG=there\n"));

        new Composed(files.Load(r => r with { EnvFiles = ["/elsewhere/x.env"] }))["services/a/image"].ShouldBe("\"x:there\"");
    }

    [Theory]
    [InlineData("b", "services: { a: { image: x, profiles: [one] }, b: { image: x } }")]
    [InlineData("ab", "services: { a: { image: x, profiles: [one] }, b: { image: x } }", "COMPOSE_PROFILES", "two, one")]
    [InlineData("ab", "services: { a: { image: x, profiles: [one] }, b: { image: x } }", "COMPOSE_PROFILES", "*")]
    public void Load_Profiles_ComeFromTheVariable(string active, string compose, string? name = null, string? value = null)
    {
        var files = new FakeComposeFiles(("compose.yaml", compose));
        var project = new Composed(name is null ? files.Load() : files.Load((name, value!)));

        string.Concat(new[] { "a", "b" }.Where(s => project[$"services/{s}"] is not null)).ShouldBe(active);
    }

    [Theory]
    [InlineData("project")]
    [InlineData("file", "name: file\n")]
    [InlineData("file-7", "name: file-${N}\n", "N=7\n")]
    [InlineData("dotenv", "name: file\n", "COMPOSE_PROJECT_NAME=dotenv\n")]
    [InlineData("given", "name: file\n", "COMPOSE_PROJECT_NAME=dotenv\n", "given")]
    public void Load_ProjectName_TakesTheStrongest(string expected, string name = "", string env = "", string? given = null)
    {
        var files = new FakeComposeFiles(("compose.yaml", name + "services: { a: { image: \"${COMPOSE_PROJECT_NAME}\" } }"), (".env", env));
        var project = new Composed(files.Load(r => r with { ProjectName = given }));

        project.Project.Name.ShouldBe(expected);
        project["services/a/image"].ShouldBe($"\"{expected}\"");
    }

    [Fact]
    public void Load_ProjectNameOfTheProcess_IsNotUsedAndThatIsSaid()
    {
        var reading = new FakeComposeFiles(("compose.yaml", A)).Load(("COMPOSE_PROJECT_NAME", "other"));

        reading.Project!.Name.ShouldBe("project");
        reading.Diagnostics.Single().ShouldSatisfyAllConditions(d => d.Code.ShouldBe("TP1091"), d => d.Severity.ShouldBe(Severity.Note));
    }

    [Fact]
    public void Load_FileOutsideTheRoot_IsReadWhereTheUserNamedItOnly()
    {
        var files = new FakeComposeFiles(("compose.yaml", A), ("/elsewhere/compose.yaml", A));

        files.Load(r => r with { Files = ["/elsewhere/compose.yaml"] }).Diagnostics.ShouldBeEmpty();
        files.Load(("COMPOSE_FILE", "/elsewhere/compose.yaml")).Diagnostics.Select(d => d.Code).ShouldBe(["TP1088"]);
    }

    [Fact]
    public void Load_WithoutInterpolation_LeavesTemplates() =>
        new Composed(new FakeComposeFiles(("compose.yaml", A)).Load(r => r with { Interpolate = false }))["services/a/image"].ShouldBe("\"x:${TAG:-none}\"");

    [Theory]
    [InlineData("services: { a: { build: ../elsewhere } }", "the build context lies outside the repository")]
    [InlineData("services: { a: { build: { context: ., additional_contexts: { b: /elsewhere } } } }", "the build context lies outside the repository")]
    [InlineData("services: { a: { image: x } }\nsecrets: { s: { file: ../key } }", "the file of a secret lies outside the repository")]
    [InlineData("services: { a: { image: x } }\nconfigs: { c: { file: /etc/passwd } }", "the file of a config lies outside the repository")]
    public void Load_PathThatAReleaseCannotHave_IsWarnedOf(string text, string headline)
    {
        var diagnostic = new FakeComposeFiles(("compose.yaml", text)).Load(r => r with { MayLeaveRoot = true }).Diagnostics.ShouldHaveSingleItem();

        diagnostic.ShouldSatisfyAllConditions(d => d.Code.ShouldBe("TP1092"), d => d.Headline.ShouldBe(headline), d => d.Severity.ShouldBe(Severity.Warning), d => d.Location.ShouldNotBeNull());
    }

    [Fact]
    public void Load_PathsInsideAndOfOtherKinds_AreNotWarnedOf() =>
        new FakeComposeFiles(("compose.yaml", "services: { a: { build: { context: ./app, additional_contexts: { b: docker-image://x, c: https://x/y.git } } } }\nsecrets: { s: { file: key } }"))
            .Load(r => r with { MayLeaveRoot = true }).Diagnostics.ShouldBeEmpty();
}
