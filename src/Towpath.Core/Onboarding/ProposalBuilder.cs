using System.Collections.Immutable;
using Towpath.Core.Applications;
using Towpath.Core.Applications.Readers;
using Towpath.Core.Compose;
using Towpath.Core.Diagnostics;

namespace Towpath.Core.Onboarding;

/// <summary>What Towpath can tell of a repository by itself: <c>x-towpath</c> of each service, and a ladder.</summary>
public sealed class ProposalBuilder
{
    private const string LadderFile = "towpath.yaml";
    private const string NewFile = "compose.yaml";
    private const int LongestName = 40;
    private static readonly string[] ComposeFiles = [NewFile, "compose.yml", "docker-compose.yaml", "docker-compose.yml"];
    private readonly ISourceFiles _source;
    private readonly RepositoryFiles _files;
    private readonly OnboardingOptions _options;

    private ProposalBuilder(ISourceFiles source, OnboardingOptions options)
    {
        _source = source;
        _files = new RepositoryFiles(source);
        _options = options;
    }

    /// <summary>Proposes. Reads a bounded part of the repository; whatever stands there, it throws nothing.</summary>
    /// <param name="files">The files below the folder of the Compose file.</param>
    /// <param name="options">What the user said.</param>
    public static Proposal Propose(ISourceFiles files, OnboardingOptions options) => new ProposalBuilder(files, options).Propose();

    private Proposal Propose()
    {
        var application = Label(_options.Application) ?? Label(_files.FolderName) ?? "app";
        var path = ComposeFiles.FirstOrDefault(name => _source.TryRead(name) is not null);
        var bag = new DiagnosticBag();
        if ((path is null ? NewCompose(application) : Read(path, bag)) is not { } source || YamlReader.Read(source, bag) is not YamlMapping root)
        {
            return new Proposal(
                ImmutableSortedDictionary<string, string>.Empty, [], path is null ? [OnboardingDiagnostics.NothingToStartFrom()] : bag.ToSorted());
        }

        var file = (YamlMapping)Interpolation.Apply(root, Variables(), new DiagnosticBag());
        application = Label(_options.Application) ?? Label((file.Get("name") as YamlScalar)?.Value) ?? application;
        var services = Services(file);
        var open = services.SelectMany(s => s.Open).Concat(RouteProposals.Apply(services)).ToList();
        var writer = new DeliveryWriter(source, root, services, _options.Force);
        open.AddRange(writer.Open);
        var texts = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        if (path is null || writer.Text != source.Text)
        {
            texts[source.Path] = writer.Text;
        }

        if (_options.Force || _source.TryRead(LadderFile) is null)
        {
            texts[LadderFile] = Ladder(application, services);
        }

        return new Proposal(texts.ToImmutable(), [.. services.SelectMany(Found)], Sorted(open));
    }

    private List<ServiceProposal> Services(YamlMapping file)
    {
        var outlines = ServiceOutline.ReadAll(file);
        var folders = outlines.Select(o => o.Context).OfType<string>().Where(c => c != ".").Distinct(StringComparer.Ordinal).ToList();
        var owners = CodeOwners.Read(_files);
        var migrated = new HashSet<string>(StringComparer.Ordinal);
        var services = new List<ServiceProposal>();
        foreach (var outline in outlines)
        {
            var scan = new ServiceScan(outline, _files, folders);

            // A worker is often built from the folder of its API: one of the two brings the schema up to date.
            var mayMigrate = outline.Context is not null && (scan.SpeaksHttp || outlines.Count(o => o.Context == outline.Context) == 1) && migrated.Add(scan.Folder);
            services.Add(new ServiceProposal(outline, scan, owners, _options.Owner, mayMigrate));
        }

        return services;
    }

    private string Ladder(string application, List<ServiceProposal> services)
    {
        var entry = services.FirstOrDefault(s => RouteProposals.RouteOf(s) == "/");
        return new LadderText(application, _options.Environments, RouteProposals.Probe(services), entry?.Service.HostPort).ToString();
    }

    private static IEnumerable<Finding> Found(ServiceProposal service)
    {
        if (service.Scan.Framework is { } made)
        {
            yield return new Finding(service.Service.Name, "framework", made.Framework.Name, made.Source);
        }

        if (Databases.Name(service.Service.Image) is { } database)
        {
            yield return new Finding(service.Service.Name, "data", database, service.Service.Location.ToString());
        }

        foreach (var finding in service.Findings)
        {
            yield return finding;
        }
    }

    private SourceText? NewCompose(string application) => NewComposeFile.Write(_files, application) is { } text ? new SourceText(NewFile, text) : null;

    private SourceText? Read(string path, DiagnosticBag bag) => YamlText.Decode(path, _source.TryRead(path)!.Value.Span, bag);

    private IReadOnlyDictionary<string, string> Variables() =>
        _source.TryRead(".env") is { } bytes && YamlText.Decode(".env", bytes.Span, new DiagnosticBag()) is { } text
            ? DotEnv.Read(text, ImmutableDictionary<string, string>.Empty, new DiagnosticBag())
            : ImmutableDictionary<string, string>.Empty;

    private static string? Label(string? name) => name is null ? null : Names.ToLabel(name, LongestName);

    private static ImmutableArray<Diagnostic> Sorted(IEnumerable<Diagnostic> diagnostics)
    {
        var bag = new DiagnosticBag();
        foreach (var diagnostic in diagnostics)
        {
            bag.Add(diagnostic);
        }

        return bag.ToSorted();
    }
}
