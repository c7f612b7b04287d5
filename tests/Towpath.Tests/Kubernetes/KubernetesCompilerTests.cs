using System.Text.RegularExpressions;
using Towpath.Core.Kubernetes.Manifests;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Kubernetes;

public sealed partial class KubernetesCompilerTests
{
    private static readonly FakeSourceFiles Shop = FakeSourceFiles.FromFolder(RepositoryRoot.Combine("examples", "shop"));

    [Fact]
    public void Compile_SameFiles_SameBytes() => Compiled.Of(Shop).Yaml.ShouldBe(Compiled.Of(FakeSourceFiles.FromFolder(RepositoryRoot.Combine("examples", "shop"))).Yaml);

    [Fact]
    public void Compile_EveryValue_KnowsWhyItIsThere()
    {
        foreach (var subject in Compiled.Of(Shop).Objects)
        {
            subject.Root.Origin.ShouldNotBeNull(subject.Id);
            foreach (var (path, _, origin) in ManifestPath.Leaves(subject))
            {
                origin.Rule.ShouldNotBeNullOrWhiteSpace($"{subject.Id}:{path}");
                ManifestPath.Find(subject, path).ShouldNotBeNull($"{subject.Id}:{path}").Origin.ShouldBe(origin);
            }
        }
    }

    [Fact]
    public void Compile_Names_AreValidAndUnique()
    {
        var objects = Compiled.Of(Shop).Result.Objects;

        objects.Select(o => o.Id).ShouldBeUnique();
        objects.ShouldAllBe(o => Label().IsMatch(o.Name));
        objects.ShouldAllBe(o => o.Namespace == null || o.Namespace == "shop-production");
    }

    [Fact]
    public void Compile_Value_LeadsToTheLineThatCausedIt()
    {
        var compiled = Compiled.Of("services:\n  web:\n    image: example/web:1\n    stop_grace_period: 42s\n    ports: ['8080']\n");

        var grace = compiled.Why("Deployment/web", "spec.template.spec.terminationGracePeriodSeconds");
        grace.Place!.ToString().ShouldBe("compose.yaml:4:5");
        compiled.At("Deployment/web", "spec.template.spec.terminationGracePeriodSeconds").ShouldBe("47", "and five seconds in which it still answers");
        compiled.Why("Deployment/web", "spec.template.spec.containers[0].image").Place!.Line.ShouldBe(3);
        compiled.Why("Deployment/web", "spec.template.spec.automountServiceAccountToken").ShouldNotBeNull();
    }

    [Fact]
    public void Compile_Order_PutsFirstWhatOthersNeed()
    {
        var kinds = Compiled.Of(Shop).Objects.Select(o => o.Kind).ToList();

        kinds[0].ShouldBe("Namespace");
        kinds.IndexOf("ConfigMap").ShouldBeLessThan(kinds.IndexOf("Deployment"));
        kinds.IndexOf("Service").ShouldBeLessThan(kinds.IndexOf("StatefulSet"));
        kinds.IndexOf("Job").ShouldBeLessThan(kinds.IndexOf("Deployment"), "a migration comes before who waits for it");
    }

    [Fact]
    public void Compile_OtherImage_KeepsSelectorsAndTouchesThatServiceAlone()
    {
        const string Two = "services:\n  web: { image: 'example/web:1', expose: ['8080'] }\n  api: { image: 'example/api:1', expose: ['8080'] }\n";
        var before = Compiled.Of(Two);
        var after = Compiled.Of(Two.Replace("web:1", "web:2", StringComparison.Ordinal));

        after.At("Deployment/web", "spec.selector").ShouldBe(before.At("Deployment/web", "spec.selector"), "a selector never changes");
        after.At("Deployment/web", "spec.template").ShouldNotBe(before.At("Deployment/web", "spec.template"));
        ManifestText.Yaml(after.Object("Deployment/api")).ShouldBe(ManifestText.Yaml(before.Object("Deployment/api")));
    }

    [Fact]
    public void Compile_Amounts_AreText() =>
        ManifestPath.Leaves(Compiled.Of(Shop).Object("ResourceQuota/quota")).Where(l => l.Path.StartsWith("spec.hard", StringComparison.Ordinal))
            .ShouldAllBe(l => ((ManifestValue)l.Value).Kind == ManifestValueKind.Text);

    [Theory]
    [InlineData("1.20", "policy/v1beta1", "batch/v1beta1")]
    [InlineData("1.21", "policy/v1", "batch/v1")]
    [InlineData(null, "policy/v1", "batch/v1")]
    public void Compile_Version_DecidesWhichApisAreUsed(string? version, string disruption, string cron)
    {
        var compiled = Compiled.Of(Shop, version);

        compiled.Object("PodDisruptionBudget/api").ApiVersion.ShouldBe(disruption);
        compiled.Object("CronJob/db-backup").ApiVersion.ShouldBe(cron);
    }

    [Fact]
    public void Compile_OldCluster_DrainsByAProgramOfTheImage()
    {
        const string Web = "services: { web: { image: 'example/web:1', ports: ['8080'] } }";

        Compiled.Of(Web).At("Deployment/web", "spec.template.spec.containers[0].lifecycle.preStop").ShouldBe("sleep: seconds: 5");
        var old = Compiled.Of(Web, "1.29");
        old.At("Deployment/web", "spec.template.spec.containers[0].lifecycle.preStop").ShouldBe("exec: command: - sleep - \"5\"");
        old.Codes.ShouldContain("TP6427");
    }

    [Fact]
    public void Compile_NamesThatComeOutAlike_AreRefused()
    {
        var compiled = Compiled.Of("services: { my_api: { image: 'example/a:1' }, my-api: { image: 'example/a:1' } }");

        compiled.Result.HasErrors.ShouldBeTrue();
        compiled.Result.Diagnostics.ShouldContain(d => d.Code == "TP6401" && d.Headline.Contains("my-api", StringComparison.Ordinal));
        compiled.Objects.Select(o => o.Id).ShouldBeUnique();
    }

    [Fact]
    public void Compile_NameThatNoClusterTakes_IsChangedAndTold()
    {
        var compiled = Compiled.Of("services: { My_Api: { image: 'example/a:1' } }");

        compiled.Has("Deployment/my-api").ShouldBeTrue();
        compiled.Codes.ShouldContain("TP6402");
    }

    [Theory]
    [InlineData("restart: 'no'\n    ports: ['8080']", true)]
    [InlineData("restart: on-failure\n    healthcheck: { test: check }", true)]
    [InlineData("restart: 'no'", false)]
    [InlineData("restart: always\n    ports: ['8080']", false)]
    [InlineData("ports: ['8080']", false)]
    public void Compile_ARestartThatCantBeHeld_IsTold(string lines, bool told)
    {
        var compiled = Compiled.Of($"services:\n  web:\n    image: web:1\n    {lines}\n");

        compiled.Result.Diagnostics.Where(d => d.Code == "TP6429").Select(d => d.Location!.Line).ShouldBe(told ? [4] : []);
        compiled.Has("Deployment/web").ShouldBe(lines != "restart: 'no'");
    }

    [GeneratedRegex("^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Label();
}
