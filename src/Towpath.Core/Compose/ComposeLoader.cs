using System.Collections.Immutable;
using Towpath.Core.Compose.Canonical;
using Towpath.Core.Compose.Consistency;
using Towpath.Core.Compose.Schema;
using Towpath.Core.Diagnostics;

namespace Towpath.Core.Compose;

/// <summary>Reads a Compose project: all phases in their order (<c>docs/specs/compose.md</c>).</summary>
public static class ComposeLoader
{
    /// <summary>Largest file that is read, in bytes.</summary>
    public const int MaxFileBytes = 24 * 1024 * 1024;

    private static readonly string[] DefaultFiles = ["compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml"];

    /// <summary>Reads it. Never throws for what a user can write.</summary>
    public static ComposeReading Load(ComposeRequest request, IComposeFiles files)
    {
        var bag = new DiagnosticBag();
        var paths = request.Files.IsEmpty ? [.. DefaultFiles.Select(f => $"{request.ProjectDirectory}/{f}").Where(p => files.Read(p).State == FileState.Found).Take(1)] : request.Files;
        if (paths.IsEmpty)
        {
            bag.Add(ComposeDiagnostics.NoComposeFile(DefaultFiles));
            return new ComposeReading(null, bag.ToSorted());
        }

        var source = YamlText.Decode(paths[0], files.Read(paths[0], anywhere: true).Bytes.Span, bag);
        if (source is null || YamlReader.Read(source, bag) is not { } root)
        {
            return new ComposeReading(null, bag.ToSorted());
        }

        IReadOnlyDictionary<string, string> variables = request.Environment;
        root = request.Interpolate ? Interpolation.Apply(root, variables, bag) : root;
        if (root is not YamlMapping model)
        {
            return new ComposeReading(null, bag.ToSorted());
        }

        var doubts = new Doubts();
        ComposeSchema.Check(model, bag, doubts);
        model = Defaults.Apply(CanonicalForm.Apply(model, bag, doubts));
        ModelRules.Check(model, bag, doubts);
        var name = request.ProjectName ?? (model.Get("name") as YamlScalar)?.Value ?? request.ProjectDirectory[(request.ProjectDirectory.LastIndexOf('/') + 1)..];
        model = model.With("name", Nodes.Text(model, name));
        model = request.ResolvePaths ? PathResolution.Apply(model, request.ProjectDirectory, request.Home) : model;
        model = request.Normalize ? Normalization.Apply(model, name, variables) : model;
        (model, var inactive) = ServiceSelection.Apply(model, request.Profiles);
        if (request.CheckConsistency)
        {
            ConsistencyCheck.Check(model, inactive, bag, doubts);
        }

        model = request.ResolveEnvironments ? ServiceEnvironments.Apply(model, files, variables, bag) : model;
        return new ComposeReading(
            new ComposeProject(name, request.ProjectDirectory, model, variables.ToImmutableSortedDictionary(StringComparer.Ordinal)), bag.ToSorted());
    }
}
