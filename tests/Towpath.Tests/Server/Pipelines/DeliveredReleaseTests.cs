using Towpath.Core.Handover;
using Towpath.Core.Journal;
using Towpath.Server.Pipelines;

namespace Towpath.Tests.Server.Pipelines;

/// <summary>What a green pipeline says of the images that it delivers.</summary>
public sealed class DeliveredReleaseTests : IDisposable
{
    private readonly PipelineFixture _ = new();

    public void Dispose() => _.Dispose();

    [Fact]
    public async Task RunAsync_GreenPipeline_DeliversItsReleaseWithAValidation()
    {
        var run = _.Queue();
        var release = (await _.Runner.RunAsync(run, default)).ShouldNotBeNull();

        var delivery = _.Store.Delivery("shop", release.Id).ShouldNotBeNull();
        (delivery.Run, delivery.Actor, delivery.At).ShouldBe((run.Id, "ann", release.CreatedAt));
        delivery.Validation.Services.Select(s => s.Service).ShouldBe(["api", "db"]);
        Check(delivery.Validation, "api", "starts").ShouldBe(new DeliveryCheck("starts", CheckVerdict.NotTried, "it names no health endpoint to wait for"));
        Check(delivery.Validation, "db", "logs").Evidence.ShouldBe("an image of others, which is not built here");
        // Nothing is signed here.
        delivery.Validation.Failures.Count().ShouldBe(2);
        _.Facts(FactKind.DeliveryFaulty).ShouldHaveSingleItem().Release.ShouldBe(release.Id);
    }

    [Fact]
    public async Task RunAsync_SameCommitOnceMore_IsNoOtherDelivery()
    {
        var commit = _.Repository.Commit("A change");
        var release = (await _.Runner.RunAsync(_.Queue(commit), default)).ShouldNotBeNull();
        await _.Runner.RunAsync(_.Queue(commit), default);

        _.Facts(FactKind.DeliveryFaulty).ShouldHaveSingleItem();
        _.Store.Delivery("shop", release.Id)!.At.ShouldBe(release.CreatedAt);
    }

    [Fact]
    public async Task TrialMemory_OfAnotherImage_IsNotTheServices()
    {
        var release = (await _.Runner.RunAsync(_.Queue(), default)).ShouldNotBeNull();
        var findings = new TrialFindings("ready after 1.0 s", "/healthz: it answered 200", Wrote: true);
        TrialMemory.Keep(_.Store, release, "api", findings);

        TrialMemory.Of(_.Store, release, "api").ShouldBe(findings);
        var other = release with { Images = release.Images.SetItem("api", release.Images["db"]) };
        TrialMemory.Of(_.Store, other, "api").ShouldBeNull();
        TrialMemory.Of(_.Store, release, "db").ShouldBeNull();
    }

    private static DeliveryCheck Check(DeliveryValidation validation, string service, string name) =>
        validation.Services.Single(s => s.Service == service).Checks.Single(c => c.Name == name);
}
