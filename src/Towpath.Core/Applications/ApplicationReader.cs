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
/// Reads the Compose project and <c>towpath.yaml</c> of a commit into an <see cref="Application"/>:
/// <list type="number">
/// <item>the project in canonical form, whatever files and syntaxes it was written in (<c>ComposeLoader</c>)</item>
/// <item>typed values, and what Towpath does not carry (<c>CarriedKeys</c>, a reader per subject)</item>
/// <item>references that only Towpath knows (<c>ReferenceCheck</c>) and routes (<c>RouteRules</c>)</item>
/// <item>the ladder, the contract's terms and the agreement (<c>LadderReader</c>)</item>
/// </list>
/// <para>
/// Without a <c>towpath.yaml</c> the application takes the name of the Compose project (made a DNS label), and its ladder is one environment,
/// <c>production</c>, entered automatically, on the host port of the service that has the public route, else on a port that Towpath assigns.
/// A note says so.
/// </para>
/// </summary>
public static class ApplicationReader
{
    private const string LadderFile = "towpath.yaml";
    private const string DefaultEnvironment = "production";
    private const int LongestName = 40;

    /// <summary>Reads a commit for the engines that its environments name.</summary>
    /// <param name="files">Its files.</param>
    /// <param name="profiles">Active profiles; a service with profiles is left out unless one of them is active.</param>
    public static ApplicationReading Read(ISourceFiles files, IReadOnlyCollection<string> profiles) => Read(files, new SourceRequest { Profiles = [.. profiles] });

    /// <summary>Reads a commit for one engine, whatever its environments name.</summary>
    /// <param name="files">Its files.</param>
    /// <param name="profiles">Active profiles; a service with profiles is left out unless one of them is active.</param>
    /// <param name="engine">The engine that keys are judged for.</param>
    public static ApplicationReading Read(ISourceFiles files, IReadOnlyCollection<string> profiles, EngineKind engine) =>
        Read(files, new SourceRequest { Profiles = [.. profiles], Engine = engine });

    /// <summary>Reads a commit.</summary>
    /// <param name="files">Its files.</param>
    /// <param name="request">What of it is read, and for which engine.</param>
    public static ApplicationReading Read(ISourceFiles files, SourceRequest request)
    {
        var bag = new DiagnosticBag();
        var ofLadder = new DiagnosticBag();
        var ladder = new ProjectReading(files, ofLadder).ReadYaml(LadderFile);
        var engines = request.Engine switch { EngineKind.Kubernetes => EngineKinds.Kubernetes, EngineKind.Containers => EngineKinds.Containers, _ => LadderPeek.EnginesOf(ladder) };
        var application = Read(files, request, engines, new LadderText(ladder, ofLadder), bag);
        return new ApplicationReading(bag.HasErrors ? null : application, bag.ToSorted());
    }

    private static Application? Read(ISourceFiles files, SourceRequest source, EngineKinds engines, LadderText text, DiagnosticBag bag)
    {
        var folder = new CommitFolder(files);
        var request = new ComposeRequest
        {
            ProjectDirectory = folder.Path,
            Root = folder.Path,
            Files = [.. source.ComposeFiles.Select(file => $"{folder.Path}/{file}")],
            Environment = source.Variables,
            Profiles = source.Profiles,
            // Names and paths of resources are an environment's own; relative paths are the commit's, absolute ones the host's.
            Normalize = false,
            ResolvePaths = false,
        };
        var project = ComposeLoader.Load(request, folder, bag);
        var reading = new ProjectReading(files, new DiagnosticBag(bag), engines) { Variables = project?.Variables ?? ImmutableSortedDictionary<string, string>.Empty };
        var model = project is null ? null : new ComposeReader(reading).Read(project.Model);
        ImmutableArray<Service> services = [];
        if (model is not null)
        {
            new ReferenceCheck(model, reading).Run();
            services = RouteRules.Apply(model.Services, reading.Bag, onHost: reading.ForContainers);
        }

        var fallback = Names.ToLabel(project?.Name ?? "", LongestName) ?? CommitFolder.DefaultName;
        var (name, ladder, contract, agreement) = ReadLadder(reading, model, services, fallback, text);
        bag.AddRange(reading.Bag);
        return model is null || ladder is null
            ? null
            : new Application(name ?? fallback, services, model.Volumes, model.Secrets, model.Configs, ladder) { Contract = contract, Agreement = agreement };
    }

    // The tree of towpath.yaml, null where there is none, and what was wrong with its text.
    private sealed record LadderText(YamlNode? Root, DiagnosticBag Problems);

    private static (string? Name, Ladder? Ladder, ContractTerms Contract, Agreement? Agreement) ReadLadder(
        ProjectReading project, ComposeModel? model, ImmutableArray<Service> services, string name, LadderText text)
    {
        if (project.Files.TryRead(LadderFile) is not null)
        {
            var reader = new LadderReader(project, model?.Services ?? [], [.. model?.Volumes.Select(v => v.Name) ?? []], [.. model?.Secrets.Select(s => s.Name) ?? []]);
            project.Bag.AddRange(text.Problems);
            var (given, ladder) = text.Root is { } root ? reader.Read(root) : default;
            return (given, ladder, reader.Contract, reader.Agreement);
        }

        if (model is null)
        {
            return default;
        }

        // What the file publishes is what people will look for. Several replicas or services could not share it, one gateway can have it.
        var entry = services.FirstOrDefault(s => s.Delivery.Route is { Path: "/" })?.Ports.FirstOrDefault(p => p is { Protocol: "tcp", Published: not null });
        var only = new EnvironmentSpec
        {
            Name = DefaultEnvironment,
            Location = new Location(model.Location.File, 1, 1, 1, 1),
            Automatic = true,
            // A cluster has no such port.
            Port = project.ForContainers ? entry?.Published : null,
            PortLocation = entry?.Location,
        };
        project.Bag.Add(LadderDiagnostics.NoLadder(name, only));
        return (null, new Ladder([only]), ContractTerms.None, null);
    }
}
