using Towpath.Core.Rollouts;

namespace Towpath.Core.Reviews;

/// <summary>A deployment, as far as it says how stable an environment is.</summary>
/// <param name="Release">Release.</param>
/// <param name="Phase">Where it is.</param>
/// <param name="At">When it was asked for.</param>
/// <param name="WasTakenBack">It had begun to change something, and the release before was brought back.</param>
public sealed record ReviewedDeployment(string Release, DeploymentPhase Phase, DateTimeOffset At, bool WasTakenBack);

/// <summary>How an environment fared in the last <see cref="Days"/> days.</summary>
/// <param name="Succeeded">Deployments that came in.</param>
/// <param name="TakenBack">Deployments that failed half-way, and were taken back.</param>
/// <param name="Refused">Deployments that failed before anything was touched.</param>
/// <param name="Frozen">Deployments that could go neither forward nor back.</param>
/// <param name="Returned">Of those that came in, earlier releases that were brought back.</param>
/// <param name="BudgetLeft">Share of the error budget that is left, 0 to 1; null where nothing is promised.</param>
public sealed record Stability(int Succeeded, int TakenBack, int Refused, int Frozen, int Returned, double? BudgetLeft)
{
    /// <summary>How far it looks back, in days.</summary>
    public const int Days = 30;

    /// <summary>Counts deployments.</summary>
    /// <param name="deployments">All that are known, in any order.</param>
    /// <param name="budgetLeft">Share of the error budget that is left; null where nothing is promised.</param>
    /// <param name="now">The time.</param>
    public static Stability Of(IEnumerable<ReviewedDeployment> deployments, double? budgetLeft, DateTimeOffset now)
    {
        var since = now.AddDays(-Days);
        var (succeeded, takenBack, refused, frozen, returned) = (0, 0, 0, 0, 0);
        var ran = new HashSet<string>(StringComparer.Ordinal);
        string? running = null;
        foreach (var deployment in deployments.OrderBy(d => d.At))
        {
            var counts = deployment.At >= since;
            if (deployment.Phase == DeploymentPhase.Succeeded)
            {
                if (counts) succeeded++;
                // What is deployed twice in a row did not come back.
                if (!ran.Add(deployment.Release) && deployment.Release != running && counts) returned++;
                running = deployment.Release;
            }
            else if (counts && deployment.Phase == DeploymentPhase.Frozen) frozen++;
            else if (counts && deployment.Phase == DeploymentPhase.Failed && deployment.WasTakenBack) takenBack++;
            else if (counts && deployment.Phase == DeploymentPhase.Failed) refused++;
        }

        return new Stability(succeeded, takenBack, refused, frozen, returned, budgetLeft);
    }
}
