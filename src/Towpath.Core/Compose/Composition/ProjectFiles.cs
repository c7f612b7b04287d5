using System.Collections.Immutable;
using Towpath.Core.Diagnostics;

namespace Towpath.Core.Compose.Composition;

/// <summary>
/// Before phase 1: which files and variables make the project. The variables of the process stand above those of files; among them
/// are some that say what to read, which an <c>.env</c> may say too.
/// </summary>
/// <param name="Directory">The folder that relative paths count from.</param>
/// <param name="Files">Compose files, a later one over an earlier one; empty after an error was told.</param>
/// <param name="Variables">What interpolation knows.</param>
/// <param name="NameOfFiles">The project's name as a file of variables gives it, or null.</param>
internal sealed record ProjectFiles(string Directory, ImmutableArray<string> Files, IReadOnlyDictionary<string, string> Variables, string? NameOfFiles)
{
    private static readonly string[] Usual = ["compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml"];
    private static readonly string[] UsualOverrides = ["compose.override.yml", "compose.override.yaml", "docker-compose.override.yml", "docker-compose.override.yaml"];

    /// <summary>Finds them.</summary>
    public static ProjectFiles Find(ComposeRequest request, SourceFiles sources, DiagnosticBag bag)
    {
        var process = request.Environment;
        var found = OfFiles(request, request.ProjectDirectory, process, sources);
        var variables = new Layered(process, found);
        var directory = request.ProjectDirectory;
        var files = request.Files;
        if (files.IsEmpty && variables.TryGetValue("COMPOSE_FILE", out var named) && named.Length > 0)
        {
            var separator = variables.TryGetValue("COMPOSE_PATH_SEPARATOR", out var other) && other.Length > 0 ? other : ":";
            files = [.. named.Split(separator).Where(f => f.Length > 0).Select(f => FilePath.Combine(request.ProjectDirectory, f))];
            directory = request.IsDirectoryGiven || files.IsEmpty ? directory : FilePath.Folder(files[0]);
        }
        else if (files.IsEmpty)
        {
            (directory, files) = Discover(request, sources, bag);
        }

        if (directory != request.ProjectDirectory)
        {
            var more = OfFiles(request, directory, variables, sources);
            found = more.SetItems(found);
        }

        return new ProjectFiles(directory, files, new Layered(process, found), found.GetValueOrDefault("COMPOSE_PROJECT_NAME"));
    }

    private static ImmutableDictionary<string, string> OfFiles(
        ComposeRequest request, string directory, IReadOnlyDictionary<string, string> outer, SourceFiles sources)
    {
        if (!request.EnvFiles.IsEmpty)
        {
            return sources.Variables(request.EnvFiles, outer, reference: null);
        }

        if (outer.TryGetValue("COMPOSE_ENV_FILES", out var named) && named.Length > 0)
        {
            return sources.Variables(named.Split(',').Where(f => f.Length > 0).Select(f => FilePath.Combine(request.ProjectDirectory, f)), outer, reference: null);
        }

        var usual = FilePath.Combine(directory, ".env");
        var isOff = outer.TryGetValue("COMPOSE_DISABLE_ENV_FILE", out var off) && off is "1" or "t" or "T" or "true" or "True" or "TRUE";
        return !isOff && sources.Exists(usual) ? sources.Variables([usual], outer, reference: null) : [];
    }

    // As Compose does, from the folder upwards, but never above the root.
    private static (string Directory, ImmutableArray<string> Files) Discover(ComposeRequest request, SourceFiles sources, DiagnosticBag bag)
    {
        for (var folder = request.ProjectDirectory; FilePath.IsInside(request.Root, folder); folder = FilePath.Folder(folder))
        {
            var files = First(folder, Usual, sources, bag);
            if (files is not null)
            {
                var over = First(folder, UsualOverrides, sources, bag);
                return (request.IsDirectoryGiven ? request.ProjectDirectory : folder, over is null ? [files] : [files, over]);
            }

            if (folder == "/")
            {
                break;
            }
        }

        bag.Add(ComposeDiagnostics.NoComposeFile(Usual));
        return (request.ProjectDirectory, []);
    }

    private static string? First(string folder, string[] names, SourceFiles sources, DiagnosticBag bag)
    {
        var there = names.Select(name => FilePath.Combine(folder, name)).Where(sources.Exists).ToList();
        foreach (var ignored in there.Skip(1))
        {
            bag.Add(ComposeDiagnostics.SeveralComposeFiles(sources.Shown(there[0]), sources.Shown(ignored)));
        }

        return there.FirstOrDefault();
    }
}
