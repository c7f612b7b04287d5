using System.Text.Json.Nodes;
using Towpath.Core.Applications;
using Towpath.Core.Diagnostics;
using Towpath.Core.Environments;
using Towpath.Core.Kubernetes.Objects;
using Towpath.Core.Kubernetes.Running;
using Towpath.Core.Kubernetes.Status;
using Towpath.Engines.Kubernetes;

namespace Towpath.Engines.Clusters;

/// <summary>The room of an environment in its cluster: its namespace, and everything in it that is neither a unit nor an entry.</summary>
internal sealed class ClusterSpace(ClusterParts parts, ClusterObjects objects, ClusterCompiler compiler, ClusterWait wait)
{
    /// <summary>Everything that is neither a unit nor an entry is there: the namespace first, the values of secrets, then what pods need.</summary>
    public async Task PrepareAsync(EnvironmentDesired desired, CancellationToken cancellationToken)
    {
        var compilation = await compiler.CompileAsync(desired, cancellationToken);
        await CheckNamespaceAsync(desired, compilation.Namespace, cancellationToken);
        foreach (var subject in compilation.Objects.Where(o => !ObjectRoles.IsUnit(o) && !ObjectRoles.IsEntry(o)))
        {
            await objects.ApplyAsync(subject, desired.Environment.Drift, cancellationToken);
            if (subject.Kind == "Namespace")
            {
                await ApplySecretsAsync(desired, compilation.Namespace, cancellationToken);
            }
        }
    }

    private async Task CheckNamespaceAsync(EnvironmentDesired desired, string space, CancellationToken cancellationToken)
    {
        var namespaces = await parts.Client.KindAsync("v1", "Namespace", cancellationToken);
        if (await parts.Client.FindAsync(namespaces, null, space, cancellationToken) is not { } found)
        {
            return;
        }

        if (found.Text("metadata", "deletionTimestamp") is not null)
        {
            await wait.UntilAsync("waiting for the end of its namespace", async () => await parts.Client.FindAsync(namespaces, null, space, cancellationToken) is null, ClusterWait.RemovalLimit, cancellationToken);
        }
        else if (!IsOurs(found))
        {
            throw new DiagnosticException(ExitCode.DeploymentFailed, ClusterRunDiagnostics.ForeignNamespace(desired.Environment.Name, space));
        }
    }

    private static bool IsOurs(JsonObject space) => space.Text("metadata", "labels", ObjectNames.ManagedBy) == ObjectNames.Manager;

    private async Task ApplySecretsAsync(EnvironmentDesired desired, string space, CancellationToken cancellationToken)
    {
        foreach (var body in SecretBodies(desired, space))
        {
            await objects.ApplyAsync(body, DriftPolicy.Mend, cancellationToken);
        }
    }

    /// <summary>The objects of secrets, in the versions that are wanted. A version whose value is not kept any more has none.</summary>
    public IEnumerable<JsonObject> SecretBodies(EnvironmentDesired desired, string space) =>
        from secret in desired.Secrets
        where desired.SecretVersions.ContainsKey(secret.Name)
        let version = desired.SecretVersions[secret.Name]
        let value = parts.Folder.Secrets.Bytes(secret.Name, version)
        where value is not null
        select new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "Secret",
            ["metadata"] = new JsonObject { ["name"] = SecretNaming.Of(secret.Name, version), ["namespace"] = space, ["labels"] = Labels(desired) },
            ["immutable"] = true,
            ["type"] = "Opaque",
            ["data"] = new JsonObject { ["value"] = Convert.ToBase64String(value) },
        };

    private static JsonObject Labels(EnvironmentDesired desired) => new()
    {
        [ObjectNames.Instance] = ObjectNames.InstanceOf(desired.Application, desired.Environment.Name),
        [ObjectNames.ManagedBy] = ObjectNames.Manager,
        [ObjectNames.PartOf] = desired.Application,
    };

    /// <summary>Names of the objects of secrets.</summary>
    public static IEnumerable<string> SecretNames(EnvironmentDesired desired) =>
        desired.Secrets.Where(s => desired.SecretVersions.ContainsKey(s.Name)).Select(s => SecretNaming.Of(s.Name, desired.SecretVersions[s.Name]));

    /// <summary>Removes all of the environment, volumes with their data too.</summary>
    /// <param name="space">Its namespace.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task RemoveAsync(string space, CancellationToken cancellationToken)
    {
        await objects.PruneAsync(space, new HashSet<string>(), cancellationToken);
        foreach (var (apiVersion, kind) in new[] { ("v1", "PersistentVolumeClaim"), ("scheduling.k8s.io/v1", "PriorityClass"), ("v1", "PersistentVolume") })
        {
            foreach (var item in await objects.ListAsync(apiVersion, kind, space, cancellationToken))
            {
                await objects.DeleteAsync(item, Propagation.Background, cancellationToken);
            }
        }

        var namespaces = await parts.Client.KindAsync("v1", "Namespace", cancellationToken);
        if (await parts.Client.FindAsync(namespaces, null, space, cancellationToken) is { } found && IsOurs(found))
        {
            await parts.Client.DeleteAsync(namespaces, null, space, new DeleteOptions(), cancellationToken);
            await wait.UntilAsync("removing its namespace", async () => await parts.Client.FindAsync(namespaces, null, space, cancellationToken) is null, ClusterWait.RemovalLimit, cancellationToken);
        }

        parts.Folder.Delete();
    }
}
