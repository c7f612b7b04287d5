using Towpath.Core.Applications;
using Towpath.Core.Environments;
using Towpath.Core.Releases;
using Towpath.Core.Rollouts;
using Towpath.Server.Storage;

namespace Towpath.Server.Reconcilers;

/// <summary>Gathers the evidence for an environment's gates from the store and has them judged.</summary>
public sealed class GateKeeper(IStore store, Machines machines, TimeProvider time)
{
    private const int LookBack = 200;

    /// <summary>Verdicts for a release that is to enter an environment.</summary>
    public IReadOnlyList<GateVerdict> Judge(Release release, EnvironmentSpec environment)
    {
        var application = release.Application.Name;
        var ladder = release.Application.Ladder;
        var run = store.RunOfRelease(application, release.Id) is { } id ? store.Run(id) : null;
        var below = ladder.Below(environment.Name);
        var (since, until) = below is null ? (null, null) : Stay(application, below.Name, release.Id);
        var evidence = new GateEvidence(
            run?.State == RunState.Succeeded, since, until,
            [.. store.Confirmations(application, environment.Name, release.Id).Select(c => (c.Role, c.Actor))]);
        return machines.Gates(ladder, environment, evidence, time.GetUtcNow());
    }

    /// <summary>Verdicts for a deployment whose turn has come. What ran in the environment before may come back by any gate but the pipeline's.</summary>
    public IReadOnlyList<GateVerdict> ForDeployment(DeploymentPlan plan)
    {
        var release = store.Release(plan.Target.Application, plan.Target.Release);
        if (release is null) return [new GateVerdict("pipeline", false, "the release was removed")];
        var verdicts = Judge(release, plan.Target.Environment);
        return HasRun(plan.Target.Application, plan.Target.Environment.Name, release.Id)
            ? [.. verdicts.Where(v => v.Name == "pipeline")]
            : verdicts;
    }

    /// <summary>The release was once the environment's good one.</summary>
    public bool HasRun(string application, string environment, string release) => Stay(application, environment, release).Since is not null;

    /// <summary>Since when and until when a release was an environment's running one, most recently; nulls where it never was or still is.</summary>
    private (DateTimeOffset? Since, DateTimeOffset? Until) Stay(string application, string environment, string release)
    {
        if (store.Current(application, environment) is { } current && current.Release == release) return (current.Since, null);
        DateTimeOffset? until = null;
        foreach (var deployment in store.RecentDeployments(application, environment, LookBack).Where(d => d.Phase == nameof(DeploymentPhase.Succeeded)))
        {
            if (deployment.Release == release) return (deployment.UpdatedAt, until);
            until = deployment.UpdatedAt;
        }
        return (null, null);
    }
}
