using System.Text;
using Towpath.Core.Applications;
using Towpath.Core.Diagnostics;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Compose;

public sealed class HostileInputTests
{
    private const string Valid = """
        name: shop
        x-common: &common { restart: always, environment: { A: "1", B: ${B:-x} } }
        services:
          web:
            <<: *common
            image: "nginx:1.27"
            ports: ["8080:80", { target: 90, protocol: udp }]
            command: sh -c 'echo "hello" $$HOME'
            volumes: [data:/data, ./www:/www:ro]
            depends_on: { db: { condition: service_healthy } }
            x-towpath: { route: /, health: /healthz, migrate: [a, b] }
          db:
            image: postgres
            healthcheck: { test: [CMD, pg_isready], interval: 5s }
            deploy: { resources: { limits: { memory: 1.5gb } } }
        volumes: { data: }
        """;

    [Fact]
    public void Read_AliasBomb_IsOneDiagnostic()
    {
        var bomb = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for (var i = 1; i < 30; i++)
        {
            bomb.Append($"a{i}: &a{i} [{string.Join(", ", Enumerable.Repeat($"*a{i - 1}", 10))}]\n");
        }

        Codes(bomb.ToString()).ShouldContain("TP1010");
    }

    [Fact]
    public void Read_MergeBomb_IsOneDiagnostic()
    {
        var bomb = new StringBuilder("a0: &a0 { k: v }\n");
        for (var i = 1; i < 40; i++)
        {
            bomb.Append($"a{i}: &a{i} {{ <<: [*a{i - 1}, *a{i - 1}], k{i}: *a{i - 1} }}\n");
        }

        Codes(bomb.ToString()).ShouldContain(c => c == "TP1010" || c == "TP1009");
    }

    [Theory]
    [InlineData("a: &a [*a]", "TP1011")]
    [InlineData("a: &a { <<: *a }", "TP1011")]
    [InlineData("a: *nobody", "TP1012")]
    [InlineData("[1, 2\nb: 3", "TP1005")]
    [InlineData("a: \"unclosed", "TP1005")]
    [InlineData("? [a, b]\n: c", "TP1014")]
    [InlineData("a: !vault x", "TP1015")]
    [InlineData("", "TP1006")]
    [InlineData("# only a comment", "TP1006")]
    [InlineData("a: \0", "TP1004")]
    [InlineData("just text", "TP1017")]
    [InlineData("- a", "TP1017")]
    public void Read_MalformedText_GivesItsCode(string text, string code) => Codes(text).ShouldContain(code);

    [Theory]
    [InlineData("[", "")]
    [InlineData("{a: ", "")]
    [InlineData("- ", "")]
    [InlineData("? ", "")]
    [InlineData("[", "]")]
    public void Read_TenThousandLevels_IsADiagnostic(string open, string close) =>
        Codes(string.Concat(Enumerable.Repeat(open, 10_000)) + string.Concat(Enumerable.Repeat(close, 10_000))).ShouldContain(c => c == "TP1009" || c == "TP1005");

    [Fact]
    public void Read_TenThousandServicesInAChain_IsOneDiagnostic() =>
        Codes("services:\n" + string.Concat(Enumerable.Range(0, 10_000).Select(i => $"  s{i}: {{ image: x, depends_on: [s{i + 1}] }}\n"))).ShouldContain("TP1069");

    [Fact]
    public void Read_ManyPlacesInOneHugeLine_Ends() =>
        Codes("services: { a: { image: x, environment: {" + string.Concat(Enumerable.Range(0, 50_000).Select(i => $"v{i}: $x{i}, ")) + "} } }").ShouldContain("TP1020");

    [Fact]
    public void Read_VariablesThatMultiply_IsOneDiagnostic()
    {
        var files = new FakeSourceFiles(
            (".env", $"A={new string('a', 500_000)}\n"),
            ("compose.yaml", "services: { a: { image: x, environment: [" + string.Concat(Enumerable.Repeat("B=$A, ", 10_000)) + "] } }"));

        ApplicationReader.Read(files, []).Diagnostics.Select(d => d.Code).ShouldContain("TP1002");
    }

    [Fact]
    public void Read_UnknownKeysWithoutEnd_KeepsAThousand() =>
        Codes(string.Concat(Enumerable.Range(0, 60_000).Select(i => $"servicez{i}: 1\n"))).Count.ShouldBeLessThanOrEqualTo(1100);

