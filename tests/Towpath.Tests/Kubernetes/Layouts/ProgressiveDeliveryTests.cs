using System.Text.Json.Nodes;
using Towpath.Core.Kubernetes.Layouts;
using Towpath.Core.Kubernetes.Manifests;

namespace Towpath.Tests.Kubernetes.Layouts;

public sealed class ProgressiveDeliveryTests
{
    private const string Compose = """
        name: one
        services:
          web:
            image: web:1
            ports: ["9090"]
            depends_on: { db: { condition: service_started } }
            x-towpath: { owner: team, port: 8080, route: /, health: / }
          worker: { image: "worker:1", environment: { WEB: "http://web:8080" }, x-towpath: { owner: team } }
          db: { image: "postgres:15", volumes: ["data:/var/lib/postgresql/data"], x-towpath: { owner: team, migrate: x } }
        volumes: { data: {} }
        """;

    [Fact]
    public void ArgoRollouts_ACanary_HasItsStepsAndIntervals()
    {
        var objects = Handed(ProgressiveController.ArgoRollouts, "{ canary: { steps: [10%, 50%], interval: 20s } }");

        var rollout = Json(objects, "Rollout/web");
        rollout["apiVersion"]!.GetValue<string>().ShouldBe("argoproj.io/v1alpha1");
        rollout["spec"]!["strategy"]!["canary"]!["steps"]!.ToJsonString().ShouldBe("""[{"setWeight":10},{"pause":{"duration":"20s"}},{"setWeight":50},{"pause":{"duration":"20s"}}]""");
        objects.ShouldNotContain(o => o.Id == "Deployment/web");
        objects.ShouldContain(o => o.Id == "Deployment/worker");
        objects.ShouldContain(o => o.Id == "StatefulSet/db");
        Json(objects, "HorizontalPodAutoscaler/web")["spec"]!["scaleTargetRef"]!.ToJsonString().ShouldBe("""{"apiVersion":"argoproj.io/v1alpha1","kind":"Rollout","name":"web"}""");
    }

    [Fact]
    public void ArgoRollouts_ByHand_PausesWithoutAnEnd() =>
        Json(Handed(ProgressiveController.ArgoRollouts, "{ canary: { steps: [10%], by-hand: true } }"), "Rollout/web")["spec"]!["strategy"]!["canary"]!["steps"]!.ToJsonString()
            .ShouldBe("""[{"setWeight":10},{"pause":{}}]""");

    [Fact]
    public void ArgoRollouts_BehindNginx_SplitsRequestsByTheIngress()
    {
        var objects = Handed(ProgressiveController.ArgoRollouts, "{ canary: { steps: [10%] } }", "nginx");

        var canary = Json(objects, "Rollout/web")["spec"]!["strategy"]!["canary"]!;
        canary["trafficRouting"]!.ToJsonString().ShouldBe("""{"nginx":{"stableIngress":"web"}}""");
        objects.ShouldContain(o => o.Id == "Service/" + canary["canaryService"]!.GetValue<string>());
        objects.ShouldContain(o => o.Id == "Service/" + canary["stableService"]!.GetValue<string>());
    }

    [Fact]
    public void ArgoRollouts_BlueGreen_HasAServiceToLookAtFirst()
    {
        var objects = Handed(ProgressiveController.ArgoRollouts, "blue-green");

        Json(objects, "Rollout/web")["spec"]!["strategy"]!.ToJsonString().ShouldBe(
            """{"blueGreen":{"activeService":"web","autoPromotionEnabled":true,"previewService":"web-preview","scaleDownDelaySeconds":600}}""");
        Json(objects, "Service/web-preview")["spec"]!.ToJsonString().ShouldBe(Json(objects, "Service/web")["spec"]!.ToJsonString());
    }

    [Fact]
    public void ArgoRollouts_AllButTheStrategy_KnowsWhyAsBefore()
    {
        var environment = Environment("blue-green");
        var before = environment.Objects.Single(o => o.Id == "Deployment/web");
        var after = ProgressiveDelivery.HandTo(ProgressiveController.ArgoRollouts, environment).Objects.Single(o => o.Id == "Rollout/web");

        foreach (var (path, _, origin) in ManifestPath.Leaves(before).Where(l => !l.Path.StartsWith("spec.strategy", StringComparison.Ordinal)))
        {
            ManifestPath.Find(after, path)!.Value.Origin.ShouldBe(origin, path);
        }

        ManifestPath.Find(after, "spec.strategy.blueGreen.activeService")!.Value.Origin.ToString().ShouldStartWith("towpath.yaml");
    }

