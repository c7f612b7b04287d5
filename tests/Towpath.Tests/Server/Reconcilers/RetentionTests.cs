using Towpath.Core.Containers;
using Towpath.Core.Releases;
using Towpath.Engines.Containers;
using Towpath.Server.Reconcilers;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Server.Reconcilers;

public sealed class RetentionTests : IDisposable
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private readonly ServerScene _scene = new();
    private readonly Retention _retention;

    public RetentionTests() => _retention = new Retention(_scene.Store, _scene.Engine, _scene.Folder.Path, _scene.Time, _scene.Log.Enqueue);

    public void Dispose()
    {
        _retention.Dispose();
        _scene.Dispose();
    }

    [Fact]
    public async Task Clear_ManyReleases_KeepsTheNewestAndThoseInUse()
    {
        for (var i = 1; i <= 25; i++)
        {
            await ShipAsync($"r-{i}");
            if (i == 3) _scene.Arrive("production", "r-3");
            if (i == 5) _scene.Arrive("staging", "r-5");
            if (i == 6) _scene.Arrive("staging", "r-6");
        }

        await _retention.ClearAsync(_scene.Known, Cancel);

        var kept = new[] { 3, 5, 6 }.Concat(Enumerable.Range(16, Retention.KeptReleases)).Select(i => $"r-{i}").ToList();
        _scene.Store.Releases(ServerScene.Application, 100).Select(r => r.Id).ShouldBe(kept.AsEnumerable().Reverse());
        _scene.Engine.Images.Select(i => i.References.Single()).ShouldBe(kept.Select(Reference), ignoreOrder: true);
    }

    [Fact]
    public async Task Clear_DeploymentWaits_KeepsBothOfItsReleases()
    {
        for (var i = 1; i <= 15; i++) await ShipAsync($"r-{i}");
        _scene.Request("production", "r-1", previous: "r-2");

        await _retention.ClearAsync(_scene.Known, Cancel);

        _scene.Store.Release(ServerScene.Application, "r-1").ShouldNotBeNull();
        _scene.Store.Release(ServerScene.Application, "r-2").ShouldNotBeNull();
        _scene.Store.Release(ServerScene.Application, "r-3").ShouldBeNull();
    }

    [Fact]
    public async Task Clear_RunUnderWay_RemovesNothing()
    {
        for (var i = 1; i <= 15; i++) await ShipAsync($"r-{i}");
        _scene.Store.QueueRun(ServerScene.Application, new string('9', 40), "A change", "ann", _scene.Time.Now, Models.Fact());

        await _retention.ClearAsync(_scene.Known, Cancel);

        _scene.Engine.Images.Count.ShouldBe(15);
    }

    [Fact]
    public async Task Clear_ImagesOfOthers_AreLeftAlone()
    {
        _scene.Engine.AddImage("docker.io/library/postgres:15");
        for (var i = 1; i <= 12; i++) await ShipAsync($"r-{i}");
        await BuildAsync("other", "docker.io/towpath/other/api:1", "other");
        var mine = await BuildAsync("mine", "docker.io/library/mine:1", ServerScene.Application);

        await _retention.ClearAsync(_scene.Known, Cancel);

        _scene.Engine.Images.SelectMany(i => i.References)
            .Where(r => !r.Contains("towpath/shop/", StringComparison.Ordinal))
            .ShouldBe(["docker.io/library/postgres:15", "docker.io/towpath/other/api:1", "docker.io/library/mine:1"], ignoreOrder: true);
        mine.ShouldNotBeEmpty();
    }

    [Fact]
    public async Task RemoveImages_PublicImageUnderTowpathsName_LosesOnlyThatName()
    {
        var postgres = _scene.Engine.AddImage("docker.io/library/postgres:15");
        await _scene.Engine.TagImageAsync(postgres, "localhost/towpath/shop/db:1", Cancel);
        await _scene.Engine.TagImageAsync(postgres, "localhost/towpath/shopping/db:1", Cancel);
        await ShipAsync("r-1");

        await _retention.RemoveImagesAsync(ServerScene.Application, Cancel);

        _scene.Engine.Images.ShouldHaveSingleItem().References.ShouldBe(["docker.io/library/postgres:15", "localhost/towpath/shopping/db:1"], ignoreOrder: true);
    }

    private static string Reference(string release) => $"localhost/towpath/shop/api:{release}";

    private async Task<Release> ShipAsync(string id)
    {
        var digest = await BuildAsync(id, Reference(id), ServerScene.Application);
        var release = _scene.Ship(id);
        _scene.Store.RemoveRelease(ServerScene.Application, id);
        release = release with { Images = release.Images.SetItem("api", new ReleaseImage(digest, Reference(id))) };
        _scene.Store.SaveRelease(release, _scene.Store.RecentRuns(ServerScene.Application, 1)[0].Id);
        return release;
    }

    private Task<string> BuildAsync(string content, string reference, string application)
    {
        _scene.Engine.OnBuild = (_, _, _, _) => Task.FromResult<string?>(content);
        return _scene.Engine.BuildImageAsync(
            new BuildRequest(
                async (stream, token) => await stream.WriteAsync(new byte[1024], token), "Dockerfile", null, new Dictionary<string, string>(),
                new Dictionary<string, string> { [ContainerLabels.Application] = application }, [reference]),
            _ => { }, Cancel);
    }
}
