using System.Collections.Immutable;
using Towpath.Core.Compose;
using Towpath.Core.Diagnostics;

namespace Towpath.Core.Applications.Readers;

/// <summary>What the readers of one project share: its files, its variables, and where problems go.</summary>
/// <param name="files">Files of the commit.</param>
/// <param name="bag">Where problems go.</param>
/// <param name="engines">What the project is read for.</param>
internal sealed class ProjectReading(ISourceFiles files, DiagnosticBag bag, EngineKinds engines = EngineKinds.Containers)
{
    private const string Cluster = "on Kubernetes";

    /// <summary>Files of the commit.</summary>
    public ISourceFiles Files { get; } = files;

    /// <summary>Where problems go.</summary>
    public DiagnosticBag Bag { get; } = bag;

    /// <summary>Typed values of nodes.</summary>
    public NodeReader Values { get; } = new(bag, engines);

    /// <summary>Some environment is of containers.</summary>
    public bool ForContainers { get; } = engines.HasFlag(EngineKinds.Containers);

    /// <summary>Some environment is on Kubernetes.</summary>
    public bool ForKubernetes { get; } = engines.HasFlag(EngineKinds.Kubernetes);

    /// <summary>Variables that the project knows: those of its <c>.env</c>.</summary>
    public IReadOnlyDictionary<string, string> Variables { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>The tree of a YAML file, its variables left as they are; null after an error or where there is no such file.</summary>
    /// <param name="path">Path in the commit.</param>
    public YamlNode? ReadYaml(string path) =>
        Files.TryRead(path) is { } bytes && YamlText.Decode(path, bytes.Span, Bag) is { } source ? YamlReader.Read(source, Bag) : null;

    /// <summary>A key of Compose that is judged for Kubernetes alone: its table and what it holds. Null where it is no mapping.</summary>
    public YamlMapping? MappingInCluster(YamlNode? node, KeyTable table)
    {
        var mapping = Values.Mapping(node, table.Subject);
        if (mapping is not null)
        {
            table.Check(mapping, Bag, EngineKinds.Kubernetes);
        }

        return mapping;
    }

    /// <summary>Tells of a value that can't be had on Kubernetes and that changes what runs.</summary>
    public void NotInCluster(YamlNode place, string value, string subject, string reason) =>
        Bag.Add(ValueDiagnostics.NotCarried(place.Location, Shown(place, value), subject, reason, Cluster));

    /// <summary>Tells of a value that is left out on Kubernetes.</summary>
    public void NoEffectInCluster(YamlNode place, string value, string subject, string reason) =>
        Bag.Add(ValueDiagnostics.NoEffect(place.Location, Shown(place, value), subject, reason, Cluster));

    // Of a value with variables the template is shown, also where only a part of it is told of.
    private static string Shown(YamlNode place, string value) => place is YamlScalar { Template: { } template } ? template : value;

    /// <summary>A path inside the project, tidied; null after an error.</summary>
    public string? PathInside(YamlNode? node, string what)
    {
        if (Values.NonEmpty(node, what) is not { } text)
        {
            return null;
        }

        if (ProjectPath.Combine(".", text) is { } path)
        {
            return path;
        }

        Bag.Add(ValueDiagnostics.LeavesProject(node!.Location, what, text));
        return null;
    }

    /// <summary>A file of the commit and its content; null after an error.</summary>
    public (string Path, ReadOnlyMemory<byte> Bytes)? FileInside(YamlNode? node, string what)
    {
        if (PathInside(node, what) is not { } path)
        {
            return null;
        }

        if (Files.TryRead(path) is { } bytes)
        {
            return (path, bytes);
        }

        Bag.Add(ValueDiagnostics.NotInCommit(node!.Location, what, path));
        return null;
    }
}
