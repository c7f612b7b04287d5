namespace Towpath.Core.Kubernetes.Manifests;

/// <summary>One object of Kubernetes.</summary>
public sealed class ManifestObject
{
    private ManifestObject(string apiVersion, string kind, string name, string? space, ManifestMap root)
    {
        ApiVersion = apiVersion;
        Kind = kind;
        Name = name;
        Namespace = space;
        Root = root;
    }

    /// <summary>Group and version: <c>apps/v1</c>.</summary>
    public string ApiVersion { get; }

    /// <summary>Its kind: <c>Deployment</c>.</summary>
    public string Kind { get; }

    /// <summary>Its name, unique among its kind in its namespace.</summary>
    public string Name { get; }

    /// <summary>Its namespace, or null for an object of the whole cluster.</summary>
    public string? Namespace { get; }

    /// <summary>All of it.</summary>
    public ManifestMap Root { get; }

    /// <summary>What it is called in <c>--explain</c>: <c>Deployment/api</c>.</summary>
    public string Id => $"{Kind}/{Name}";

    /// <summary>Makes an object.</summary>
    /// <param name="apiVersion">Group and version.</param>
    /// <param name="kind">Its kind.</param>
    /// <param name="metadata">With <c>name</c> and, for an object of a namespace, <c>namespace</c>.</param>
    /// <param name="origin">Why it is there.</param>
    /// <param name="body">What stands beside the metadata: <c>spec</c>, <c>data</c> ...</param>
    public static ManifestObject Of(string apiVersion, string kind, ManifestMap metadata, Origin origin, params ReadOnlySpan<(string Key, ManifestNode? Value)> body)
    {
        var root = new ManifestMap { { "apiVersion", apiVersion }, { "kind", kind }, { "metadata", metadata } };
        root.Because(origin);
        foreach (var (key, value) in body)
        {
            root.Add(key, value);
        }

        return new ManifestObject(apiVersion, kind, Text(metadata, "name")!, Text(metadata, "namespace"), root);
    }

    /// <summary>An object of a whole mapping, which has <c>apiVersion</c>, <c>kind</c> and <c>metadata.name</c>: one that was made of another.</summary>
    public static ManifestObject From(ManifestMap root)
    {
        var metadata = (ManifestMap)root["metadata"]!;
        return new ManifestObject(Text(root, "apiVersion")!, Text(root, "kind")!, Text(metadata, "name")!, Text(metadata, "namespace"), root);
    }

    /// <inheritdoc/>
    public override string ToString() => Id;

    private static string? Text(ManifestMap map, string key) => (map[key] as ManifestValue)?.Text;
}
