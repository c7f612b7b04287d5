using Towpath.Core.Applications;
using Towpath.Core.Kubernetes.Layouts;

namespace Towpath.Tests.Kubernetes.Layouts;

public sealed class DeliveredFilesTests
{
    private static readonly GitDeliverySpec Git = new("https://git.example.com/team/environments.git") { Branch = "live", Path = "teams/shop" };

    [Theory]
    [InlineData(GitLayout.Plain)]
    [InlineData(GitLayout.ArgoCd)]
    [InlineData(GitLayout.Flux)]
    public void Of_AnyLayout_StaysWithinThePathsOfTheEnvironment(GitLayout layout)
    {
        var environment = Rendered.Shop()[^1];
        var paths = DeliveredFiles.PathsOf("shop", "production", Git);

        var files = DeliveredFiles.Of(environment, Git with { Layout = layout });

        files.ShouldAllBe(f => paths.Any(p => f.Path == p || f.Path.StartsWith(p + "/", StringComparison.Ordinal)));
        files.Count(f => f.Path.StartsWith("teams/shop/apps/shop/production/", StringComparison.Ordinal)).ShouldBe(environment.Objects.Length);
    }

    [Fact]
    public void Of_ArgoCd_PointsIntoTheFolder()
    {
        var files = DeliveredFiles.Of(Rendered.Shop()[^1], Git with { Layout = GitLayout.ArgoCd });

        YamlValue.Of(files.Single(f => f.Path == "teams/shop/argocd/shop-production.yaml").Text)!["spec"]!["source"]!.ToJsonString()
            .ShouldBe("""{"path":"teams/shop/apps/shop/production","repoURL":"https://git.example.com/team/environments.git","targetRevision":"live"}""");
    }

    [Fact]
    public void Of_Flux_HasASourceOfTheEnvironmentsOwn()
    {
        var files = DeliveredFiles.Of(Rendered.Shop()[^1], Git with { Layout = GitLayout.Flux });

        YamlValue.Of(files.Single(f => f.Path == "teams/shop/flux/shop-production-source.yaml").Text)!["spec"]!["ref"]!.ToJsonString().ShouldBe("""{"branch":"live"}""");
        var steps = files.Single(f => f.Path == "teams/shop/flux/shop-production.yaml").Text.Split("---\n").Select(d => YamlValue.Of(d)!["spec"]!).ToList();
        steps.ShouldAllBe(s => s["sourceRef"]!["name"]!.GetValue<string>() == "shop-production-source");
        steps[0]["path"]!.GetValue<string>().ShouldBe("./teams/shop/apps/shop/production/0");
    }

    [Fact]
    public void Of_AnyLayout_HoldsNoSecretObjects() =>
        DeliveredFiles.Of(Rendered.Shop()[^1], Git).ShouldNotContain(f => f.Path.Contains("-secret-", StringComparison.Ordinal) || f.Text.Contains("kind: Secret\n", StringComparison.Ordinal));
}
