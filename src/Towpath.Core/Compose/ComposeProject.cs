using System.Collections.Immutable;
using Towpath.Core.Diagnostics;

namespace Towpath.Core.Compose;

/// <summary>A Compose project, all files read and joined, in canonical form.</summary>
public sealed class ComposeProject
{
    internal ComposeProject(string name, string directory, YamlMapping model, ImmutableSortedDictionary<string, string> variables)
    {
        Name = name;
        Directory = directory;
        Model = model;
        Variables = variables;
    }

    /// <summary>Its name: lower-case letters, digits, hyphens and underscores.</summary>
    public string Name { get; }

    /// <summary>The folder that relative paths count from.</summary>
    public string Directory { get; }

    /// <summary>Variables that interpolation knew.</summary>
    public ImmutableSortedDictionary<string, string> Variables { get; }

    /// <summary>The canonical tree: long syntax everywhere, services of inactive profiles left out. Each node knows the file and place it came from.</summary>
    internal YamlMapping Model { get; }
}

/// <summary>What came of reading a project.</summary>
/// <param name="Project">The project; null when it could not be put together. With errors among the diagnostics it is as far as it goes.</param>
/// <param name="Diagnostics">All problems of all files, by file, line and column.</param>
public sealed record ComposeReading(ComposeProject? Project, ImmutableArray<Diagnostic> Diagnostics);
