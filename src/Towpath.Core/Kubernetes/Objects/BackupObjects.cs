using System.Collections.Immutable;
using System.Globalization;
using Towpath.Core.Applications;
using Towpath.Core.Diagnostics;
using Towpath.Core.Kubernetes.Manifests;
using Towpath.Core.Kubernetes.Planning;

namespace Towpath.Core.Kubernetes.Objects;

/// <summary>
/// What a service stores, kept a second time: a CronJob that writes to a claim of its own and keeps the newest, and for volumes one that is
/// suspended and restores, started by <c>kubectl create job --from</c>.
/// </summary>
internal sealed class BackupObjects(ClusterPlan plan, DiagnosticBag bag)
{
    private const string Folder = "/backup";
    private const string Data = "/data";

    // A half-written backup has another name, so that it is never taken for a whole one.
    private const string SaveCommand = """
        set -eu
        file="$FOLDER/$NAME-$(date -u +%Y%m%dT%H%M%SZ)"
        "$@" > "$file.part"
        mv "$file.part" "$file"
        ls -1 "$FOLDER" | grep "^$NAME-" | grep -v '[.]part$' | sort -r | tail -n "+$((KEEP + 1))" | while read -r old; do rm -f "$FOLDER/$old"; done
        """;

    private const string RestoreNewest = """
        set -eu
        newest=$(ls -1 "$FOLDER" | grep "^$NAME-" | grep -v '[.]part$' | sort -r | head -n 1)
        [ -n "$newest" ] || { echo "there is no backup of $NAME" >&2; exit 1; }
        tar -xzf "$FOLDER/$newest" -C "$DATA"
        """;

    /// <summary>The objects of a workload's backup; nothing where it declares none.</summary>
    public IEnumerable<ManifestObject> Of(Workload workload)
    {
        if (workload.Spec.Delivery.Backup is not { None: null } backup || workload.Ends)
        {
            yield break;
        }

        var origin = new Origin($"`x-towpath.backup` of {workload.Service.Name}", backup.Location);
        var name = ClusterNames.With(workload.Name, "backup");
        yield return ManifestObject.Of("v1", "PersistentVolumeClaim", ObjectNames.Meta(plan, name, name), origin, ("spec", Claim()));
        if (backup.Command is { } command)
        {
            bag.Add(KubernetesDiagnostics.RestoreByHand(backup.Location, workload.Service.Name));
            yield return CronJob(workload, name, backup, SaveCommand, command, null, isSuspended: false, origin);
        }
        else if (backup.Volume is { } volume)
        {
            var claim = VolumeClaims.OfFirstPod(workload, volume);
            yield return CronJob(workload, name, backup, SaveCommand, ["tar", "-czf", "-", "-C", Data, "."], claim, isSuspended: false, origin);
            yield return CronJob(workload, ClusterNames.With(workload.Name, "restore"), backup, RestoreNewest, [], claim, isSuspended: true, origin);
        }
    }

    private ManifestMap Claim() => new()
    {
        { "accessModes", ManifestList.Of(["ReadWriteOnce"]) },
        { "storageClassName", plan.Request.Spec.StorageClass },
        { "resources", new ManifestMap { { "requests", new ManifestMap { { "storage", Quantity.Bytes(plan.Request.Spec.VolumeSize * 2) } } } } },
    };

    private ManifestObject CronJob(
        Workload workload, string name, Backup backup, string script, ImmutableArray<string> arguments, string? claim, bool isSuspended, Origin origin)
    {
        var container = new ManifestMap
        {
            { "name", "backup" },
            { "image", claim is null ? workload.Image.Reference : plan.Request.Spec.WaitImage ?? PodWaits.UsualImage },
            { "imagePullPolicy", "IfNotPresent" },
            { "command", ManifestList.Of(["/bin/sh", "-c", script, "backup", .. arguments.Select(PodContainer.Escaped)]) },
        };
        var parts = new PodParts();
        container.Add("envFrom", claim is null ? PodVariables.Of(plan, workload, parts, new DiagnosticBag()) : null);
        container.Add("env", Variables(workload, backup, claim is null));
        container.Add("resources", new PodResources(0.05, 64L << 20, 0.5, 256L << 20).ToManifest(null));
        container.Add("securityContext", PodSecurity.OfContainer(workload, new DiagnosticBag()));
        parts.AddVolume("backup", "persistentVolumeClaim", new ManifestMap { { "claimName", ClusterNames.With(workload.Name, "backup") } }, origin);
        parts.AddMount("backup", Folder, origin);
        parts.AddVolume("tmp", "emptyDir", new ManifestMap(), origin);
        parts.AddMount("tmp", "/tmp", origin);
        if (claim is not null)
        {
            parts.AddVolume("data", "persistentVolumeClaim", new ManifestMap { { "claimName", claim } }, origin);
            parts.AddMount("data", Data, origin, readOnly: !isSuspended);
        }

        container.Add("volumeMounts", parts.Mounts);
        var pod = new ManifestMap
        {
            { "serviceAccountName", AccountObjects.NameOf(workload) },
            { "automountServiceAccountToken", false },
            { "enableServiceLinks", false },
            { "securityContext", PodSecurity.OfPod(workload) },
            { "restartPolicy", "Never" },
            { "containers", new ManifestList { container } },
            { "volumes", parts.Volumes },
        };
        var template = new ManifestMap { { "metadata", new ManifestMap { { "labels", ObjectNames.Labels(plan, ClusterNames.With(workload.Name, "backup")) } } }, { "spec", pod } };
        var spec = JobObjects.Scheduled(Cron(backup.Every, workload.Name), new ManifestMap { { "backoffLimit", 2 }, { "template", template } });
        spec.AddFlag("suspend", isSuspended);
        return ManifestObject.Of(ServedApis.CronJob(plan.Request), "CronJob", ObjectNames.Meta(plan, name, workload.Name), origin, ("spec", spec));
    }

    private static ManifestList Variables(Workload workload, Backup backup, bool isCommand)
    {
        var variables = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["DATA"] = Data,
            ["FOLDER"] = Folder,
            ["KEEP"] = backup.Keep.ToString(CultureInfo.InvariantCulture),
            ["NAME"] = workload.Name,
        };
        if (isCommand)
        {
            // The command was written to run beside the server; from another pod these lead its client there.
            variables["PGHOST"] = workload.Name;
            variables["MYSQL_HOST"] = workload.Name;
            variables["REDISCLI_HOST"] = workload.Name;
        }

        return new ManifestList(variables.Select(v => new ManifestMap { { "name", v.Key }, { "value", v.Value } }));
    }

    /// <summary>A time between two as times of the clock; spread by name, so that not all begin at once.</summary>
    private static string Cron(TimeSpan every, string name)
    {
        var minute = Convert.ToInt32(ClusterNames.Hash(name)[..2], 16) % 60;
        return every.TotalMinutes < 60 ? string.Create(CultureInfo.InvariantCulture, $"*/{Math.Max(1, (int)every.TotalMinutes)} * * * *")
            : every.TotalHours < 2 ? string.Create(CultureInfo.InvariantCulture, $"{minute} * * * *")
            : every.TotalHours < 24 ? string.Create(CultureInfo.InvariantCulture, $"{minute} */{(int)every.TotalHours} * * *")
            : every.TotalDays < 2 ? string.Create(CultureInfo.InvariantCulture, $"{minute} 2 * * *")
            : string.Create(CultureInfo.InvariantCulture, $"{minute} 2 */{Math.Min(31, (int)every.TotalDays)} * *");
    }
}
