using System.Collections.Immutable;
using Towpath.Core.Applications.Readers;
using Towpath.Core.Compose;
using Towpath.Core.Diagnostics;

namespace Towpath.Core.Applications;

/// <summary>What came of reading a commit.</summary>
/// <param name="Application">The model; null when any diagnostic is an error.</param>
/// <param name="Diagnostics">All problems of all files, by file, line and column.</param>
public sealed record ApplicationReading(Application? Application, ImmutableArray<Diagnostic> Diagnostics);

/// <summary>
/// Reads the Compose file and <c>towpath.yaml</c> of a commit into an <see cref="Application"/>, in phases:
/// <list type="number">
/// <item>find the files and decode them (<c>YamlText</c>)</item>
/// <item>text to a tree with places (<c>YamlReader</c>)</item>
/// <item>variables (<c>DotEnv</c>, <c>Interpolation</c>)</item>
/// <item>keys and typed values (<c>KeyTable</c>, <c>NodeReader</c>, a reader per subject)</item>
/// <item>references (<c>ReferenceCheck</c>)</item>
/// <item>the ladder (<c>LadderReader</c>)</item>
/// <item>routes (<c>RouteRules</c>)</item>
/// </list>
/// <para>
/// Without a <c>towpath.yaml</c> the application takes its name from <c>name:</c> of the Compose file, else from the folder (made a DNS label),
/// else <c>app</c>, and its ladder is one environment, <c>production</c>, entered automatically, on the host port of the service that has the
/// public route, else on a port that Towpath assigns. A note says so.
/// </para>
/// </summary>
public static class ApplicationReader
{
    private const string LadderFile = "towpath.yaml";
    private const string DefaultName = "app";
    private const string DefaultEnvironment = "production";
    private const int LongestName = 40;
    private static readonly string[] ComposeFiles = ["compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml"];

    /// <summary>Reads a commit.</summary>
    /// <param name="files">Its files.</param>
    /// <param name="profiles">Active profiles; a service with profiles is left out unless one of them is active.</param>
    public static ApplicationReading Read(ISourceFiles files, IReadOnlyCollection<string> profiles)
    {
        var bag = new DiagnosticBag();
        var project = new ProjectReading(files, bag);
        var application = Read(project, profiles);
        return new ApplicationReading(bag.HasErrors ? null : application, bag.ToSorted());
    }

    private static Application? Read(ProjectReading project, IReadOnlyCollection<string> profiles)
    {
        if (FindComposeFile(project) is not { } file)
        {
            return null;
        }

        project.ReadVariables();
        var model = project.ReadYaml(file, interpolate: true) is { } root ? new ComposeReader(project).Read(root) : null;
        var active = model is null ? [] : model.Services.Where(s => s.Profiles.IsEmpty || s.Profiles.Any(profiles.Contains)).ToImmutableArray();
        if (model is not null)
        {
            new ReferenceCheck(model, active, project.Bag).Run();
            active = RouteRules.Apply(active, project.Bag);
        }

        var (name, ladder, contract) = ReadLadder(project, model, active, file);
        return model is null || name is null || ladder is null
            ? null
            : new Application(name, active, model.Volumes, model.Secrets, model.Configs, ladder) { Contract = contract };
    }

    private static string? FindComposeFile(ProjectReading project)
    {
        var found = ComposeFiles.Where(name => project.Files.TryRead(name) is not null).ToList();
        if (found.Count == 0)
        {
            project.Bag.Add(ComposeDiagnostics.NoComposeFile(ComposeFiles));
            return null;
        }

        foreach (var ignored in found.Skip(1))
        {
            project.Bag.Add(ComposeDiagnostics.SeveralComposeFiles(found[0], ignored));
        }

        return found[0];
    }

    private static (string? Name, Ladder? Ladder, ContractTerms Contract) ReadLadder(
        ProjectReading project, ComposeModel? model, ImmutableArray<Service> services, string composeFile)
    {
        var fallback = (model?.Name ?? project.Files.FolderName) is { } given ? Names.ToLabel(given, LongestName) : null;
        if (project.Files.TryRead(LadderFile) is null)
        {
            // What the file publishes is what people will look for. Several replicas or services could not share it, one gateway can have it.
            var entry = services.FirstOrDefault(s => s.Delivery.Route is { Path: "/" })?.Ports.FirstOrDefault(p => p is { Protocol: "tcp", Published: not null });
            var only = new EnvironmentSpec
            {
                Name = DefaultEnvironment,
                Location = new Location(composeFile, 1, 1, 1, 1),
                Automatic = true,
                Port = entry?.Published,
                PortLocation = entry?.Location,
            };
            if (model is not null)
            {
                project.Bag.Add(LadderDiagnostics.NoLadder(fallback ?? DefaultName, only));
            }

            return (fallback ?? DefaultName, new Ladder([only]), ContractTerms.None);
        }

        if (project.ReadYaml(LadderFile, interpolate: false) is not { } root)
        {
            return (null, null, ContractTerms.None);
        }

        var reader = new LadderReader(project, model?.Services ?? []);
        var (name, ladder) = reader.Read(root);
        if (name is null && fallback is null && root is YamlMapping mapping && mapping.Entry("application") is null)
        {
            project.Bag.Add(ValueDiagnostics.MissingKey(root.Source.Locate(1, 1, 1, 1), LadderFile, "`application`"));
        }

        return (name ?? fallback, ladder, reader.Contract);
    }
}
