using Towpath.Server.Reconcilers;
using Towpath.Server.Storage;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Server.Reconcilers;

public sealed class RetentionByNameTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task RemoveImages_OfAnApplicationThatGoes_TakesItsNamesFromPulledImagesToo()
    {
        // Pulled: no label of Towpath's. And another application keeps the same image under a name of its own.
        var engine = new FakeContainerEngine();
        var digest = engine.AddImage("docker.io/library/postgres:15");
        await engine.TagImageAsync(digest, "localhost/towpath/shop/db:1", CancellationToken.None);
        await engine.TagImageAsync(digest, "localhost/towpath/shop-two/db:1", CancellationToken.None);
        using var store = new SqliteStore(_folder["towpath.db"]);
        using var retention = new Retention(store, engine, _folder.Path, TimeProvider.System, _ => { });

        await retention.RemoveImagesAsync("shop", CancellationToken.None);

        engine.Images.ShouldHaveSingleItem().References.ShouldBe(["docker.io/library/postgres:15", "localhost/towpath/shop-two/db:1"], ignoreOrder: true);
    }
}