    [Fact]
    public void Read_LongestNestedTemplate_IsADiagnostic() =>
        Codes("services: { a: { image: '" + string.Concat(Enumerable.Repeat("${A:-", 5000)) + new string('}', 5000) + "' } }").ShouldContain("TP1022");

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("environments: []")]
    [InlineData("environments: { p: [] }\nverify: [s]")]
    [InlineData("environments: { p: { gates: [[]], verify: { a: b }, services: { a: 1 } } }")]
    public void Read_OddLadder_IsADiagnostic(string ladder) =>
        ApplicationReader.Read(new FakeSourceFiles(("compose.yaml", Valid), ("towpath.yaml", ladder)), []).Application.ShouldBeNull();

    [Theory]
    [InlineData("services: { a: { image: x, KEY: {} } }")]
    [InlineData("services: { a: { image: x, KEY: [] } }")]
    [InlineData("services: { a: { image: x, KEY: [[]] } }")]
    [InlineData("services: { a: { image: x, KEY: [{}] } }")]
    [InlineData("services: { a: { image: x, KEY: { x: } } }")]
    [InlineData("services: { a: { image: x, KEY: '' } }")]
    [InlineData("services: { a: { image: x, KEY: ['', ':', '=', '/'] } }")]
    [InlineData("KEY: { a: }")]
    [InlineData("KEY: { a: '' }")]
    [InlineData("KEY: { a: [] }")]
    [InlineData("services: { a: { image: x, x-towpath: { KEY: {} } } }")]
    [InlineData("services: { a: { image: x, x-towpath: { KEY: [{ a: }] } } }")]
    [InlineData("services: { a: { image: x, x-towpath: { KEY: '' } } }")]
    public void Read_OddValueOfEachKey_NeverThrows(string text)
    {
        var keys = Towpath.Core.Applications.Readers.CarriedKeys.Service.Known
            .Concat(Towpath.Core.Applications.Readers.CarriedKeys.Root.Known)
            .Concat(["owner", "health", "route", "port", "api", "migrate", "test", "scale", "resources"]);
        foreach (var key in keys)
        {
            Should.NotThrow(() => Codes(text.Replace("KEY", key, StringComparison.Ordinal)), key);
        }
    }

    [Fact]
    public void Read_InvalidUtf8_NamesTheLine()
    {
        var reading = ApplicationReader.Read(new FakeSourceFiles().Add("compose.yaml", [.. "a: 1\nb: "u8, 0xC3, 0x28]), []);

        reading.Diagnostics[0].ShouldSatisfyAllConditions(d => d.Code.ShouldBe("TP1003"), d => d.Location!.Line.ShouldBe(2));
    }

    [Fact]
    public void Read_ByteOrderMarkAndCrLf_ReadsTheSame()
    {
        var reading = ApplicationReader.Read(new FakeSourceFiles(("compose.yaml", "\uFEFFservices:\r\n  web:\r\n    image: nginx\r\n")), []);

        reading.Application!.Service("web")!.ShouldSatisfyAllConditions(s => s.Image.ShouldBe("nginx"), s => s.Location.Column.ShouldBe(3), s => s.Location.Line.ShouldBe(2));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Read_MutatedInput_NeverThrows(int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < 700; round++)
        {
            var bytes = Mutation.Of(Encoding.UTF8.GetBytes(Valid), random);
            var ladder = Mutation.Of("application: a\nenvironments: { p: { port: 1, gates: [soak: 3s] } }\nverify: { s: { get: / } }"u8.ToArray(), random);
            var env = Mutation.Of("B=\"x\\n$A\"\nexport C='y'\n"u8.ToArray(), random);
            var files = new FakeSourceFiles().Add("compose.yaml", bytes).Add("towpath.yaml", ladder).Add(".env", env);
            try
            {
                var reading = ApplicationReader.Read(files, []);
                DiagnosticWriter.Write(reading.Diagnostics, color: true).ShouldNotBeNull();
                (reading.Application is null).ShouldBe(reading.Diagnostics.Any(d => d.Severity == Severity.Error));
            }
            catch (Exception fault) when (fault is not ShouldAssertException)
            {
                Assert.Fail($"seed {seed}, round {round}: {fault}\n{Encoding.UTF8.GetString(bytes)}\n--\n{Encoding.UTF8.GetString(ladder)}\n--\n{Encoding.UTF8.GetString(env)}");
            }
        }
    }

    private static List<string> Codes(string text) =>
        [.. ApplicationReader.Read(new FakeSourceFiles(("compose.yaml", text)), []).Diagnostics.Select(d => d.Code)];
}
