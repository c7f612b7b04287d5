using Towpath.Core.Kubernetes.Running;
using Towpath.Core.Rollouts;
using Towpath.Server.Storage;

namespace Towpath.Server.Reconcilers;

/// <summary>What the store knows of a deployment, for people who read the log of an environments repository.</summary>
internal static class DeliveryStories
{
    /// <summary>Who asked for a deployment, who said yes, where its release comes from, and why it goes back where it does.</summary>
    public static DeliveryStory Of(IStore store, DeploymentPlan plan)
    {
        var (application, environment, id) = (plan.Target.Application, plan.Target.Environment.Name, plan.Target.Release);
        var deployment = store.Deployment(plan.Id);
        var release = store.Release(application, id);
        var state = deployment is { State.Length: > 0 } ? RolloutsJson.Read(deployment.State) : null;
        return new DeliveryStory(deployment?.Actor, release?.Commit, release?.Subject, state?.Failure?.Headline)
        {
            ContentHash = release?.ContentHash,
            ConfirmedBy = [.. store.Confirmations(application, environment, id).Select(c => $"{c.Actor} ({c.Role})")],
        };
    }
}
