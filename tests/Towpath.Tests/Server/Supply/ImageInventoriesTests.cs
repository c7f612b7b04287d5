using System.Formats.Tar;
using System.Text;
using Towpath.Core.Applications;
using Towpath.Core.Releases;
using Towpath.Core.Supply.Advisories;
using Towpath.Core.Supply.Packages;
using Towpath.Engines.Containers;
using Towpath.Server.Reconcilers;
using Towpath.Server.Storage;
using Towpath.Server.Supply;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Server.Supply;

public sealed class ImageInventoriesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly SqliteStore _store;
    private readonly FakeContainerEngine _engine = new();
    private readonly ImageInventories _inventories;

    public ImageInventoriesTests()
    {
        _store = new SqliteStore(_folder["state.db"]);
        _inventories = new ImageInventories(_store, _engine, TimeProvider.System);
        _engine.OnExport = _ => new Dictionary<string, string>
        {
            ["./etc/os-release"] = "ID=debian\nVERSION_ID=12\n",
            ["./var/lib/dpkg/status"] = "Package: zlib1g\nStatus: install ok installed\nVersion: 1.2\nSource: zlib\n",
            ["./bin/sh"] = "no",
        };
    }

    public void Dispose()
    {
        _inventories.Dispose();
        _store.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task OfAsync_Image_IsReadOnceAndLeavesNoContainer()
    {
        var image = _engine.AddImage("debian");

        var inventory = await _inventories.OfAsync("shop", image, TestContext.Current.CancellationToken);
        await _inventories.OfAsync("blog", image, TestContext.Current.CancellationToken);

        inventory.Packages.ShouldHaveSingleItem().Purl.ShouldBe("pkg:deb/debian/zlib1g@1.2?distro=debian-12");
        _engine.Calls.Count(c => c.StartsWith("export ", StringComparison.Ordinal)).ShouldBe(1);
        _engine.Calls.ShouldNotContain(c => c.StartsWith("start ", StringComparison.Ordinal));
        _engine.Containers.ShouldBeEmpty();
    }

    [Fact]
    public async Task OfAsync_EngineFails_LeavesNoContainerAndKeepsNothing()
    {
        var image = _engine.AddImage("debian");
        _engine.OnCall = (call, _) => call.StartsWith("export ", StringComparison.Ordinal) ? throw new EngineException(EngineError.Unreachable, "gone") : Task.CompletedTask;

        await Should.ThrowAsync<EngineException>(() => _inventories.OfAsync("shop", image, TestContext.Current.CancellationToken));

        _engine.Containers.ShouldBeEmpty();
        _inventories.Known(image).ShouldBeNull();
    }

    [Fact]
    public async Task ReadAsync_NoTar_IsTheEnginesFailure()
    {
        using var stream = new MemoryStream(Encoding.ASCII.GetBytes(new string('x', 2048)));

        await Should.ThrowAsync<EngineException>(() => ImageInventories.ReadAsync(stream, new InventoryBuilder("sha256:1"), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task ReadAsync_LinkInPlaceOfAFile_IsTold()
    {
        using var stream = new MemoryStream();
        await using (var tar = new TarWriter(stream, TarEntryFormat.Pax, leaveOpen: true))
        {
            await tar.WriteEntryAsync(new PaxTarEntry(TarEntryType.HardLink, "a/node_modules/b/package.json") { LinkName = "x" }, TestContext.Current.CancellationToken);
            await tar.WriteEntryAsync(new PaxTarEntry(TarEntryType.SymbolicLink, "etc/os-release") { LinkName = "../usr/lib/os-release" }, TestContext.Current.CancellationToken);
        }

        stream.Position = 0;
        var builder = new InventoryBuilder("sha256:1");
        await ImageInventories.ReadAsync(stream, builder, TestContext.Current.CancellationToken);

        builder.Build().Warnings.ShouldBe(["a/node_modules/b/package.json: no regular file"]);
    }

    [Fact]
    public async Task Check_AfterAnImport_FindsWhatIsNewlyKnown()
    {
        var image = _engine.AddImage("debian");
        var release = Models.Release("c1");
        release = release with { Images = release.Images.SetItem("db", new ReleaseImage(image, "localhost/towpath/shop/db:1")) };
        var check = new VulnerabilityCheck(_store, _inventories);
        check.Of(release).Unread.ShouldBe(["db"]);

        await _inventories.OfAsync("shop", image, TestContext.Current.CancellationToken);
        check.Of(release).Imports.ShouldBe([("Debian", null)]);
        var affected = new AffectedPackage("Debian:12", "zlib", VulnerabilitySeverity.High, 7.5, [[new RangeEvent(RangeStep.Introduced, "0")]], []);
        _store.SaveAdvisories([new Advisory("DSA-1", [], "bad", false, [affected])]);
        _store.FinishImport(["Debian"], Models.Noon);

        check.Of(release).Findings.ShouldHaveSingleItem().ShouldSatisfyAllConditions(f => f.Service.ShouldBe("db"), f => f.Finding.Id.ShouldBe("DSA-1"));
        check.Of(release).Imports.ShouldBe([("Debian", Models.Noon)]);
    }

    [Fact]
    public void AdoptOnce_ReleasesOfBefore_AreSignedOnceAndNeverAgain()
    {
        using var signer = ImageSigner.Open(_folder.Path);
        var images = new ReleaseImages(_store, signer) { IsAsked = true };
        _store.SaveApplication("shop", "/r", ".", Models.Ladder("development"));
        _store.SaveRelease(Models.Release("c1"), "p-1", []);

        images.AdoptOnce(_folder.Path);
        images.Of(Models.Release("c1"))[0].IsSigned.ShouldBeTrue();

        // Written into the store behind the control plane's back, and started again.
        _store.SaveRelease(Models.Release("c2"), "p-2", []);
        images.AdoptOnce(_folder.Path);
        images.Of(Models.Release("c2"))[0].IsSigned.ShouldBeFalse();
    }
}
