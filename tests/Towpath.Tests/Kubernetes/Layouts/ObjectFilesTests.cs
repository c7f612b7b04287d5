using Towpath.Core.Kubernetes.Layouts;
using Towpath.Core.Kubernetes.Manifests;

namespace Towpath.Tests.Kubernetes.Layouts;

public sealed class ObjectFilesTests
{
    [Fact]
    public void Of_AnEnvironment_NamesFilesInTheOrderOfTheirObjects()
    {
        var environment = Rendered.Shop()[^1];

        var files = ObjectFiles.Of(environment);

        files.Select(f => f.Path[..2]).ShouldBe(files.Select(f => f.Path[..2]).Order(StringComparer.Ordinal));
        files.Select(f => f.Path).ShouldBeUnique();
        files.Select(f => f.Path).ShouldContain("68-deployment-api.yaml");
        string.Concat(files.Select(f => f.Text[LayoutFile.Header.Length..])).ShouldBe(ManifestText.Yaml(environment.Objects).Replace("\n---\n", "\n", StringComparison.Ordinal));
    }

    [Fact]
    public void Of_WithoutOneObject_NamesTheOthersAsBefore()
    {
        var environment = Rendered.Shop()[^1];
        var all = ObjectFiles.Of(environment).Select(f => f.Path).ToList();

        for (var i = 0; i < environment.Objects.Length; i++)
        {
            ObjectFiles.Of(environment with { Objects = environment.Objects.RemoveAt(i) }).Select(f => f.Path).ShouldBe(all.Where((_, at) => at != i));
        }
    }
}
