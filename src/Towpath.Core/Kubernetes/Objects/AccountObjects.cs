using Towpath.Core.Kubernetes.Manifests;
using Towpath.Core.Kubernetes.Planning;

namespace Towpath.Core.Kubernetes.Objects;

/// <summary>Who pods are to the API server: an account each, with rights only for those whose waits ask for an object, and for that object alone.</summary>
internal static class AccountObjects
{
    /// <summary>The account of a workload.</summary>
    public static string NameOf(Workload workload) => workload.Name;

    /// <summary>The account of a workload, and the rights that its waits need.</summary>
    public static IEnumerable<ManifestObject> Of(ClusterPlan plan, Workload workload)
    {
        var name = NameOf(workload);
        yield return ManifestObject.Of(
            "v1", "ServiceAccount", ObjectNames.Meta(plan, name, workload.Name), new Origin("each service is somebody of its own to the API server"), ("automountServiceAccountToken", false));
        var asked = PodWaits.Of(plan, workload, waitsForMigration: true).Where(w => w.AsksServer).ToList();
        if (asked.Count == 0)
        {
            yield break;
        }

        var role = ClusterNames.With(workload.Name, "waits");
        var rules = new ManifestList();
        foreach (var wait in asked)
        {
            rules.Add(new ManifestMap
            {
                { "apiGroups", ManifestList.Of([wait.Completes ? "batch" : "apps"]) }, { "resources", ManifestList.Of([wait.Resource]) },
                { "resourceNames", ManifestList.Of([wait.Name]) }, { "verbs", ManifestList.Of(["get"]) },
            }.Because(wait.Origin));
        }

        yield return ManifestObject.Of("rbac.authorization.k8s.io/v1", "Role", ObjectNames.Meta(plan, role, workload.Name), asked[0].Origin, ("rules", rules));
        yield return ManifestObject.Of(
            "rbac.authorization.k8s.io/v1", "RoleBinding", ObjectNames.Meta(plan, role, workload.Name), asked[0].Origin,
            ("roleRef", new ManifestMap { { "apiGroup", "rbac.authorization.k8s.io" }, { "kind", "Role" }, { "name", role } }),
            ("subjects", new ManifestList { new ManifestMap { { "kind", "ServiceAccount" }, { "name", name }, { "namespace", plan.Namespace } } }));
    }
}
