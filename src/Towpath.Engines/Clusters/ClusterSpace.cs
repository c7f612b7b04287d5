using System.Text.Json.Nodes;
using Towpath.Core.Applications;
using Towpath.Core.Diagnostics;
using Towpath.Core.Environments;
using Towpath.Core.Kubernetes;
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

    /// <summary>The namespace and the values of secrets are there: all that a repository of others can't bring.</summary>
    public async Task PrepareSecretsAsync(EnvironmentDesired desired, Compilation compilation, CancellationToken cancellationToken)
    {
        await CheckNamespaceAsync(desired, compilation.Namespace, cancellationToken);
        foreach (var room in compilation.Objects.Where(o => o.Kind == "Namespace"))
        {
            // From then on it is the controller's, which applies it as it is committed.
            if (await objects.FindAsync(room, cancellationToken) is null)
            {
                await objects.ApplyAsync(room, DriftPolicy.Mend, cancellationToken);
            }
        }

        await ApplySecretsAsync(desired, compilation.Namespace, cancellationToken);
    }

    /// <summary>Secrets and Jobs that no release wants any more are gone: Towpath made them, and no controller knows them.</summary>
    public Task PruneOwnAsync(EnvironmentDesired desired, Compilation compilation, CancellationToken cancellationToken) => objects.PruneAsync(
        compilation.Namespace,
        SecretNames(desired).Select(name => $"Secret/{name}").Concat(compilation.Objects.Where(o => o.Kind == "Job").Select(o => o.Id)).ToHashSet(StringComparer.Ordinal),
        cancellationToken,
        only: ["Secret", "Job"]);

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

    /// <summary>The namespace is there, and stays.</summary>
    public async Task<bool> IsThereAsync(string space, CancellationToken cancellationToken) =>
        await parts.Client.FindAsync(await parts.Client.KindAsync("v1", "Namespace", cancellationToken), null, space, cancellationToken) is { } found
        && found.Text("metadata", "deletionTimestamp") is null;

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
        where IsGiven(desired, secret.Name) && desired.SecretVersions.ContainsKey(secret.Name)
        let version = desired.SecretVersions[secret.Name]
        let value = parts.Folder.Secrets.Bytes(secret.Name, version)
        where value is not null
        select ClusterDelivery.Beside(desired, new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "Secret",
            ["metadata"] = new JsonObject { ["name"] = SecretNaming.Of(secret.Name, version), ["namespace"] = space, ["labels"] = Labels(desired) },
            ["immutable"] = true,
            ["type"] = "Opaque",
            ["data"] = new JsonObject { ["value"] = Convert.ToBase64String(value) },
        });

    private static JsonObject Labels(EnvironmentDesired desired) => new()
    {
        [ObjectNames.Instance] = ObjectNames.InstanceOf(desired.Application, desired.Environment.Name),
        [ObjectNames.ManagedBy] = ObjectNames.Manager,
        [ObjectNames.PartOf] = desired.Application,
    };

    /// <summary>Names of the objects of secrets.</summary>
    public static IEnumerable<string> SecretNames(EnvironmentDesired desired) =>
        desired.Secrets.Where(s => IsGiven(desired, s.Name) && desired.SecretVersions.ContainsKey(s.Name)).Select(s => SecretNaming.Of(s.Name, desired.SecretVersions[s.Name]));

    // By what Towpath pushes with no pod shall be able to.
    private static bool IsGiven(EnvironmentDesired desired, string secret) => secret != ClusterDelivery.Of(desired)?.PasswordSecret;

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
            // This very one: a deletion that arrives late must not take what was made anew meanwhile.
            await parts.Client.DeleteAsync(namespaces, null, space, new DeleteOptions(Uid: found.Text("metadata", "uid")), cancellationToken);
            await wait.UntilAsync("removing its namespace", async () => await parts.Client.FindAsync(namespaces, null, space, cancellationToken) is null, ClusterWait.RemovalLimit, cancellationToken);
        }

        parts.Folder.Delete();
    }
}
