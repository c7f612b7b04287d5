using Towpath.Core.Diagnostics;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Compose.Consistency;

public sealed class ConsistencyCheckTests
{
    [Theory]
    [InlineData("networks: [frnt]", "TP1060", "did you mean `front`?")]
    [InlineData("volumes: [\"dta:/data\"]", "TP1060", "did you mean `data`?")]
    [InlineData("secrets: [tokn]", "TP1060", "did you mean `token`?")]
    [InlineData("configs: [site]", "TP1060", "declare the config")]
    [InlineData("models: [llm]", "TP1060", "declare the model")]
    [InlineData("depends_on: [webb]", "TP1060", "did you mean `web`?")]
    [InlineData("network_mode: \"service:nobody\"", "TP1060", "declare the service")]
    [InlineData("network_mode: host\n    networks: [front]", "TP1077", "keep one")]
    [InlineData("scale: 2\n    deploy: { replicas: 3 }", "TP1078", "keep one")]
    [InlineData("cpus: 1\n    deploy: { resources: { limits: { cpus: \"2\" } } }", "TP1078", "keep one")]
    [InlineData("mem_limit: 1g\n    deploy: { resources: { limits: { memory: 2g } } }", "TP1078", "keep one")]
    [InlineData("scale: 2\n    container_name: other", "TP1079", "container_name")]
    [InlineData("scale: -1", "TP1079", "0 or more")]
    [InlineData("platform: linux/arm64\n    build: { context: ., platforms: [linux/amd64] }", "TP1079", "build.platforms")]
    [InlineData("build: { dockerfile_inline: FROM a, dockerfile: b }", "TP1077", "keep one")]
    [InlineData("build: { context: ., additional_contexts: { base: \"service:db\" } }", "TP1079", "build")]
    [InlineData("healthcheck: { test: [curl, localhost] }", "TP1050", "CMD")]
    [InlineData("tmpfs: [/a]\n    volumes: [\"data:/a\"]", "TP1068", "remove one")]
    [InlineData("develop: { watch: [{ path: ., action: sync }] }", "TP1079", "target")]
    public void Check_Contradiction_IsToldWithWhatToDo(string keys, string code, string help)
    {
        var errors = Errors($"""
            services:
              web:
                image: a
              db:
                image: b
              other:
                image: c
                {keys}
            networks:
              front:
            volumes:
              data:
            secrets:
              token: {"{ environment: TOKEN }"}
            """);

        errors.Select(e => e.Code).ShouldBe([code]);
        errors[0].Help!.ShouldContain(help);
    }

    [Fact]
    public void Check_ChainOfDependencies_NamesTheCircle()
    {
        var errors = Errors("services:\n  a: { image: a, depends_on: [b] }\n  b: { image: b, links: [c] }\n  c: { image: c, volumes_from: [a] }\n");

        errors.Select(e => e.Code).ShouldBe(["TP1061"]);
        errors[0].Headline.ShouldContain("a -> b -> c -> a");
    }

    [Fact]
    public void Check_LongChain_DoesNotRecurse()
    {
        var services = string.Join('\n', Enumerable.Range(0, 5000).Select(i => $"  s{i}: {{ image: a, depends_on: [s{(i + 1) % 5000}] }}"));

        Errors($"services:\n{services}\n").Select(e => e.Code).ShouldBe(["TP1061"]);
    }

    [Fact]
    public void Check_InactiveService_IsMissedOnlyWhereItIsRequired()
    {
        const string Text = "services:\n  web: { image: a, depends_on: { db: { condition: service_started, required: REQUIRED } } }\n  db: { image: b, profiles: [debug] }\n";

        Errors(Text.Replace("REQUIRED", "false", StringComparison.Ordinal)).ShouldBeEmpty();
        Errors(Text.Replace("REQUIRED", "true", StringComparison.Ordinal)).Select(e => e.Code).ShouldBe(["TP1079"]);
    }

    [Fact]
    public void Check_ServiceOfWrongShape_IsToldOfNamesButNotOfWhatFollows() =>
        Errors("services:\n  web:\n    image: [a]\n    networks: [none]\n  db:\n    networks: [none]\n")
            .Select(e => (e.Code, e.Location!.Line)).ShouldBe([("TP1052", 3), ("TP1060", 4), ("TP1062", 5), ("TP1060", 6)]);

    private static List<Diagnostic> Errors(string text) =>
        [.. new FakeComposeFiles(("compose.yaml", text)).Load(r => r with { Normalize = true }).Diagnostics.Where(d => d.Severity == Severity.Error)];
}
