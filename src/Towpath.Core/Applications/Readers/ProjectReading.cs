using System.Collections.Immutable;
using Towpath.Core.Compose;
using Towpath.Core.Diagnostics;

namespace Towpath.Core.Applications.Readers;

/// <summary>What the readers of one project share: its files, its variables, and where problems go.</summary>
internal sealed class ProjectReading(ISourceFiles files, DiagnosticBag bag)
{
    /// <summary>Files of the commit.</summary>
    public ISourceFiles Files { get; } = files;

    /// <summary>Where problems go.</summary>
    public DiagnosticBag Bag { get; } = bag;

    /// <summary>Typed values of nodes.</summary>
    public NodeReader Values { get; } = new(bag);

    /// <summary>Variables that the project knows: those of its <c>.env</c>.</summary>
    public IReadOnlyDictionary<string, string> Variables { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>The tree of a YAML file, its variables left as they are; null after an error or where there is no such file.</summary>
    /// <param name="path">Path in the commit.</param>
    public YamlNode? ReadYaml(string path) =>
        Files.TryRead(path) is { } bytes && YamlText.Decode(path, bytes.Span, Bag) is { } source ? YamlReader.Read(source, Bag) : null;

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
