using System.Globalization;
using Towpath.Core.Applications;
using Towpath.Core.Diagnostics;
using Towpath.Core.Kubernetes.Manifests;
using Towpath.Core.Kubernetes.Objects;
using Towpath.Core.Kubernetes.Running;
using Towpath.Core.Kubernetes.Status;
using Towpath.Core.Rollouts;
using Towpath.Engines.Kubernetes;

namespace Towpath.Engines.Clusters;

/// <summary>
/// The effects of a deployment where the objects are committed to a repository and a controller in the cluster applies them. The first one commits, all others wait for
/// what it brings; the first one of the way back reverts. Towpath itself applies what must not stand in a repository: the values of secrets, and the Jobs of migrations, which are
/// deeds and no state: one that a controller makes again would migrate again, and one that it makes too early would not find the databases that Towpath makes.
/// </summary>
internal sealed class DeliveredEnvironment(
    ClusterParts parts, ClusterObjects objects, ClusterSpace space, ClusterTasks tasks, ClusterEntry entry, ClusterCompiler compiler, ClusterComparison comparison, ClusterDelivery delivery)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(700);

    /// <summary>How an effect is done that is another one here than where Towpath applies objects itself; null for all others.</summary>
    public Func<CancellationToken, Task>? Find(Effect effect, DeploymentPlan plan) => ClusterDelivery.Of(plan.Target) is not { } git
        ? null
        : effect switch
        {
            PrepareEnvironment => token => PrepareAsync(plan, git, token),
            // There is nothing to be done for both sides: what is committed is one or the other.
            ConfigureGateway { Side: Side.Both } => _ => Task.CompletedTask,
            ConfigureGateway configure => token => ArriveAsync(plan, configure.Side, git, token),
            RunMigration migration => token => MigrateAsync(plan, migration.Service, token),
            StartReplica start => token => StartAsync(plan, start.Side, start.Service, git, token),
            ParkReplica park => token => GoneAsync(plan, park.Service, park.Container, git, token),
            RetireReplica retire => token => GoneAsync(plan, retire.Service, retire.Container, git, token),
            CleanUp clean => token => CleanUpAsync(plan, clean.Side, token),
            RemoveEnvironment => token => RemoveAsync(plan, git, token),
            _ => null,
        };

    private async Task PrepareAsync(DeploymentPlan plan, GitDeliverySpec git, CancellationToken cancellationToken)
    {
        var compilation = await compiler.CompileAsync(plan.Target, cancellationToken);
        await space.PrepareSecretsAsync(plan.Target, compilation, cancellationToken);
        // A Job that failed stays as it is under its name; where it is gone, the controller makes it again with the commit.
        foreach (var job in ClusterDelivery.Committed(compilation).Where(o => o.Kind == "Job"))
        {
            await tasks.ClearFailedAsync(job, cancellationToken);
        }

        await delivery.CommitAsync(plan, cancellationToken);
        // What any pod needs, that of a migration first of all.
        await UntilAsync(plan, Side.Target, git, () => MissingAsync(compilation.Objects.Where(IsRoom), cancellationToken), cancellationToken);
    }

    private static bool IsRoom(ManifestObject subject) => ObjectOrder.PlaceOf(subject.Kind) <= ObjectOrder.PlaceOf("ConfigMap") && !ObjectRoles.IsEntry(subject);

    private async Task BackAsync(DeploymentPlan plan, Side side, CancellationToken cancellationToken)
    {
        if (side == Side.Previous)
        {
            await delivery.RevertAsync(plan, cancellationToken);
        }
    }

    /// <summary>The unit of a service is there as it is wanted. From now on its time to become ready runs.</summary>
    private async Task StartAsync(DeploymentPlan plan, Side side, string service, GitDeliverySpec git, CancellationToken cancellationToken)
    {
        await BackAsync(plan, side, cancellationToken);
        var desired = plan.Of(side);
        var compilation = await compiler.CompileAsync(desired, cancellationToken);
        var unit = compilation.Objects.Single(o => o.Id == compilation.Workloads[service]);
        var revision = desired.Service(service)!.Revision;
        await UntilAsync(plan, side, git, async () => await objects.FindAsync(unit, cancellationToken) is not { } found ? $"{unit.Id} is not there yet"
            : found.Text("metadata", "labels", ObjectNames.Revision) != revision ? $"{unit.Id} has revision {found.Text("metadata", "labels", ObjectNames.Revision)}, not {revision}"
            : null, cancellationToken);
        DeliveryTimes.Note(parts.Memory, service, revision, parts.Time.GetUtcNow());
    }

    /// <summary>Everything of a release is there, and the way in is as it is wanted.</summary>
    private async Task ArriveAsync(DeploymentPlan plan, Side side, GitDeliverySpec git, CancellationToken cancellationToken)
    {
        await BackAsync(plan, side, cancellationToken);
        var desired = plan.Of(side);
        var compilation = await compiler.CompileAsync(desired, cancellationToken);
        await UntilAsync(plan, side, git, () => MissingAsync(ClusterDelivery.Committed(compilation), cancellationToken), cancellationToken);
        await entry.WaitForProxyAsync(desired, cancellationToken);
    }

    private async Task<string?> MissingAsync(IEnumerable<ManifestObject> wantedObjects, CancellationToken cancellationToken)
    {
        foreach (var subject in wantedObjects)
        {
            if (await objects.FindAsync(subject, cancellationToken) is not { } found)
            {
                return $"{subject.Id} is not there yet";
            }

            var wanted = ClusterObjects.Json(subject);
            if (wanted.Text("metadata", "annotations", ObjectNames.Release) is { } release && found.Text("metadata", "annotations", ObjectNames.Release) != release)
            {
                return $"{subject.Id} is still of {found.Text("metadata", "annotations", ObjectNames.Release) ?? "no release"}";
            }

            if (ObjectRoles.IsEntry(subject) && await comparison.OfAsync(wanted, found, cancellationToken) is { } differs)
            {
                return differs.Why is { } why ? $"{subject.Id} is refused: {why}" : $"{subject.Id} is otherwise at {string.Join(", ", differs.Fields.Select(f => f.Change.Path))}";
            }
        }

        return null;
    }

    private async Task MigrateAsync(DeploymentPlan plan, string service, CancellationToken cancellationToken)
    {
        await tasks.MigrateAsync(plan.Target, plan.Target.Service(service)!, cancellationToken);
        // Units may be there already, and waited for this.
        DeliveryTimes.Forget(parts.Memory);
    }

    /// <summary>A unit is gone that is not the other release's too: one of the release before by the commit, one of the target by its revert.</summary>
    private async Task GoneAsync(DeploymentPlan plan, string service, string container, GitDeliverySpec git, CancellationToken cancellationToken)
    {
        if (await compiler.IsReplacedAsync(plan, service, cancellationToken))
        {
            return;
        }

        // What the target brought leaves on the way back alone, and nothing else may have been in need of the revert.
        var isOfTarget = plan.Target.Service(service) is { } target && container == ClusterObserver.NameOf(plan.Target, service, target.Revision);
        var side = isOfTarget && plan.Previous is not null ? Side.Previous : Side.Target;
        await BackAsync(plan, side, cancellationToken);
        var room = plan.Target.Environment.NamespaceFor(plan.Target.Application);
        await UntilAsync(plan, side, git, async () => await objects.UnitAsync(room, plan.Target, service, container, cancellationToken) is { } unit
            ? $"{unit.Text("kind")}/{unit.Name()} was not removed yet"
            : null, cancellationToken);
    }

    private async Task CleanUpAsync(DeploymentPlan plan, Side side, CancellationToken cancellationToken)
    {
        await BackAsync(plan, side, cancellationToken);
        var desired = plan.Of(side);
        await space.PruneOwnAsync(desired, await compiler.CompileAsync(desired, cancellationToken), cancellationToken);
    }

    /// <summary>Out of the repository first: a controller that still follows it would make again what is removed.</summary>
    private async Task RemoveAsync(DeploymentPlan plan, GitDeliverySpec git, CancellationToken cancellationToken)
    {
        await delivery.RemoveAsync(git, cancellationToken);
        await space.RemoveAsync(plan.Target.Environment.NamespaceFor(plan.Target.Application), cancellationToken);
    }

    /// <summary>Looks until nothing is missing. What waits for a commit that was taken back meanwhile waits for nothing.</summary>
    private async Task UntilAsync(DeploymentPlan plan, Side side, GitDeliverySpec git, Func<Task<string?>> missing, CancellationToken cancellationToken)
    {
        var began = parts.Time.GetTimestamp();
        while (await LookAsync(missing) is { } what && (side == Side.Previous || !delivery.IsReverted(plan)))
        {
            if (parts.Time.GetElapsedTime(began) > git.Within)
            {
                var seconds = git.Within.TotalSeconds.ToString("0", CultureInfo.InvariantCulture);
                throw new DiagnosticException(ExitCode.DeploymentFailed, GitDeliveryDiagnostics.NotReached(plan.Target.Environment.Name, delivery.Named(plan, side), what, seconds, git.Location));
            }

            await Task.Delay(Pause, parts.Time, cancellationToken);
        }
    }

    // A server that is away for a while is waited for as the controller is: it may be restarting.
    private static async Task<string?> LookAsync(Func<Task<string?>> missing)
    {
        try
        {
            return await missing();
        }
        catch (KubernetesException e) when (e.Failure is ApiFailure.Unreachable or ApiFailure.TimedOut or ApiFailure.Busy)
        {
            return "its API server does not answer";
        }
    }
}
