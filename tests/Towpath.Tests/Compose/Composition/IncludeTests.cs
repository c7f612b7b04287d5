using Towpath.Tests.Fakes;

namespace Towpath.Tests.Compose.Composition;

public sealed class IncludeTests
{
    [Fact]
    public void Load_Include_ReadsUnderItsOwnFolderAndVariables()
    {
        var project = Composed.Of(
            ("compose.yaml", "include: [sub/compose.yaml]\nservices: { a: { image: \"x:${TAG:-none}\", depends_on: [b] } }"),
            ("sub/compose.yaml", "services: { b: { image: \"y:${TAG}\", volumes: ['./data:/data'], environment: [TAG] } }\nvolumes: { v: }"),
            ("sub/.env", "TAG=7\n"));

        project["services/a/image"].ShouldBe("\"x:none\"");
        project["services/b/image"].ShouldBe("\"y:7\"");
        project["services/b/environment/TAG"].ShouldBe("\"7\"");
        project["services/b/volumes/0/source"].ShouldBe("\"/project/sub/data\"");
        project["volumes/v/name"].ShouldBe("\"project_v\"");
        project.Place("services/b/image").ShouldBe("sub/compose.yaml:1");
    }

    [Fact]
    public void Load_LongSyntax_TakesSeveralFilesAFolderAndVariables()
    {
        var project = Composed.Of(
            ("compose.yaml", "include:\n  - path: [one.yaml, two.yaml]\n    project_directory: other\n    env_file: [a.env, b.env]\n"),
            ("one.yaml", "services: { b: { image: x, build: . } }"),
            ("two.yaml", "services: { b: { image: \"${NAME}\" } }"),
            ("a.env", "NAME=first\n"),
            ("b.env", "NAME=second\n"));

        project["services/b/image"].ShouldBe("\"second\"");
        project["services/b/build/context"].ShouldBe("\"/project/other\"");
    }

    [Fact]
    public void Load_SameResource_ThisFileStandsOverTheIncluded()
    {
        var project = Composed.Of(
            ("compose.yaml", "include: [inner.yaml]\nservices: { b: { image: own, cap_add: [B] } }"),
            ("inner.yaml", "services: { b: { image: inner, hostname: h, cap_add: [A] } }"));

        project["services/b/image"].ShouldBe("\"own\"");
        project["services/b/hostname"].ShouldBe("\"h\"");
        project["services/b/cap_add"].ShouldBe("""["A","B"]""");
    }

    [Fact]
    public void Load_SameFileByTwoWays_IsOne()
    {
        var project = Composed.Of(
            ("compose.yaml", "include: [one.yaml, two.yaml]"),
            ("one.yaml", "include: [base.yaml]"),
            ("two.yaml", "include: [base.yaml]"),
            ("base.yaml", "services: { b: { image: x, command: [a], security_opt: [one] } }"));

        project["services/b/security_opt"].ShouldBe("""["one"]""");
    }

    [Fact]
    public void Load_Circle_ShowsTheChain()
    {
        var project = Composed.Of(("compose.yaml", "include: [a.yaml]\n"), ("a.yaml", "include: [b.yaml]\n"), ("b.yaml", "include: [a.yaml]\nservices: { x: { image: y } }"));

        project.Diagnostics.Single(d => d.Code == "TP1084").ShouldSatisfyAllConditions(
            d => d.Headline.ShouldBe("this includes itself: a.yaml includes b.yaml includes a.yaml"),
            d => d.Location!.ToString().ShouldBe("b.yaml:1:11"));
    }

    [Theory]
    [InlineData("include: x.yaml", "TP1085")]
    [InlineData("include: [1]", "TP1085")]
    [InlineData("include: [{ path: [[a]] }]", "TP1085")]
    [InlineData("include: [{ project_directory: x }]", "TP1085")]
    [InlineData("include: [none.yaml]", "TP1080")]
    [InlineData("include: [{ path: ok.yaml, env_file: none.env }]", "TP1080")]
    [InlineData("include: [../x.yaml]", "TP1088")]
    [InlineData("include: ['https://github.com/x/y.git']", "TP1082")]
    public void Load_ReferenceThatLeadsNowhere_IsTold(string include, string code) =>
        Composed.Of(("compose.yaml", include + "\nservices: { a: { image: x } }"), ("ok.yaml", "services: { b: { image: x } }")).Codes.ShouldBe([code]);

    [Fact]
    public void Load_IncludesThatMultiply_AreBounded()
    {
        var files = new FakeComposeFiles(("compose.yaml", "include: [f0.yaml, g0.yaml]"));
        for (var i = 0; i < 40; i++)
        {
            var next = $"include: [f{i + 1}.yaml, g{i + 1}.yaml]";
            files.Add($"f{i}.yaml", System.Text.Encoding.UTF8.GetBytes(next)).Add($"g{i}.yaml", System.Text.Encoding.UTF8.GetBytes(next));
        }

        files.Load().Diagnostics.Select(d => d.Code).ShouldContain("TP1086");
    }
}
