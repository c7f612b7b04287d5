using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Towpath.Core.Kubernetes.Layouts;
using Towpath.Core.Kubernetes.Layouts.Helm;

namespace Towpath.Tests.Kubernetes.Layouts.Helm;

public sealed class HelmLayoutTests
{
    [Fact]
    public void Of_TheShop_GivesEachEnvironment() => Holds(Rendered.Shop());

    [Fact]
    public void Of_AnyApplication_GivesEachEnvironment()
    {
        for (var seed = 0; seed < 60; seed++)
        {
            Holds(Rendered.Made(seed), $"seed {seed}");
        }
    }

    [Fact]
    public void Of_OtherValues_SetsThemWhereTheyStand()
    {
        var files = HelmLayout.Of(Rendered.Shop());
        var values = Values(files, "production");
        values["namespace"] = "mine";
        values["services"]!["api"]!["image"] = "registry.example.com/api:2";
        values["services"]!["api"]!["replicas"] = 7;
        values["services"]!["api"]!["resources"]!["limits"]!["memory"] = "1Gi";

        var objects = Run(files, values);

        var api = JsonNode.Parse(objects["Deployment/api"])!;
        api["metadata"]!["namespace"]!.GetValue<string>().ShouldBe("mine");
        api["spec"]!["replicas"]!.GetValue<int>().ShouldBe(7);
        api["spec"]!["template"]!["spec"]!["containers"]![0]!["image"]!.GetValue<string>().ShouldBe("registry.example.com/api:2");
        api["spec"]!["template"]!["spec"]!["containers"]![0]!["resources"]!["limits"]!["memory"]!.GetValue<string>().ShouldBe("1Gi");
        objects.Keys.ShouldContain("Namespace/mine");
        objects.Keys.ShouldContain("PriorityClass/mine-data");
        objects.Values.ShouldAllBe(json => !json.Contains("\"namespace\":\"shop-production\"", StringComparison.Ordinal));
        objects["Deployment/api"].ShouldContain("batch/v1/namespaces/mine/jobs/");
    }

    [Fact]
    public void Of_ANamespaceThatIsThere_LeavesItOut()
    {
        var files = HelmLayout.Of(Rendered.Shop());
        var values = Values(files, "production");
        values["createNamespace"] = false;

        Run(files, values).Keys.ShouldNotContain(id => id.StartsWith("Namespace/", StringComparison.Ordinal));
    }

    [Fact]
    public void Of_AHostAndTls_AreLeftOutWhereTheirValuesAreEmpty()
    {
        const string Compose = "name: one\nservices:\n  web:\n    image: web:1\n    x-towpath: { owner: team, port: 80, route: /, health: / }\n";
        var files = HelmLayout.Of(Rendered.Of(
            Compose, "application: one\nenvironments:\n  production: {}\n", e => e with { Kubernetes = new() { Host = "www.example.com", TlsSecret = "tls", TlsIssuer = "letsencrypt" } }));
        var values = Values(files, "production");
        Run(files, values)["Ingress/web"].ShouldContain("www.example.com");
        values["host"] = "";
        values["tls"]!["secret"] = "";
        values["tls"]!["issuer"] = "";

        var ingress = Run(files, values)["Ingress/web"];

        ingress.ShouldNotContain("example.com");
        ingress.ShouldNotContain("tls");
        ingress.ShouldNotContain("letsencrypt");
    }

    [Fact]
    public void Of_TheSchema_KnowsEachEnvironmentAndService()
    {
        var schema = JsonNode.Parse(HelmLayout.Of(Rendered.Shop()).Single(f => f.Path == "values.schema.json").Text)!["properties"]!;

        schema["environment"]!["enum"]!.AsArray().Select(e => e!.GetValue<string>()).ShouldBe(["development", "staging", "acceptance", "production"]);
        schema["services"]!["properties"]!.AsObject().Select(p => p.Key).ShouldBe(["api", "db", "queue", "web", "worker"]);
    }

    private static void Holds(ImmutableArray<RenderedEnvironment> environments, string? what = null)
    {
        var files = HelmLayout.Of(environments);
        foreach (var environment in environments)
        {
            var made = Run(files, Values(files, environment.Name));
            var wanted = YamlValue.Objects(environment.Objects);
            made.Keys.ShouldBe(wanted.Keys, $"{what} {environment.Name}");
            foreach (var (id, json) in wanted)
            {
                made[id].ShouldBe(json, $"{what} {environment.Name} {id}");
            }
        }
    }

    private static ImmutableSortedDictionary<string, string> Run(ImmutableArray<LayoutFile> files, JsonObject values)
    {
        var templates = new StrictTemplates(values);
        var texts = files.Where(f => f.Path.StartsWith("templates/", StringComparison.Ordinal)).Select(f => templates.Run(f.Text));
        return YamlValue.Objects(string.Join("---\n", texts.Where(t => t.Split('\n').Any(l => l.Length > 0 && l[0] != '#'))));
    }

    private static JsonObject Values(ImmutableArray<LayoutFile> files, string environment) => StrictTemplates.Merge(
        YamlValue.Of(files.Single(f => f.Path == $"values-{environment}.yaml").Text)!, YamlValue.Of(files.Single(f => f.Path == "values.yaml").Text)!);
}
