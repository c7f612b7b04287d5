using System.Collections.Immutable;
using System.Diagnostics;
using Towpath.Core.Kubernetes.Layouts;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Kubernetes.Layouts;

/// <summary>What kustomize makes of the files is asked of kubectl itself.</summary>
public sealed class KustomizeLayoutTests
{
    private static readonly bool HasKubectl = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(f => File.Exists(Path.Combine(f, "kubectl")));

    [Fact]
    public async Task Of_TheShop_GivesEachEnvironment() => await HoldsAsync(Rendered.Shop());

    [Theory]
    [InlineData(0, 12)]
    [InlineData(12, 24)]
    public async Task Of_AnyApplication_GivesEachEnvironment(int from, int to)
    {
        for (var seed = from; seed < to; seed++)
        {
            await HoldsAsync(Rendered.Made(seed), $"seed {seed}");
        }
    }

    [Fact]
    public void Of_TheLowestEnvironment_IsTheBaseAlone()
    {
        var files = KustomizeLayout.Of(Rendered.Shop());

        files.Where(f => f.Path.StartsWith("overlays/development/", StringComparison.Ordinal)).ShouldHaveSingleItem().Text
            .ShouldBe(LayoutFile.Header + "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources:\n  - ../../base\n");
    }

    [Fact]
    public void Of_AnObjectOfAnotherNamespace_LeavesTheNamespaceToTheObjects()
    {
        var shop = Rendered.Shop();
        var stray = shop[1].Objects.First(o => o.Kind == "Service");
        var elsewhere = shop[1] with { Objects = [.. shop[1].Objects, Towpath.Core.Kubernetes.Manifests.ManifestEdits.WithAt(stray, ["metadata", "namespace"], "elsewhere")] };

        var text = KustomizeLayout.Of([shop[0], elsewhere]).Single(f => f.Path == "overlays/staging/kustomization.yaml").Text;

        text.ShouldNotContain("\nnamespace:");
        text.ShouldContain("$patch: delete");
    }

    private static async Task HoldsAsync(ImmutableArray<RenderedEnvironment> environments, string? what = null)
    {
        Assert.SkipUnless(HasKubectl, "kubectl is not installed");
        using var folder = new TemporaryFolder();
        foreach (var file in KustomizeLayout.Of(environments))
        {
            folder.Write(file.Path, file.Text);
        }

        foreach (var environment in environments)
        {
            var made = YamlValue.Objects(await BuildAsync(folder[$"overlays/{environment.Name}"]));
            var wanted = YamlValue.Objects(environment.Objects);
            made.Keys.ShouldBe(wanted.Keys, $"{what} {environment.Name}");
            foreach (var (id, json) in wanted)
            {
                made[id].ShouldBe(json, $"{what} {environment.Name} {id}");
            }
        }
    }

    private static async Task<string> BuildAsync(string folder)
    {
        using var process = Process.Start(new ProcessStartInfo("kubectl", ["kustomize", folder]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        process.ExitCode.ShouldBe(0, await errors);
        return output;
    }
}
