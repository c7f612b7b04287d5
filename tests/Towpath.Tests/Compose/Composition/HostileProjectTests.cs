using System.Diagnostics;
using System.Text;
using Towpath.Core.Compose;
using Towpath.Core.Compose.Printing;
using Towpath.Core.Diagnostics;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Compose.Composition;

/// <summary>What a hostile commit may hold is read or refused in bounded time and memory, with a diagnostic.</summary>
public sealed class HostileProjectTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    [Fact]
    public void Load_AliasBomb_IsRefused()
    {
        var bomb = new StringBuilder("x-0: &a0 {k: v}\n");
        for (var i = 1; i < 12; i++)
        {
            bomb.Append($"x-{i}: &a{i} [{string.Join(", ", Enumerable.Repeat($"*a{i - 1}", 9))}]\n");
        }

        Codes(bomb + "services: { a: { image: x } }").ShouldBe(["TP1010"]);
    }

    [Fact]
    public void Load_SmallAliasBomb_IsRefusedForItsProportion()
    {
        var bomb = new StringBuilder("x-0: &a0 {k: v}\n");
        for (var i = 1; i < 11; i++)
        {
            bomb.Append($"x-{i}: &a{i} [*a{i - 1}, *a{i - 1}, *a{i - 1}]\n");
        }

        Codes(bomb + "services: { a: { image: x } }").ShouldBe(["TP1010"]);
    }

    [Fact]
    public void Load_OneAnchorForManyServices_IsRead()
    {
        var services = string.Concat(Enumerable.Range(0, 2000).Select(i => $"  s{i}: {{ <<: *common, hostname: h{i} }}\n"));

        Codes($"x-c: &common {{ image: x, restart: always, environment: {{ A: 1, B: 2, C: 3 }}, cap_add: [A, B, C] }}\nservices:\n{services}").ShouldBeEmpty();
    }

    [Fact]
    public void Load_ChainThatMultiplies_IsRefused()
    {
        var list = string.Join(", ", Enumerable.Range(0, 2000).Select(i => $"V{i}=x"));
        var services = string.Concat(Enumerable.Range(0, 90).Select(i => $"  s{i}: {{ extends: s{i + 1}, environment: *l }}\n"));

        Codes($"x-l: &l [{list}]\nservices:\n{services}  s90: {{ image: x }}\n").ShouldContain("TP1087");
    }

    [Fact]
    public void Load_ChainWithoutEnd_IsRefused() =>
        Codes("services:\n" + string.Concat(Enumerable.Range(0, 10_000).Select(i => $"  s{i}: {{ extends: s{i + 1} }}\n"))).ShouldContain("TP1086");

    [Theory]
    [InlineData("services: {a: {image: x}}\n---\n", 1)]
    [InlineData("[", 30_000)]
    [InlineData("{a: ", 30_000)]
    [InlineData("- ", 30_000)]
    [InlineData("a:\n ", 3000)]
    [InlineData("&a ", 3000)]
    [InlineData("!t ", 3000)]
    [InlineData("'", 100_001)]
    [InlineData("%", 100_001)]
    [InlineData("? ", 30_000)]
    [InlineData("a: b\n", 300_000)]
    [InlineData("[],", 300_000)]
    public void Load_AnythingRepeated_Ends(string text, int times)
    {
        var clock = Stopwatch.StartNew();
        new FakeComposeFiles(("compose.yaml", string.Concat(Enumerable.Repeat(text, times)))).Load();

        clock.Elapsed.ShouldBeLessThan(Limit);
    }

    [Fact]
    public void Load_HugeFile_IsRefusedUnread() =>
        new FakeComposeFiles().Add("compose.yaml", new byte[ComposeLoader.MaxFileBytes + 1]).Load().Diagnostics.Single().Code.ShouldBe("TP1002");

    [Theory]
    [InlineData("services: { a: { image: \"x\0\" } }", "TP1004")]
    [InlineData("services: { a: { image: x } }\nservices: { b: { image: y } }", "TP1008")]
    [InlineData("services: { a: { <<: *a } }", "TP1012")]
    [InlineData("services: { a: &a { image: x, x-y: *a } }", "TP1011")]
    [InlineData("services: { a: { image: x, 1: 2 } }", "TP1014")]
    [InlineData("services: { a: { image: !secret x } }", "TP1015")]
    [InlineData("just text", "TP1017")]
    [InlineData("[]", "TP1017")]
    [InlineData("services: [a]", "TP1017")]
    [InlineData("services: { a: text }", "TP1017")]
    public void Load_Malformed_IsToldWithItsPlace(string text, string code)
    {
        var reading = new FakeComposeFiles(("compose.yaml", text)).Load();

        reading.Diagnostics.First(d => d.Code == code).Location.ShouldNotBeNull();
    }

    [Fact]
    public void Load_InvalidUtf8InAVariableFile_NamesTheLine() =>
        new FakeComposeFiles(("compose.yaml", "services: { a: { image: x } }")).Add(".env", [.. "A=1\nB="u8, 0xFF]).Load()
            .Diagnostics.Single().ShouldSatisfyAllConditions(d => d.Code.ShouldBe("TP1003"), d => d.Location!.Line.ShouldBe(2));

    [Fact]
    public void Load_ByteOrderMarkAndCrLf_KeepPlaces()
    {
        var project = Composed.Of(("compose.yaml", "\uFEFFservices:\r\n  a:\r\n    image: x # \U0001F600\r\n    hostname: h\r\n"));

        project["services/a/hostname"].ShouldBe("\"h\"");
        project.Place("services/a/hostname").ShouldBe("compose.yaml:4");
    }

    private static List<string> Codes(string text)
    {
        var clock = Stopwatch.StartNew();
        var reading = new FakeComposeFiles(("compose.yaml", text)).Load();
        if (reading.Project is { } project && !reading.Diagnostics.Any(d => d.Severity == Severity.Error))
        {
            CanonicalJson.Write(project, Stream.Null);
        }

        clock.Elapsed.ShouldBeLessThan(Limit);
        return [.. reading.Diagnostics.Where(d => d.Severity == Severity.Error).Select(d => d.Code).Distinct()];
    }
}
