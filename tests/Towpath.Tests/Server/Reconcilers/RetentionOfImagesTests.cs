using Towpath.Core.Applications;
using Towpath.Server.Reconcilers;
using Towpath.Tests.Fakes;
using Towpath.Tests.Server.Pipelines;

namespace Towpath.Tests.Server.Reconcilers;

public sealed class RetentionOfImagesTests : IDisposable
{
    private static readonly TestSpec Tests = new("test", null, TimeSpan.FromMinutes(1), Models.At());

    private readonly PipelineFixture _ = new();
    private readonly Retention _retention;

    public RetentionOfImagesTests() => _retention = new Retention(_.Store, _.Engine, _.Options.StateFolder, TimeProvider.System, _ => { });

    public void Dispose()
    {
        _retention.Dispose();
        _.Dispose();
    }

    [Fact]
    public async Task ClearAsync_MoreReleasesThanAreKept_LeavesTheImagesOfTheKept()
    {
        await ReleaseAsync(Retention.KeptReleases + 3);

        await ClearAsync();

        var kept = _.Store.Releases("shop", 100);
        kept.Count.ShouldBe(Retention.KeptReleases);
        Names().Where(n => n.Contains("/api:", StringComparison.Ordinal)).ShouldBe(kept.Select(r => r.Images["api"].Reference), ignoreOrder: true);
    }

    [Fact]
    public async Task ClearAsync_ImageWithoutOurLabel_LosesOnlyOurName()
    {
        await ReleaseAsync(1);
        var old = _.Store.Releases("shop", 1).Single().Images["db"];
        _.Engine.Images.Single(i => i.Id == old.Digest).Labels.Keys.ShouldNotContain("towpath.application");
        await _retention.RemoveImagesAsync("shop", default);

        Names().ShouldNotContain(old.Reference);
        Names().ShouldContain("postgres:15");
    }

    [Fact]
    public async Task ClearAsync_OtherApplicationWithALongerName_KeepsItsImages()
    {
        await ReleaseAsync(1);
        await _.Engine.TagImageAsync("postgres:15", "localhost/towpath/shop-two/db:123456789012", default);

        await _retention.RemoveImagesAsync("shop", default);

        Names().ShouldContain("localhost/towpath/shop-two/db:123456789012");
    }

    [Fact]
    public async Task ClearAsync_ImageOfTheLastTests_StaysForTheNextBuild()
    {
        _.Uses(Models.Built("api", test: Tests));
        await ReleaseAsync(1);

        await ClearAsync();

        Names().ShouldContain("localhost/towpath/shop/api:tested");
    }

    [Fact]
    public async Task RemoveImagesAsync_ApplicationGoes_LeavesNoNameOfIt()
    {
        _.Uses(Models.Built("api", test: Tests), Models.Image("db", "postgres:15"));
        await ReleaseAsync(2);

        await _retention.RemoveImagesAsync("shop", default);

        Names().ShouldNotContain(n => n.StartsWith("localhost/towpath/shop/", StringComparison.Ordinal));
    }

    private IEnumerable<string> Names() => _.Engine.Images.SelectMany(i => i.References);

    private Task ClearAsync() => _retention.ClearAsync(_.Store.Application("shop")!, default);

    private async Task ReleaseAsync(int count)
    {
        for (var number = 1; number <= count; number++)
        {
            _.Repository.Write("api/app.txt", $"{number}");
            (await _.Runner.RunAsync(_.Queue(), default)).ShouldNotBeNull();
        }
    }
}
