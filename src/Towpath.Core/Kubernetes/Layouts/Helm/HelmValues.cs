using System.Collections.Immutable;
using Towpath.Core.Diagnostics;
using Towpath.Core.Kubernetes.Manifests;
using Towpath.Core.Kubernetes.Objects;
using Towpath.Core.Kubernetes.Planning;

namespace Towpath.Core.Kubernetes.Layouts.Helm;

/// <summary>
/// What of an environment's objects stands in the values of a chart: where it runs, under which host name, and image, replicas and resources of each
/// service. The objects are given back with references in those places.
/// </summary>
internal sealed class HelmValues
{
    private readonly Dictionary<string, HelmReference> _references;
    private readonly SortedDictionary<string, ManifestMap> _services = new(StringComparer.Ordinal);
    private readonly RenderedEnvironment _environment;
    private readonly ClusterPlan _plan;
    private readonly string _instance;

    /// <summary>The values of an environment.</summary>
    /// <param name="environment">The environment.</param>
    /// <param name="references">References by what they say, shared by all environments of a chart.</param>
    public HelmValues(RenderedEnvironment environment, Dictionary<string, HelmReference> references)
    {
        _environment = environment;
        _references = references;
        _plan = ClusterPlanner.Plan(environment.Request, new DiagnosticBag());
        _instance = $"{environment.Application}-{environment.Name}";
        Objects = [.. environment.Objects.Select(Referring)];
    }

    /// <summary>Name of the environment.</summary>
    public string Environment => _environment.Name;

    /// <summary>The objects in the same order, and each with references in place of values.</summary>
    public ImmutableArray<(ManifestObject Subject, ManifestMap Root)> Objects { get; }

    /// <summary>The values.</summary>
    public ManifestMap ToManifest()
    {
        var spec = _environment.Request.Spec;
        var services = new ManifestMap();
        foreach (var (name, values) in _services)
        {
            services.Add(name, values);
        }

        return new ManifestMap
        {
            { "environment", Environment },
            { "namespace", _environment.Request.Namespace },
            { "createNamespace", true },
            { "instance", _instance },
            { "host", spec.Host ?? "" },
            { "tls", new ManifestMap { { "secret", spec.TlsSecret ?? "" }, { "issuer", spec.TlsIssuer ?? "" } } },
            { "services", services },
        };
    }

    private (ManifestObject Subject, ManifestMap Root) Referring(ManifestObject subject)
    {
        var component = subject.Root.TextAt("metadata", "labels", ObjectNames.Name);
        var owner = component is null ? null : _plan.Named(component);
        var isEntry = subject.Kind is "Ingress" or "Gateway" or "HTTPRoute";
        var root = (ManifestMap)subject.Root.Rewrite((key, node) => node switch
        {
            ManifestMap map when map["image"] is ManifestValue image && map["name"] is ManifestValue name => Container(map, image.Text, _plan.Named(name.Text) ?? owner),
            ManifestValue { Kind: ManifestValueKind.Text } value => Text(key, value.Text) ?? (isEntry ? Entry(key, value.Text) : null),
            ManifestMap map when key == "metadata" && subject.Kind == "Namespace" => map.With("name", Namespace()).With("labels", map["labels"]?.Rewrite((k, n) => n is ManifestValue v ? Text(k, v.Text) : null)),
            _ => null,
        });
        if (subject.Kind is "Deployment" or "StatefulSet" or "Rollout" && root.At("spec", "replicas") is ManifestValue replicas && owner is not null && owner.Name == subject.Name)
        {
            root = root.WithAt(["spec", "replicas"], Of(owner, "replicas", replicas, HelmForm.Number));
        }

        return (subject, root);
    }

    private ManifestMap? Container(ManifestMap container, string image, Workload? workload)
    {
        if (workload is null || workload.Image.Reference != image)
        {
            return null;
        }

        var changed = container.With("image", Of(workload, "image", image, HelmForm.Text));
        return container.TextAt("name") == workload.Name && container["resources"] is { } resources
            ? changed.With("resources", Of(workload, "resources", resources, HelmForm.Tree))
            : changed;
    }

    private HelmReference? Text(string key, string text)
    {
        var space = _environment.Request.Namespace;
        return key switch
        {
            "namespace" when text == space => Namespace(),
            ObjectNames.Instance when text == _instance => Reference(".Values.instance"),
            "value" when text.Contains($"/namespaces/{space}/", StringComparison.Ordinal) => Framed(text, $"/namespaces/{space}/", "/namespaces/%s/"),
            "name" or "priorityClassName" or "volumeName" when text.StartsWith(space + "-", StringComparison.Ordinal) && IsOfCluster(text) => Framed(text, space + "-", "%s-"),
            _ => null,
        };
    }

    // Of what lets requests in: elsewhere the same text may mean something else.
    private HelmReference? Entry(string key, string text)
    {
        var spec = _environment.Request.Spec;
        return key switch
        {
            "host" or "hostname" or "" when text == spec.Host => Reference(".Values.host"),
            "secretName" or "name" when text == spec.TlsSecret => Reference(".Values.tls.secret"),
            "cert-manager.io/cluster-issuer" when text == spec.TlsIssuer => Reference(".Values.tls.issuer"),
            _ => null,
        };
    }

    // Objects of the whole cluster have the namespace in their names, or two environments would share them.
    private bool IsOfCluster(string name) => _environment.Objects.Any(o => o.Namespace is null && o.Kind != "Namespace" && o.Name == name);

    private HelmReference Namespace() => Reference(".Values.namespace");

    private HelmReference Framed(string text, string found, string frame) =>
        Reference(".Values.namespace", HelmForm.Text, text.Replace("%", "%%", StringComparison.Ordinal).Replace(found, frame, StringComparison.Ordinal));

    private HelmReference Of(Workload workload, string field, ManifestNode value, HelmForm form)
    {
        if (!_services.TryGetValue(workload.Name, out var values))
        {
            _services[workload.Name] = values = [];
        }

        if (values[field] is null)
        {
            values.Add(field, value);
        }

        return Reference($"index .Values.services \"{workload.Name}\" \"{field}\"", form);
    }

    private HelmReference Reference(string expression, HelmForm form = HelmForm.Text, string? frame = null)
    {
        var id = $"{form} {expression} {frame}";
        if (!_references.TryGetValue(id, out var reference))
        {
            _references[id] = reference = new HelmReference(expression, form, frame);
        }

        return reference;
    }
}
