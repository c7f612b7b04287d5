using Towpath.Core.Kubernetes.Planning;

namespace Towpath.Tests.Kubernetes;

public sealed class NetworkTests
{
    private const string Three = """
        services:
          web:
            image: example/web:1
            ports: ["8080"]
            environment: { API: "http://api:9000/v1" }
            x-towpath: { route: /, health: /healthz }
          api:
            image: example/api:1
            depends_on: [db]
          db:
            image: postgres:16
        """;

    [Theory]
    [InlineData("postgres://user@db:5432/shop", "db:5432")]
    [InlineData("db", "db:")]
    [InlineData("kafka1=db:9092,db:9093", "db:9092 db:9093")]
    [InlineData("/var/lib/db", "")]
    [InlineData("db=shop", "")]
    [InlineData("postgres://db:secret@other/x", "")]
    [InlineData("mydb:5432", "")]
    [InlineData("db.example.org:5432", "")]
    [InlineData("proxy_pass http://db:80;", "db:80")]
    [InlineData("db:99999", "db:")]
    public void Mentions_InText_AreHostsWithTheirPorts(string text, string expected) =>
        string.Join(' ', Mentions.In(text, word => word == "db").Select(m => $"{m.Host}:{m.Port}")).ShouldBe(expected);

    [Fact]
    public void Services_PortThatOnlyACallerNames_IsOpen()
    {
        var compiled = Compiled.Of(Three);

        compiled.At("Service/api", "spec.ports").ShouldBe("- name: tcp-9000 port: 9000 targetPort: tcp-9000 protocol: TCP");
        compiled.Why("Service/api", "spec.ports[0].port").ToString().ShouldBe("compose.yaml:5:20: the variable API of web");
        compiled.At("Service/db", "spec.ports[0].port").ShouldBe("5432", "the port of the official image");
    }

    [Fact]
    public void Services_CalledWithoutAPort_LeadsToThePodsThemselves()
    {
        var compiled = Compiled.Of("services: { web: { image: 'example/web:1', depends_on: [cache] }, cache: { image: 'example/cache:1' } }");

        compiled.At("Service/cache", "spec.clusterIP").ShouldBe("None");
        compiled.At("Service/cache", "spec.ports").ShouldBeNull();
        compiled.Has("Service/web").ShouldBeFalse("nobody calls it");
    }

    [Fact]
    public void Policies_OnlyDeclaredCallersComeIn()
    {
        var compiled = Compiled.Of(Three);

        compiled.At("NetworkPolicy/default-deny", "spec").ShouldBe("podSelector: {} policyTypes: - Ingress - Egress");
        compiled.At("NetworkPolicy/db", "spec.ingress[0].from[0].podSelector.matchLabels.\"app.kubernetes.io/name\"").ShouldBe("api");
        compiled.At("NetworkPolicy/db", "spec.ingress[1]").ShouldBeNull();
        compiled.At("NetworkPolicy/api", "spec.ingress[0].from[0].podSelector.matchLabels.\"app.kubernetes.io/name\"").ShouldBe("web");
        compiled.At("NetworkPolicy/api", "spec.egress[0].to[0].podSelector.matchLabels.\"app.kubernetes.io/name\"").ShouldBe("db");
        compiled.At("NetworkPolicy/web", "spec.ingress[0].from[0].namespaceSelector").ShouldBe("{}", "the ingress controller, wherever it is");
        compiled.Why("NetworkPolicy/db", "spec.ingress[0]").Place!.Line.ShouldBe(9);
    }

    [Fact]
    public void Ingress_Strip_IsWrittenForTheController()
    {
        var compiled = Compiled.Of("services: { api: { image: 'example/api:1', ports: ['8080'], x-towpath: { route: /api, health: /healthz } } }");

        compiled.At("Ingress/api", "spec.rules[0].http.paths[0].path").ShouldBe("/api(/|$)(.*)");
        compiled.At("Ingress/api", "spec.rules[0].http.paths[0].backend").ShouldBe("service: name: api port: name: http");
        compiled.Codes.ShouldContain("TP6418");
    }

    [Fact]
    public void Service_PublishedWithoutARoute_IsTold()
    {
        Compiled.Of("services: { db: { image: 'postgres:16', ports: ['5432:5432'], x-towpath: { route: /db } }, q: { image: 'redis:7', ports: ['6379:6379'] } }").Codes.ShouldContain("TP6417");
    }
}
