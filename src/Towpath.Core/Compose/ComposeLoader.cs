using System.Collections.Immutable;
using Towpath.Core.Compose.Canonical;
using Towpath.Core.Compose.Composition;
using Towpath.Core.Compose.Consistency;
using Towpath.Core.Diagnostics;

namespace Towpath.Core.Compose;

/// <summary>Reads a Compose project: all phases in their order (<c>docs/specs/compose.md</c>).</summary>
public static class ComposeLoader
{
    /// <summary>Largest file that is read, in bytes.</summary>
    public const int MaxFileBytes = 12 * 1024 * 1024;

    /// <summary>Reads it. Never throws for what a user can write.</summary>
    public static ComposeReading Load(ComposeRequest request, IComposeFiles files)
    {
        var bag = new DiagnosticBag();
        var project = Load(request, files, bag);
        return new ComposeReading(project, bag.ToSorted());
    }

    /// <summary>The same, into a bag that is there already.</summary>
    internal static ComposeProject? Load(ComposeRequest request, IComposeFiles files, DiagnosticBag bag)
    {
        var rooted = new RootedFiles(request, files, bag);
        var sources = new SourceFiles(request, rooted, bag);
        var found = ProjectFiles.Find(request, sources, bag);
        if (found.Files.IsEmpty)
        {
            return null;
        }

        var name = ProjectName.Find(request, found, sources, bag);
        var variables = new Layered(ImmutableDictionary<string, string>.Empty.Add(ProjectName.Variable, name), found.Variables);
        var context = new LoadContext(found.Directory, variables, []);
        var composer = new Composer(request, sources, bag);
        if (composer.Model(found.Files, context, reference: null) is not { } model)
        {
            return null;
        }

        model = composer.Finished(model, context);
        model = model.With("name", Nodes.Text(model, name));
        model = request.Normalize ? Normalization.Apply(model, name, variables) : model;
        (model, var inactive) = ServiceSelection.Apply(model, Profiles(request, variables));
        if (request.MayLeaveRoot && request.ResolvePaths)
        {
            OutsidePaths.Check(model, request.Root, bag);
        }

        if (request.CheckConsistency)
        {
            ConsistencyCheck.Check(model, inactive, bag);
        }

        model = request.ResolveEnvironments ? ServiceEnvironments.Apply(model, rooted, variables, bag) : model;
        return new ComposeProject(name, found.Directory, model, variables.ToImmutableSortedDictionary(StringComparer.Ordinal));
    }

    private static ImmutableArray<string> Profiles(ComposeRequest request, Layered variables) =>
        request.Profiles.IsEmpty && variables.TryGetValue("COMPOSE_PROFILES", out var named)
            ? [.. named.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)]
            : request.Profiles;
}
