using System.Text;
using Towpath.Core.Contracts;
using Towpath.Core.Diagnostics;
using Towpath.Core.Kubernetes.Manifests;
using Towpath.Core.Kubernetes.Planning;

namespace Towpath.Core.Kubernetes.Objects;

/// <summary>
/// The variables of a container, from a ConfigMap and, for what looks like a credential, from a Secret, both named by their content. Taken as
/// a whole they are not expanded: a <c>$(</c> in a value stays what it is.
/// </summary>
internal static class PodVariables
{
    /// <summary>What stands under <c>envFrom</c>; null for a service without variables.</summary>
    public static ManifestList? Of(ClusterPlan plan, Workload workload, PodParts parts, DiagnosticBag bag)
    {
        var spec = workload.Spec;
        var plain = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var secret = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in spec.Environment)
        {
            var place = spec.Source.Variables.GetValueOrDefault(name)?.Location ?? workload.From("environment").Place!;
            if (!IsName(name))
            {
                bag.Add(KubernetesDiagnostics.VariableName(place, spec.Name, name));
            }
            else if ((SecretNames.IsSecret(name) && SecretNames.CanBeSecret(value)) || SecretNames.HasPassword(value))
            {
                bag.Add(KubernetesDiagnostics.CredentialInFile(place, spec.Name, name));
                secret.Add(name, value);
            }
            else
            {
                plain.Add(name, value);
            }
        }

        if (KnownImage.Of(spec)?.Variable is var (variable, usual) && !spec.Environment.ContainsKey(variable))
        {
            plain.Add(variable, usual);
        }

        var sources = new ManifestList { Source(plan, workload, parts, plain, "ConfigMap"), Source(plan, workload, parts, secret, "Secret") };
        return (ManifestList?)sources.OrNothing()?.Because(workload.From("environment"));
    }

    private static ManifestMap? Source(ClusterPlan plan, Workload workload, PodParts parts, SortedDictionary<string, string> values, string kind)
    {
        if (values.Count == 0)
        {
            return null;
        }

        var text = new StringBuilder();
        var data = new ManifestMap();
        foreach (var (name, value) in values)
        {
            text.Append(name).Append('=').Append(value).Append('\0');
            data.Add(name, value, workload.Spec.Environment.ContainsKey(name)
                ? new Origin($"the variable {name} of {workload.Service.Name}", workload.Spec.Source.Variables.GetValueOrDefault(name)?.Location)
                : new Origin("the official image needs it in a cluster"));
        }

        var isSecret = kind == "Secret";
        var objectName = ClusterNames.With(workload.Name, $"{(isSecret ? "secret-env" : "env")}-{ClusterNames.Hash(text.ToString())}");
        parts.Objects.Add(ManifestObject.Of(
            "v1", kind, ObjectNames.Meta(plan, objectName, workload.Name), workload.From("environment"),
            ("immutable", true), ("type", isSecret ? "Opaque" : null), (isSecret ? "stringData" : "data", data)));
        return new ManifestMap { { isSecret ? "secretRef" : "configMapRef", new ManifestMap { { "name", objectName } } } };
    }

    // The rule of the API for names of variables before it took nearly anything (1.30).
    private static bool IsName(string name) => !char.IsAsciiDigit(name[0]) && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.') && name is not ("." or "..");
}
