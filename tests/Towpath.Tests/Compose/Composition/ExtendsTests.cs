using Towpath.Core.Diagnostics;

namespace Towpath.Tests.Compose.Composition;

public sealed class ExtendsTests
{
    [Fact]
    public void Load_ChainOverFiles_CountsPathsFromEachFile()
    {
        var project = Composed.Of(
            ("compose.yaml", "services:\n  a:\n    extends: { file: common/one.yaml, service: one }\n    volumes: ['./own:/own']\n"),
            ("common/one.yaml", "services:\n  one:\n    extends: { file: deep/two.yaml, service: two }\n    build: ./src\n"),
            ("common/deep/two.yaml", "services:\n  two:\n    extends: three\n    env_file: two.env\n  three:\n    image: x\n    volumes: ['./data:/data']\n"),
            ("common/deep/two.env", "A=1\n"));

        project["services/a/build/context"].ShouldBe("\"/project/common/src\"");
        project["services/a/volumes/0/source"].ShouldBe("\"/project/common/deep/data\"");
        project["services/a/volumes/1/source"].ShouldBe("\"/project/own\"");
        project["services/a/environment/A"].ShouldBe("\"1\"");
        project["services/a/extends"].ShouldBeNull();
        project.Place("services/a/image").ShouldBe("common/deep/two.yaml:6");
    }

    [Fact]
    public void Load_MarksOfTheExtendingService_ActOnTheExtended()
    {
        var project = Composed.Of(
            ("compose.yaml", "services:\n  a:\n    extends: b\n    ports: !reset []\n    cap_add: !override [Z]\n  b: { image: x, ports: ['1:1'], cap_add: [A] }\n"));

        project["services/a/ports"].ShouldBeNull();
        project["services/a/cap_add"].ShouldBe("""["Z"]""");
        project["services/b/cap_add"].ShouldBe("""["A"]""");
    }

    [Fact]
    public void Load_MarksOfTheExtendingService_ActOnTheEarlierFileToo()
    {
        var project = Composed.Of(
            ("compose.yaml", "services: { a: { image: x, cap_add: [A] }, b: { image: y } }"),
            ("compose.override.yaml", "services:\n  a:\n    extends: b\n    cap_add: !override [Z]\n  b: { hostname: h }\n"));

        project["services/a/cap_add"].ShouldBe("""["Z"]""");
        project["services/a/hostname"].ShouldBe("\"h\"");
    }

    [Fact]
    public void Load_ManyServicesExtendOne_ReadsItsFileOnce()
    {
        var files = new Fakes.FakeComposeFiles(
            ("compose.yaml", "services:\n" + string.Concat(Enumerable.Range(0, 50).Select(i => $"  s{i}: {{ extends: {{ file: base.yaml, service: b }} }}\n"))),
            ("base.yaml", "services: { b: { image: x } }"));

        files.Load().Diagnostics.ShouldBeEmpty();
        files.Asked.Count(path => path.EndsWith("base.yaml", StringComparison.Ordinal)).ShouldBe(1);
    }

    [Theory]
    [InlineData("a: { extends: a }", "this extends itself: a extends a")]
    [InlineData("a: { extends: b }\n  b: { extends: c }\n  c: { extends: a }", "this extends itself: a extends b extends c extends a")]
    public void Load_Circle_IsShownOnce(string services, string headline)
    {
        var project = Composed.Of(("compose.yaml", $"services:\n  {services}\n"));

        project.Diagnostics.Where(d => d.Code == "TP1084").ShouldHaveSingleItem().Headline.ShouldBe(headline);
    }

    [Fact]
    public void Load_LongestChain_IsFollowed()
    {
        var services = string.Concat(Enumerable.Range(0, 100).Select(i => $"  s{i}: {{ extends: s{i + 1} }}\n"));

        Composed.Of(("compose.yaml", $"services:\n{services}  s100: {{ image: x }}\n"))["services/s0/image"].ShouldBe("\"x\"");
    }

    [Theory]
    [InlineData("extends: { service: none }", "TP1083")]
    [InlineData("extends: { file: none.yaml, service: b }", "TP1080")]
    [InlineData("extends: { file: '../out.yaml', service: b }", "TP1088")]
    [InlineData("extends: { file: 'https://example.com/x.git#main:c.yaml', service: b }", "TP1082")]
    [InlineData("extends: { file: 'oci://example.com/x:1', service: b }", "TP1082")]
    [InlineData("extends: { file: 'git@example.com:x.git', service: b }", "TP1082")]
    [InlineData("extends: { file: [a], service: b }", "TP1085")]
    [InlineData("extends: { file: empty.yaml, service: b }", "TP1006")]
    [InlineData("extends: [b]", "TP1081")]
    [InlineData("extends: { service: 1 }", "TP1081")]
    public void Load_ReferenceThatLeadsNowhere_IsTold(string extends, string code) =>
        Composed.Of(("compose.yaml", $"services:\n  a:\n    image: x\n    {extends}\n"), ("empty.yaml", "# nothing\n")).Codes.ShouldContain(code);

    [Fact]
    public void Load_ServiceWithoutContent_GivesNothing() =>
        Composed.Of(("compose.yaml", "services: { a: { extends: b, image: x }, b: { image: y } }"), ("x.yaml", ""))["services/a/image"].ShouldBe("\"x\"");

    [Fact]
    public void Load_MistakeInAnExtendedFile_PointsThere()
    {
        var project = Composed.Of(
            ("compose.yaml", "services: { a: { extends: { file: base.yaml, service: b } } }"),
            ("base.yaml", "services:\n  b:\n    image: x\n    restrat: always\n"));

        var told = project.Diagnostics.Where(d => d.Severity == Severity.Error).ShouldHaveSingleItem();
        told.Location!.ToString().ShouldBe("base.yaml:4:5");
    }
}
