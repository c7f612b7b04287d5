using System.Text;
using Towpath.Core.Applications;
using Towpath.Core.Journal;

namespace Towpath.Tests.Server.Pipelines;

public sealed class ShippedAgreementTests : IDisposable
{
    private readonly PipelineFixture _ = new();

    public ShippedAgreementTests()
    {
        _.Read = files => { var reading = ApplicationReader.Read(files, []); return (reading.Application, reading.Diagnostics); };
        _.Repository.Write("compose.yaml", "services: { db: { image: \"postgres:15\" } }\n");
        _.Repository.Write("towpath.yaml", "application: shop\nenvironments: { development: { gates: [ agreement ] } }\nagreement: docs/AGREEMENT.md\n");
        _.Repository.Write("docs/AGREEMENT.md", "We test.\n");
    }

    public void Dispose() => _.Dispose();

    [Fact]
    public async Task RunAsync_CommitWithAgreement_TakesTheTextOfTheCommitNotOfTheWorkingTree()
    {
        var run = _.Queue();
        _.Repository.Write("docs/AGREEMENT.md", "We test nothing.\n");

        var release = (await _.Runner.RunAsync(run, default)).ShouldNotBeNull();

        release.Application.Agreement!.Hash.ShouldBe(Agreement.HashOf("We test.\n"u8));
        // As it was stored, too.
        _.Store.Release("shop", release.Id)!.Application.Agreement!.Sides.ShouldBe(["dev", "ops"]);
        _.Facts(FactKind.AgreementChanged).ShouldBeEmpty();
    }

    [Fact]
    public async Task RunAsync_CommitThatChangesTheText_TellsIt()
    {
        await _.Runner.RunAsync(_.Queue(), default);
        _.Repository.Write("docs/AGREEMENT.md", "We test.\r\n");
        await _.Runner.RunAsync(_.Queue(), default);
        _.Facts(FactKind.AgreementChanged).ShouldBeEmpty("only line ends are others");

        _.Repository.Write("docs/AGREEMENT.md", "We test nothing.\n");
        var release = await _.Runner.RunAsync(_.Queue(), default);

        var fact = _.Facts(FactKind.AgreementChanged).ShouldHaveSingleItem();
        (fact.Release, fact.Covers).ShouldBe((release!.Id, Agreement.HashOf(Encoding.UTF8.GetBytes("We test nothing.\n"))));
        fact.Text.ShouldContain("dev and ops sign it anew");
    }

    [Fact]
    public async Task RunAsync_OldCommitBuiltOnceMore_IsNoChange()
    {
        var first = await _.Runner.RunAsync(_.Queue(), default);
        _.Repository.Write("docs/AGREEMENT.md", "We test nothing.\n");
        await _.Runner.RunAsync(_.Queue(), default);
        await _.Engine.RemoveImageAsync(first!.Images["db"].Digest, default);
        await _.Engine.RemoveImageAsync(first.Images["db"].Reference, default);

        var again = await _.Runner.RunAsync(_.Queue(first.Commit), default);

        again!.Id.ShouldBe(first.Id);
        _.Facts(FactKind.ReleaseCreated)[^1].Text.ShouldNotContain("there already");
        _.Facts(FactKind.AgreementChanged).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task RunAsync_AgreementThatIsALinkOutOfTheCommit_IsRefused()
    {
        File.Delete(Path.Combine(_.Repository.Path, "docs/AGREEMENT.md"));
        _.Repository.Link("docs/AGREEMENT.md", "/etc/hostname");
        var run = _.Queue();

        (await _.Runner.RunAsync(run, default)).ShouldBeNull();

        _.Failure(run).Code.ShouldBe("TP3007");
    }
}
