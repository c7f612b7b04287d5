using Towpath.Core.Diagnostics;
using Towpath.Core.Rollouts;
using Towpath.Server.Reconcilers;
using Towpath.Server.Storage;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Server.Reconcilers;

public sealed class DeliveryStoriesTests
{
    private readonly DeploymentState _failed = DeploymentMachine.Initial(Sample.Start) with { Failure = new Diagnostic("TP5002", Severity.Error, "web is not ready") };

    [Fact]
    public void Of_ADeployment_TellsWhoAskedWhoSaidYesAndWhy()
    {
        using var scene = new ServerScene();
        var release = Sample.Release("1", Sample.Worker);
        scene.Store.SaveRelease(release, "run-1");
        scene.Store.SaveConfirmation(new ConfirmationRecord("shop", "production", release.Id, "operations", "bob", Sample.Start, "x"), Models.Fact());
        var deployment = scene.Store.AddDeployment("shop", "production", release.Id, null, "ann", Sample.Start, _ => (RolloutsJson.Write(_failed), "Requested"), _ => []);

        var story = DeliveryStories.Of(scene.Store, new DeploymentPlan(deployment.Id, Sample.Desired(release), null, new RolloutPolicy(1, TimeSpan.FromSeconds(30))));

        (story.Actor, story.Commit, story.Subject, story.Why, story.ContentHash).ShouldBe(("ann", release.Commit, "a change", "web is not ready", "1"));
        story.ConfirmedBy.ShouldBe(["bob (operations)"]);
    }

    [Fact]
    public void Of_ADeploymentThatIsNotStored_TellsNothing()
    {
        using var scene = new ServerScene();

        var story = DeliveryStories.Of(scene.Store, Sample.Plan(Sample.Desired("1")));

        (story.Actor, story.Commit, story.Why).ShouldBe((null, null, null));
    }
}
