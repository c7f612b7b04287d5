using Towpath.Core.Diagnostics;
using Towpath.Core.Environments;
using Towpath.Core.Rollouts;
using Towpath.Server.Storage;

namespace Towpath.Server.Reconcilers;

/// <summary>From a stored deployment to its plan: what is wanted, and what was there before.</summary>
public sealed class PlanBuilder(IStore store, IEnvironments environments)
{
    private const int AtOnce = 4;
    private const int LookBack = 50;

    /// <summary>The plan of a deployment. Secrets that Towpath makes are made here, since their versions are part of revisions.</summary>
    /// <exception cref="DiagnosticException">A release is gone, or a secret has no value (TP5011).</exception>
    public DeploymentPlan Build(DeploymentRecord deployment)
    {
        var target = Desired(deployment, deployment.Release, provide: true);
        var previous = deployment.Previous is { } before ? Desired(deployment, before, provide: false) : null;
        return new DeploymentPlan(deployment.Id, target, previous, new RolloutPolicy(AtOnce, target.Environment.ReadyTimeout))
        {
            Returns = store.RecentDeployments(deployment.Application, deployment.Environment, LookBack)
                .Any(d => d.Release == deployment.Release && d.Phase == nameof(DeploymentPhase.Succeeded)),
        };
    }

    private EnvironmentDesired Desired(DeploymentRecord deployment, string id, bool provide)
    {
        var release = store.Release(deployment.Application, id)
            ?? throw new InvalidOperationException($"release {id} of {deployment.Application} is not in the store");
        // An environment that a release's own ladder does not know yet is taken from the newest one.
        var spec = release.Application.Ladder.Environment(deployment.Environment)
            ?? store.Application(deployment.Application)?.Ladder.Environment(deployment.Environment)
            ?? throw new InvalidOperationException($"{deployment.Application} has no environment {deployment.Environment}");
        return EnvironmentPlanner.Plan(release, spec, environments.SecretVersions(release, deployment.Environment, provide));
    }
}
