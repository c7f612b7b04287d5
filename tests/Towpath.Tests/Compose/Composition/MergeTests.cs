namespace Towpath.Tests.Compose.Composition;

public sealed class MergeTests
{
    [Theory]
    [InlineData("command: [a, b]", "command: c", "command", """["c"]""")]
    [InlineData("environment: { A: 1, B: x }", "environment: [A=2, C=3]", "environment", """{"A":"2","B":"x","C":"3"}""")]
    [InlineData("environment: [A=1]", "environment: { A: }", "environment", """{"A":null}""")]
    [InlineData("labels: [a=1]", "labels: { b: true }", "labels", """{"a":"1","b":"true"}""")]
    [InlineData("ports: ['80:80', '81:81']", "ports: ['81:81', '82:82']", "ports/2/target", "82")]
    [InlineData("volumes: ['one:/x', 'two:/y']", "volumes: ['/c:/x']", "volumes/0/source", "\"/c\"")]
    [InlineData("depends_on: [b]", "depends_on: { b: { condition: service_healthy } }", "depends_on/b/condition", "\"service_healthy\"")]
    [InlineData("networks: [n]", "networks: { n: { aliases: [z] } }", "networks/n/aliases", """["z"]""")]
    [InlineData("build: ./one", "build: { target: t }", "build/context", "\"/project/one\"")]
    [InlineData("build: { context: ., args: { A: 1 } }", "build: { args: [B=2] }", "build/args", """{"A":"1","B":"2"}""")]
    [InlineData("logging: { driver: json-file, options: { a: b } }", "logging: { options: { c: d } }", "logging/options", """{"a":"b","c":"d"}""")]
    [InlineData("logging: { driver: json-file, options: { a: b } }", "logging: { driver: syslog }", "logging", """{"driver":"syslog"}""")]
    [InlineData("healthcheck: { test: [CMD, a], retries: 3 }", "healthcheck: { test: b }", "healthcheck", """{"test":["CMD-SHELL","b"],"retries":3}""")]
    [InlineData("dns: 1.1.1.1", "dns: [1.1.1.1, 8.8.8.8]", "dns", """["1.1.1.1","8.8.8.8"]""")]
    [InlineData("extra_hosts: ['a=1.1.1.1']", "extra_hosts: { a: 1.1.1.1, b: 2.2.2.2 }", "extra_hosts", """["a=1.1.1.1","b=2.2.2.2"]""")]
    [InlineData("cap_add: [A, B]", "cap_add: [B, C]", "cap_add", """["A","B","C"]""")]
    [InlineData("ulimits: { nproc: 10 }", "ulimits: { nproc: { soft: 1, hard: 2 } }", "ulimits/nproc", """{"soft":1,"hard":2}""")]
    [InlineData("hostname: a", "hostname: ", "hostname", "\"a\"")]
    [InlineData("tmpfs: /a", "tmpfs: [/b]", "tmpfs", """["/a","/b"]""")]
    public void Load_OverrideOfAKey_FollowsItsRule(string first, string second, string path, string expected)
    {
        var rest = "networks: { n: }\nvolumes: { one: , two: }\n";
        var project = Composed.Of(
            ("compose.yaml", $"services:\n  a:\n    image: x\n    {first}\n  b: {{ image: y }}\n{rest}"),
            ("compose.override.yaml", $"services:\n  a:\n    {second}\n"));

        Sorted(project[$"services/a/{path}"]).ShouldBe(Sorted(expected));
    }

    [Fact]
    public void Load_Override_KeepsThePlaceOfEachValue()
    {
        var project = Composed.Of(
            ("compose.yaml", "services:\n  a:\n    image: x\n    hostname: one\n    cap_add: [A]\n"),
            ("compose.override.yaml", "\nservices:\n  a:\n    hostname: two\n    cap_add: [B]\n"));

        project.Place("services/a/image").ShouldBe("compose.yaml:3");
        project.Place("services/a/hostname").ShouldBe("compose.override.yaml:4");
        project.Place("services/a/cap_add/0").ShouldBe("compose.yaml:5");
        project.Place("services/a/cap_add/1").ShouldBe("compose.override.yaml:5");
    }

    [Fact]
    public void Load_SeveralDocuments_MergesThem() =>
        Composed.Of(("compose.yaml", "services: { a: { image: x } }\n---\nservices: { a: { hostname: h } }\n---\n"))["services/a/hostname"].ShouldBe("\"h\"");

    [Theory]
    [InlineData("ports: !reset []", "services/a/ports", null)]
    [InlineData("ports: !override ['9:9']", "services/a/ports/0/target", "9")]
    [InlineData("environment: { A: !reset }", "services/a/environment", """{"B":"2"}""")]
    [InlineData("labels: { x: !reset , z: \"3\" }", "services/a/labels", """{"y":"2","z":"3"}""")]
    [InlineData("image: !reset\n    build: .", "services/a/image", null)]
    public void Load_Marks_ResetOrReplace(string over, string path, string? expected)
    {
        var project = Composed.Of(
            ("compose.yaml", "services:\n  a:\n    image: x\n    ports: ['1:1']\n    environment: { A: 1, B: 2 }\n    labels: [x=1, y=2]\n"),
            ("compose.override.yaml", $"services:\n  a:\n    {over}\n"));

        project[path].ShouldBe(expected);
    }

    [Fact]
    public void Load_MarksThroughAliases_ActAtEachPlace()
    {
        var project = Composed.Of(
            ("compose.yaml", "services: { a: { image: x, ports: ['1:1'] }, b: { image: x, ports: ['2:2'] } }"),
            ("compose.override.yaml", "x-none: &none { ports: !reset [] }\nservices: { a: { <<: *none }, b: *none }"));

        project["services/a/ports"].ShouldBeNull();
        project["services/b/ports"].ShouldBeNull();
    }

    [Fact]
    public void Load_KindsThatDoNotMerge_AreTold() =>
        Composed.Of(("compose.yaml", "x-a: { b: c }\nservices: { a: { image: x } }"), ("compose.override.yaml", "x-a: [d]\n")).Codes.ShouldBe(["TP1018"]);

    // Keys of a mapping come in any order.
    private static string? Sorted(string? json) => json is ['{', ..] ? string.Join(',', json.Trim('{', '}').Split(',').Order(StringComparer.Ordinal)) : json;
}
