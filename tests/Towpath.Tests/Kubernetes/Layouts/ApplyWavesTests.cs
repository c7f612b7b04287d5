using Towpath.Core.Kubernetes.Layouts;
using Towpath.Core.Kubernetes.Manifests;

namespace Towpath.Tests.Kubernetes.Layouts;

public sealed class ApplyWavesTests
{
    private const string Ladder = "application: a\nenvironments:\n  production: {}\n";

    [Fact]
    public void Of_TheShop_MigratesBetweenItsDatabaseAndItsServices()
    {
        var waves = Waves(Rendered.Shop()[^1]);

        waves["Namespace/shop-production"].ShouldBe(ApplyWaves.Room);
        waves["ConfigMap/" + Only(waves, "ConfigMap/db-env")].ShouldBe(ApplyWaves.Settings);
        waves["Service/db"].ShouldBe(ApplyWaves.Settings);
        waves["StatefulSet/db"].ShouldBe(0);
        waves["Job/" + Only(waves, "Job/api-migrate")].ShouldBe(1);
        waves["Deployment/api"].ShouldBe(2);
        waves["Deployment/worker"].ShouldBe(2);
        waves["Deployment/web"].ShouldBe(2);
        waves["PersistentVolumeClaim/db-backup"].ShouldBe(2);
    }

    [Fact]
    public void Of_AMigrationThatWaitsForAnother_ComesAfterTheServiceOfThatOne()
    {
        var waves = Waves(Rendered.Of(
            """
            name: a
            services:
              auth: { image: "auth:1", expose: ["80"], x-towpath: { owner: t, migrate: migrate } }
              api:
                image: "api:1"
                depends_on: { auth: { condition: service_healthy } }
                x-towpath: { owner: t, migrate: migrate }
              web: { image: "web:1", x-towpath: { owner: t } }
            """, Ladder)[0]);

        waves["Job/" + Only(waves, "Job/auth-migrate")].ShouldBe(1);
        waves["Deployment/auth"].ShouldBe(2);
        waves["Job/" + Only(waves, "Job/api-migrate")].ShouldBe(3);
        waves["Deployment/api"].ShouldBe(4);
        waves["Deployment/web"].ShouldBe(4);
    }

    [Fact]
    public void Of_AnyApplication_NothingWaitsForALaterWave()
    {
        for (var seed = 0; seed < 60; seed++)
        {
            var environment = Rendered.Made(seed)[^1];
            var waves = ApplyWaves.Of(environment);
            foreach (var subject in environment.Objects.Where(o => o.Root.At("spec", "template", "spec") is not null))
            {
                foreach (var name in WaitsFor(subject))
                {
                    var target = environment.Objects.First(o => o.Name == name && o.Kind is "Deployment" or "StatefulSet" or "Job" && o.Name == name);
                    waves.Of(target).ShouldBeLessThanOrEqualTo(waves.Of(subject), $"seed {seed}: {subject} waits for {target}");
                }

                foreach (var volume in subject.Root.At("spec", "template", "spec", "volumes") as ManifestList ?? [])
                {
                    if (environment.Objects.FirstOrDefault(o => o.Kind == "PersistentVolumeClaim" && o.Name == volume.TextAt("persistentVolumeClaim", "claimName")) is { } claim)
                    {
                        waves.Of(claim).ShouldBeLessThanOrEqualTo(waves.Of(subject), $"seed {seed}: {claim}");
                    }
                }
            }
        }
    }

    private static IEnumerable<string> WaitsFor(ManifestObject subject) =>
        (subject.Root.At("spec", "template", "spec", "initContainers") as ManifestList ?? [])
            .SelectMany(c => (ManifestList)c.At("env")!)
            .Where(e => e.TextAt("name") is "HOST" or "OBJECT")
            .Select(e => e.TextAt("value")!.Split('/')[^1]);

    private static Dictionary<string, int> Waves(RenderedEnvironment environment)
    {
        var waves = ApplyWaves.Of(environment);
        return environment.Objects.ToDictionary(o => o.Id, waves.Of, StringComparer.Ordinal);
    }

    private static string Only(Dictionary<string, int> waves, string start) => waves.Keys.Single(k => k.StartsWith(start, StringComparison.Ordinal)).Split('/')[1];
}
