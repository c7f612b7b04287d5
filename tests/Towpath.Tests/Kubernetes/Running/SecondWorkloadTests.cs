using System.Text.Json.Nodes;
using Towpath.Core.Kubernetes.Manifests;
using Towpath.Core.Kubernetes.Running;
using Towpath.Core.Kubernetes.Status;

namespace Towpath.Tests.Kubernetes.Running;

public sealed class SecondWorkloadTests
{
    private static readonly Compiled Canary = Compile("class: nginx, host: shop.example.org, tls: { secret: shop-tls, issuer: letsencrypt }");

    [Fact]
    public void Of_Deployment_DiffersInNameTrackAndNumberAlone()
    {
        var first = Json("Deployment/web");
        var second = SecondWorkload.Of(first, 3);

        (second.Name(), SecondWorkload.Is(second), SecondWorkload.Is(first)).ShouldBe(("web-canary", true, false));
        second.Number("spec", "replicas").ShouldBe(3);
        second.Text("spec", "selector", "matchLabels", "towpath.dev/track").ShouldBe("canary");
        second.Text("spec", "template", "metadata", "labels", "towpath.dev/track").ShouldBe("canary");
        foreach (var (key, value) in first["spec"]!["template"]!["metadata"]!["labels"]!.AsObject().Where(l => l.Key != "towpath.dev/track"))
        {
            second.Text("spec", "template", "metadata", "labels", key).ShouldBe(value!.ToString(), "what selects pods by the name holds for both");
        }

        JsonNode.DeepEquals(first.At("spec", "template", "spec"), second.At("spec", "template", "spec")).ShouldBeTrue();
        first.Number("spec", "replicas").ShouldBe(4, "the first is left as it was");
    }

    [Fact]
    public void ServiceOf_Service_LeadsToTheSecondAlone()
    {
        var second = SecondWorkload.ServiceOf(Json("Service/web"));

        (second.Name(), second.Text("spec", "selector", "towpath.dev/track"), second.Text("spec", "selector", "app.kubernetes.io/name")).ShouldBe(("web-canary", "canary", "web"));
    }

    [Fact]
    public void IngressOf_Ingress_TakesAShareAndLeavesTheCertificateToTheFirst()
    {
        var second = SecondWorkload.IngressOf(Json("Ingress/web"), 33.4);

        second.Name().ShouldBe("web-canary");
        second.Items("spec", "rules").Single().Items("http", "paths").Single().Text("backend", "service", "name").ShouldBe("web-canary");
        var annotations = second.At("metadata", "annotations")!.AsObject();
        (annotations["nginx.ingress.kubernetes.io/canary"]!.ToString(), annotations["nginx.ingress.kubernetes.io/canary-weight"]!.ToString()).ShouldBe(("true", "33"));
        annotations.Select(a => a.Key).ShouldNotContain(k => k.StartsWith("cert-manager.io", StringComparison.Ordinal));
    }

    [Fact]
    public void Keep_CompiledObject_TakesWhatTheLiveOneSaysOfShares()
    {
        var (service, route) = (Json("Service/web"), Json("HTTPRoute/web", Compile("entry: gateway")));
        var live = TrafficObjects.Put((JsonObject)service.DeepClone(), new SlotWeights(100, 25, IsSplit: true));
        var split = TrafficObjects.Put((JsonObject)route.DeepClone(), new SlotWeights(100, 25, IsSplit: true));

        TrafficObjects.Keep((JsonObject)service.DeepClone(), live).ToJsonString().ShouldBe(live.ToJsonString());
        TrafficObjects.Keep((JsonObject)route.DeepClone(), split).ToJsonString().ShouldBe(split.ToJsonString());
        TrafficObjects.Keep((JsonObject)service.DeepClone(), service).ToJsonString().ShouldBe(service.ToJsonString());
        TrafficObjects.Keep((JsonObject)service.DeepClone(), null).ToJsonString().ShouldBe(service.ToJsonString());
        split.Items("spec", "rules").Single().Items("backendRefs").Select(b => (b.Text("name"), b.Number("weight"))).ShouldBe([("web", 100), ("web-canary", 25)]);
    }

    private static Compiled Compile(string cluster) => Compiled.Of(
        """
        services:
          web:
            image: example/web:1
            ports: ["8080"]
            deploy: { replicas: 4 }
            x-towpath: { health: /, route: / }
        """,
        ladder: $$"""
        application: shop
        environments:
          production:
            engine: kubernetes
            strategy: canary
            kubernetes: { {{cluster}} }
        """);

    private static JsonObject Json(string id, Compiled? of = null) => (JsonObject)JsonNode.Parse(ManifestText.Json((of ?? Canary).Object(id)))!;
}
