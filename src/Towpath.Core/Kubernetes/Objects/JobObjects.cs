using System.Collections.Immutable;
using Towpath.Core.Applications;
using Towpath.Core.Diagnostics;
using Towpath.Core.Kubernetes.Manifests;
using Towpath.Core.Kubernetes.Planning;

namespace Towpath.Core.Kubernetes.Objects;

/// <summary>What runs to its end: jobs, migrations, and what runs at set times.</summary>
internal sealed class JobObjects(ClusterPlan plan, PodTemplate templates, DiagnosticBag bag)
{
    private const int MostTries = 3;

    /// <summary>The Job of a workload. A Job never changes: its name has the revision, so that a new one runs again.</summary>
    public static string NameOf(Workload workload) => ClusterNames.With(workload.Name, workload.PodRevision[..8]);

    /// <summary>The Job that migrates for a workload.</summary>
    public static string MigrationOf(Workload workload) => ClusterNames.With(workload.Name, "migrate-" + workload.PodRevision[..8]);

    /// <summary>The Job that takes back what the migration of a workload did.</summary>
    public static string ReversalOf(Workload workload) => ClusterNames.With(workload.Name, "revert-" + workload.PodRevision[..8]);

    /// <summary>The Job or CronJob of a workload, and what its pods need before it.</summary>
    public IEnumerable<ManifestObject> Of(Workload workload)
    {
        var parts = new PodParts();
        var template = templates.OfService(workload, parts);
        return parts.Objects.Append(workload.Kind == WorkloadKind.CronJob ? CronJob(workload, template) : Job(workload, template));
    }

    /// <summary>The Job that migrates, and what its pod needs before it; nothing for a service without a migration.</summary>
    public IEnumerable<ManifestObject> Migration(Workload workload) =>
        workload.Spec.Delivery.Migrate is { } migrate ? Task(workload, migrate, migrate.Command, MigrationOf(workload)) : [];

    /// <summary>The Job that takes a migration back, and what its pod needs before it; nothing for a service that can't.</summary>
    public IEnumerable<ManifestObject> Reversal(Workload workload) =>
        workload.Spec.Delivery.Migrate is { Revert: { } revert } migrate ? Task(workload, migrate, revert, ReversalOf(workload)) : [];

    private IEnumerable<ManifestObject> Task(Workload workload, Migration migrate, ImmutableArray<string> command, string name)
    {
        var parts = new PodParts { IsTask = true };
        var component = ClusterNames.With(workload.Name, "migrate");
        var template = templates.OfTask(workload, parts, command, component);
        var spec = new ManifestMap
        {
            { "backoffLimit", 0 },
            { "activeDeadlineSeconds", Quantity.Seconds(migrate.Timeout) },
            { "template", template },
        };
        var origin = new Origin($"`x-towpath.migrate` of {workload.Service.Name}", migrate.Location);
        return parts.Objects.Append(ManifestObject.Of("batch/v1", "Job", ObjectNames.Meta(plan, name, component), origin, ("spec", spec)));
    }

    private ManifestObject Job(Workload workload, ManifestMap template) => ManifestObject.Of(
        "batch/v1", "Job", ObjectNames.OfWorkload(plan, workload, NameOf(workload)), workload.KindOrigin, ("spec", JobSpec(workload, template)));

    private static ManifestMap JobSpec(Workload workload, ManifestMap template)
    {
        var spec = new ManifestMap { { "backoffLimit", MostTries } };
        if (workload.Cluster.Mode == ClusterMode.ReplicatedJob && workload.Replicas > 1)
        {
            spec.Add("completions", workload.Spec.Replicas, workload.From("deploy"));
            spec.Add("parallelism", workload.Spec.Replicas, workload.From("deploy"));
        }

        spec.Add("template", template);
        return spec;
    }

    private ManifestObject CronJob(Workload workload, ManifestMap template)
    {
        var schedule = workload.Spec.Delivery.Schedule!;
        var spec = Scheduled(schedule.Cron, JobSpec(workload, template));
        if (schedule.Zone is { } zone && zone != "UTC")
        {
            if (plan.Request.Version.IsAtLeast(27))
            {
                spec.Add("timeZone", zone);
            }
            else
            {
                bag.Add(KubernetesDiagnostics.ZoneTooNew(schedule.Location, workload.Service.Name, zone, plan.Request.Version.ToString()));
            }
        }

        return ManifestObject.Of(ServedApis.CronJob(plan.Request), "CronJob", ObjectNames.OfWorkload(plan, workload, workload.Name), workload.KindOrigin, ("spec", spec));
    }

    /// <summary>The specification of what runs at set times: never twice at once, and not long after its time.</summary>
    public static ManifestMap Scheduled(string cron, ManifestMap job) => new()
    {
        { "schedule", cron },
        { "concurrencyPolicy", "Forbid" },
        { "startingDeadlineSeconds", 300 },
        { "successfulJobsHistoryLimit", 3 },
        { "failedJobsHistoryLimit", 3 },
        { "jobTemplate", new ManifestMap { { "spec", job } } },
    };
}
