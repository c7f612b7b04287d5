using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using Towpath.Core.Diagnostics;
using Towpath.Core.Environments;
using Towpath.Core.Kubernetes;
using Towpath.Core.Kubernetes.Manifests;
using Towpath.Core.Kubernetes.Running;
using Towpath.Core.Kubernetes.Status;
using Towpath.Engines.Kubernetes;
using Readiness = Towpath.Core.Kubernetes.Status.Readiness;

namespace Towpath.Engines.Clusters;

/// <summary>Runs migrations, and what takes them back, as Jobs. A Job of that name is this very run: a control plane that was killed goes on with it.</summary>
internal sealed class ClusterTasks(ClusterParts parts, ClusterObjects objects, ClusterPods pods, ClusterCompiler compiler, ClusterWait wait)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Spare = TimeSpan.FromMinutes(6);

    /// <summary>The migration of a service has run to its end.</summary>
    public async Task MigrateAsync(EnvironmentDesired desired, ServiceDesired service, CancellationToken cancellationToken) =>
        await RunAsync(desired, service, KubernetesCompiler.Migration(await compiler.RequestAsync(desired, cancellationToken), service.Name), $"the migration of {service.Name}", cancellationToken);

    /// <summary>The Job of a service's migration is there. It stays for as long as the release does, since each new pod asks for it.</summary>
    public async Task<bool> IsMigratedAsync(EnvironmentDesired desired, ServiceDesired service, CancellationToken cancellationToken) =>
        KubernetesCompiler.Migration(await compiler.RequestAsync(desired, cancellationToken), service.Name).FirstOrDefault(o => o.Kind == "Job") is not { } job
        || await objects.FindAsync(job, cancellationToken) is not null;

    /// <summary>What the migration of a service did is taken back. Its own Job goes, or a later migration would take the old result for its own.</summary>
    public async Task RevertAsync(EnvironmentDesired desired, ServiceDesired service, CancellationToken cancellationToken)
    {
        var request = await compiler.RequestAsync(desired, cancellationToken);
        await RunAsync(desired, service, KubernetesCompiler.Reversal(request, service.Name), $"taking back the migration of {service.Name}", cancellationToken);
        foreach (var job in KubernetesCompiler.Migration(request, service.Name).Concat(KubernetesCompiler.Reversal(request, service.Name)).Where(o => o.Kind == "Job"))
        {
            if (await objects.FindAsync(job, cancellationToken) is { } found)
            {
                await objects.DeleteAsync(found, Propagation.Foreground, cancellationToken);
            }
        }
    }

    /// <summary>A Job that failed makes room for one of the same name.</summary>
    public Task ClearFailedAsync(ManifestObject job, CancellationToken cancellationToken) => objects.ClearFailedAsync(job, wait, cancellationToken);

    private async Task RunAsync(EnvironmentDesired desired, ServiceDesired service, ImmutableArray<ManifestObject> made, string what, CancellationToken cancellationToken)
    {
        var job = made.Single(o => o.Kind == "Job");
        var found = await objects.ClearFailedAsync(job, wait, cancellationToken);
        foreach (var subject in made)
        {
            var body = ClusterObjects.Json(subject);
            await objects.ApplyAsync(subject == job ? ClusterDelivery.Beside(desired, ClusterObjects.Kept(body, found)) : body, desired.Environment.Drift, cancellationToken);
        }

        await FinishAsync(desired, service, job, what, cancellationToken);
    }

    private async Task FinishAsync(EnvironmentDesired desired, ServiceDesired service, ManifestObject job, string what, CancellationToken cancellationToken)
    {
        var place = service.Spec.Delivery.Migrate!.Location;
        var limit = service.Spec.Delivery.Migrate.Timeout + Spare;
        var began = parts.Time.GetTimestamp();
        while (parts.Time.GetElapsedTime(began) < limit)
        {
            var now = await objects.FindAsync(job, cancellationToken);
            var verdict = now is null ? null : ObjectStatus.Read(new ObservedObject(now) { Pods = [.. await PodsAsync(job, cancellationToken)] });
            if (verdict?.Readiness == Readiness.Ready)
            {
                return;
            }

            if (verdict?.Readiness == Readiness.Failed)
            {
                throw new DiagnosticException(
                    ExitCode.DeploymentFailed, ClusterRunDiagnostics.TaskFailed(desired.Environment.Name, what, verdict.Why, place, [.. await LinesAsync(job, cancellationToken)]));
            }

            await Task.Delay(Pause, parts.Time, cancellationToken);
        }

        throw new DiagnosticException(
            ExitCode.DeploymentFailed, ClusterRunDiagnostics.TaskTooLong(desired.Environment.Name, what, limit.TotalSeconds.ToString("0", CultureInfo.InvariantCulture), place));
    }

    private async Task<IEnumerable<JsonObject>> PodsAsync(ManifestObject job, CancellationToken cancellationToken) =>
        (await pods.ListAsync(job.Namespace!, cancellationToken)).Where(p => p.Text("metadata", "labels", "job-name") == job.Name);

    private async Task<IReadOnlyList<string>> LinesAsync(ManifestObject job, CancellationToken cancellationToken) =>
        (await PodsAsync(job, cancellationToken)).FirstOrDefault() is { } pod ? await pods.LastLinesAsync(pod, container: null, hasEnded: false, cancellationToken) : [];
}
