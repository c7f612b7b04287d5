using Towpath.Core.Diagnostics;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Compose.Schema;

public sealed class ComposeSchemaTests
{
    [Theory]
    [InlineData("image: [a]", "TP1052")]
    [InlineData("image: a\n    imag: b", "TP1030")]
    [InlineData("image: a\n    privileged: { a: 1 }", "TP1052")]
    [InlineData("image: a\n    use_api_socket: \"true\"", "TP1052")]
    [InlineData("image: a\n    cgroup: shared", "TP1042")]
    [InlineData("image: a\n    oom_score_adj: 1001", "TP1053")]
    [InlineData("image: a\n    pull_policy: seldom", "TP1037")]
    [InlineData("image: a\n    mem_limit: much", "TP1044")]
    [InlineData("image: a\n    stop_grace_period: soon", "TP1043")]
    [InlineData("image: a\n    build: { contxt: . }", "TP1030")]
    [InlineData("image: a\n    deploy: { resources: { reservations: { devices: [{ driver: nvidia }] } } }", "TP1048")]
    [InlineData("image: a\n    develop: { watch: [{ path: . }] }", "TP1048")]
    [InlineData("image: a\n    volumes_from: [b, b]", "TP1039")]
    [InlineData("image: a\n    storage_opt: { size: [1] }", "TP1038")]
    [InlineData("image: a\n    ulimits: { nofile: [1] }", "TP1052")]
    [InlineData("image: a\n    healthcheck: { test: { a: b } }", "TP1052")]
    [InlineData("image: a\n    depends_on: { b: { condition: never } }", "TP1042")]
    public void Check_ServiceOfWrongShape_IsToldOnce(string service, string code)
    {
        var errors = Errors($"services:\n  web:\n    {service}\n");

        errors.Select(e => e.Code).ShouldBe([code]);
        errors[0].Location!.Line.ShouldBe(service.Contains('\n') ? 4 : 3);
    }

    [Theory]
    [InlineData("privileged: yes")]
    [InlineData("pid:")]
    [InlineData("deploy:")]
    [InlineData("cpus: 0.5")]
    [InlineData("mem_limit: 1000000")]
    [InlineData("environment: { A: 1, B: true, C: , D: 1.5 }")]
    [InlineData("x-anything: [1, { a: b }]")]
    [InlineData("ulimits: { nofile: { soft: 1, hard: \"2\" }, nproc: 65535 }")]
    [InlineData("gpus: all")]
    [InlineData("ports: [80, \"81:81\", { target: 82, published: \"82\" }]")]
    [InlineData("healthcheck: { disable: true, retries: \"3\" }")]
    [InlineData("provider: { type: aws, options: { a: [1, true, x], b: c } }")]
    public void Check_ServiceOfTheSpecification_IsAccepted(string key) =>
        Errors($"services:\n  web:\n    image: a\n    {key}\n").ShouldBeEmpty();

    [Fact]
    public void Check_SeveralMistakes_AreToldAtOnceInSourceOrder()
    {
        var errors = Errors("""
            services:
              web:
                image: [a]
                restrt: always
              db:
                image: b
                tty: { x: 1 }
            volumes:
              data: [x]
            """);

        errors.Select(e => (e.Code, e.Location!.Line)).ShouldBe([("TP1052", 3), ("TP1030", 4), ("TP1052", 7), ("TP1052", 9)]);
        errors[1].Help!.ShouldContain("restart");
    }

    [Fact]
    public void Check_NotInterpolated_LeavesTemplatesAlone()
    {
        var files = new FakeComposeFiles(("compose.yaml", "services:\n  web:\n    image: a\n    mem_limit: ${LIMIT}\n    ports: [\"${PORT}:80\"]\n    pull_policy: ${POLICY}\n"));

        files.Load(r => r with { Interpolate = false }).Diagnostics.ShouldBeEmpty();
    }

    private static List<Diagnostic> Errors(string text) =>
        [.. new FakeComposeFiles(("compose.yaml", text)).Load().Diagnostics.Where(d => d.Severity == Severity.Error)];
}