    [Fact]
    public void Flagger_ACanary_HasItsWeightsAndWhatAStepMustShow()
    {
        var objects = Handed(ProgressiveController.Flagger, "{ canary: { steps: [10%, 50%], interval: 20s } }");

        var spec = Json(objects, "Canary/web")["spec"]!;
        spec["analysis"]!.ToJsonString().ShouldBe(
            """{"interval":"20s","metrics":[{"interval":"20s","name":"request-success-rate","thresholdRange":{"min":99}}],"stepWeights":[10,50],"threshold":30}""");
        spec["service"]!.ToJsonString().ShouldBe("""{"appProtocol":"http","name":"web","port":8080,"portDiscovery":true,"portName":"http","targetPort":"http"}""");
        spec["autoscalerRef"]!["name"]!.GetValue<string>().ShouldBe("web");
        spec["ingressRef"]!["name"]!.GetValue<string>().ShouldBe("web");
        objects.ShouldContain(o => o.Id == "Deployment/web");
        objects.ShouldNotContain(o => o.Id == "Service/web", "Flagger makes it");
    }

    [Fact]
    public void Flagger_PoliciesOfItsServices_SelectThePodsThatTakeRequestsToo()
    {
        var objects = Handed(ProgressiveController.Flagger, "blue-green");

        var policy = Json(objects, "NetworkPolicy/web")["spec"]!["podSelector"]!.ToJsonString();
        policy.ShouldContain("""{"key":"app.kubernetes.io/name","operator":"In","values":["web","web-primary"]}""");
        Json(objects, "PodDisruptionBudget/web")["spec"]!["selector"]!.ToJsonString().ShouldContain("web-primary");
        Json(objects, "NetworkPolicy/worker")["spec"]!.ToJsonString().ShouldContain("web-primary", Case.Sensitive, "it calls web");
        Json(objects, "NetworkPolicy/db")["spec"]!["podSelector"]!.ToJsonString().ShouldNotContain("primary");
    }

    [Fact]
    public void HandTo_RollingServicesOnly_ChangesNothing()
    {
        var environment = Environment("rolling");

        ProgressiveDelivery.HandTo(ProgressiveController.Flagger, environment).Objects.ShouldBe(environment.Objects);
        ProgressiveDelivery.HandTo(ProgressiveController.ArgoRollouts, environment).Objects.ShouldBe(environment.Objects);
    }

    [Fact]
    public void ByHand_ServicesThatWaitForAPerson_AreNamed()
    {
        ProgressiveDelivery.ByHand(Environment("{ blue-green: { by-hand: true } }")).Select(s => s.Name).ShouldBe(["web"]);
        ProgressiveDelivery.ByHand(Environment("blue-green")).ShouldBeEmpty();
    }

    private static RenderedEnvironment Environment(string strategy, string? entryClass = null)
    {
        var made = Rendered.Of(Compose, $"application: one\nenvironments:\n  production:\n    strategy: {strategy}\n", e => e with { Kubernetes = new() { EntryClass = entryClass } })[0];
        var target = new ManifestMap { { "apiVersion", "apps/v1" }, { "kind", "Deployment" }, { "name", "web" } };
        var scaler = ManifestObject.Of(
            "autoscaling/v2", "HorizontalPodAutoscaler", new ManifestMap { { "name", "web" }, { "namespace", made.Request.Namespace } }, new Origin("here"), ("spec", new ManifestMap { { "scaleTargetRef", target } }));
        return made with { Objects = [.. ObjectOrder.Sorted(made.Objects.Add(scaler))] };
    }

    private static List<ManifestObject> Handed(ProgressiveController controller, string strategy, string? entryClass = null) =>
        [.. ProgressiveDelivery.HandTo(controller, Environment(strategy, entryClass)).Objects];

    private static JsonNode Json(IEnumerable<ManifestObject> objects, string id) => YamlValue.Of(ManifestText.Yaml(objects.Single(o => o.Id == id)))!;
}
