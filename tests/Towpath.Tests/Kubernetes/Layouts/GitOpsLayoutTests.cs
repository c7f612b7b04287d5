using Towpath.Core.Kubernetes.Layouts;
using Towpath.Core.Kubernetes.Manifests;

namespace Towpath.Tests.Kubernetes.Layouts;

public sealed class GitOpsLayoutTests
{
    private static readonly EnvironmentsRepository Repository = new("https://git.example.com/team/environments.git", "main");

    [Fact]
    public void Argo_TheShop_HasAnApplicationThatPointsAtItsObjects()
    {
        var files = ArgoLayout.Of(Rendered.Shop()[^1], Repository);

        var spec = YamlValue.Of(files.Single(f => f.Path == "argocd/shop-production.yaml").Text)!["spec"]!;
        spec["source"]!.ToJsonString().ShouldBe("""{"path":"apps/shop/production","repoURL":"https://git.example.com/team/environments.git","targetRevision":"main"}""");
        spec["syncPolicy"]!["automated"]!.ToJsonString().ShouldBe("""{"prune":true,"selfHeal":true}""");
        files.Skip(1).ShouldAllBe(f => f.Path.StartsWith("apps/shop/production/", StringComparison.Ordinal));
    }

    [Fact]
    public void Argo_EachObject_DiffersByItsAnnotationsOnly()
    {
        var environment = Rendered.Shop()[^1];
        var files = ArgoLayout.Of(environment, Repository);

        foreach (var subject in environment.Objects)
        {
            var made = YamlValue.Of(files.Single(f => f.Path == "apps/shop/production/" + ObjectFiles.NameOf(subject)).Text)!;
            var annotations = made["metadata"]!["annotations"]!.AsObject();
            annotations.Remove("argocd.argoproj.io/sync-wave").ShouldBeTrue();
            annotations.Remove("argocd.argoproj.io/sync-options").ShouldBe(subject.Kind is "Namespace" or "PersistentVolumeClaim");
            if (annotations.Count == 0)
            {
                made["metadata"]!.AsObject().Remove("annotations");
            }

            made.ToJsonString().ShouldBe(YamlValue.Of(ManifestText.Yaml(subject))!.ToJsonString());
        }
    }

    [Fact]
    public void Argo_AnnotationsThatAreMade_SayWhy()
    {
        var subject = Rendered.Shop()[^1].Objects.First(o => o.Kind == "Deployment");
        var file = subject.WithAt(["metadata", "annotations", "x"], ((ManifestNode)"1").Because(new Origin("here")));

        ManifestPath.Find(file, "metadata.annotations.x")!.Value.Origin.Rule.ShouldBe("here");
        ManifestPath.Find(file, "spec.replicas")!.Value.Origin.ShouldBe(ManifestPath.Find(subject, "spec.replicas")!.Value.Origin);
    }

    [Fact]
    public void Flux_TheShop_TakesStepsOneAfterTheOther()
    {
        var files = FluxLayout.Of(Rendered.Shop()[^1]);
        var steps = files[0].Text.Split("---\n").Select(d => YamlValue.Of(d)!).ToList();

        steps.Select(s => s["metadata"]!["name"]!.GetValue<string>()).ShouldBe(["shop-production-0", "shop-production-1", "shop-production-2", "shop-production-3"]);
        steps.Skip(1).Select(s => s["spec"]!["dependsOn"]![0]!["name"]!.GetValue<string>()).ShouldBe(["shop-production-0", "shop-production-1", "shop-production-2"]);
        steps.ShouldAllBe(s => s["spec"]!["prune"]!.GetValue<bool>() && s["spec"]!["path"]!.GetValue<string>().StartsWith("./apps/shop/production/"));
        steps[0]["spec"]!["wait"]!.GetValue<bool>().ShouldBeTrue();
        steps[2]["spec"]!["healthChecks"]!.AsArray().ShouldHaveSingleItem()!["kind"]!.GetValue<string>().ShouldBe("Job");
    }

    [Fact]
    public void Flux_EachObject_StandsInOneStep()
    {
        var environment = Rendered.Shop()[^1];

        FluxLayout.Of(environment).Skip(1).Select(f => f.Path.Split('/')[^1]).Order(StringComparer.Ordinal)
            .ShouldBe(environment.Objects.Select(ObjectFiles.NameOf).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Flux_Source_FollowsTheBranch() =>
        YamlValue.Of(FluxLayout.Source("shop", Repository).Text)!["spec"]!.ToJsonString()
            .ShouldBe("""{"interval":"1m","ref":{"branch":"main"},"url":"https://git.example.com/team/environments.git"}""");

    [Theory]
    [InlineData("https://git.example.com/x.git", "main", true)]
    [InlineData("ssh://git@git.example.com/x.git", "release/1.0", true)]
    [InlineData("git@git.example.com:x.git", "main", false)]
    [InlineData("https://ada:secret@git.example.com/x.git", "main", false)]
    [InlineData("https://token@git.example.com/x.git", "main", false)]
    [InlineData("file:///x", "main", false)]
    [InlineData("https://git.example.com/x.git", "--upload", false)]
    [InlineData("https://git.example.com/x.git", "a..b", false)]
    public void WhyNot_AnAddress_TellsThoseThatCantBeFollowed(string url, string branch, bool isFine)
    {
        var repository = new EnvironmentsRepository(url, branch);

        (repository.WhyNot() is null).ShouldBe(isFine);
        repository.ShownUrl.ShouldNotContain("secret");
    }
}
