using System.Collections.Immutable;
using System.Text.Json;
using Towpath.Core.Applications;
using Towpath.Core.Kubernetes;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Kubernetes;

/// <summary>One project of the corpora, as its case says that it is read.</summary>
/// <param name="Folder">Its folder.</param>
internal sealed record CorpusCase(string Folder)
{
    /// <summary>The folder's name.</summary>
    public string Name => Path.GetFileName(Folder);

    /// <summary>All cases of a set, by name.</summary>
    public static IEnumerable<CorpusCase> All(string set) =>
        Directory.GetDirectories(Path.Combine(Corpora.Folder, set)).Where(f => File.Exists(Path.Combine(f, "case.json"))).Order(StringComparer.Ordinal).Select(f => new CorpusCase(f));

    /// <summary>Its files.</summary>
    public FakeSourceFiles Files() => FakeSourceFiles.FromFolder(Path.Combine(Folder, "project"));

    /// <summary>Reads it for Kubernetes.</summary>
    public ApplicationReading Read(FakeSourceFiles files) => ApplicationReader.Read(files, Request());

    /// <summary>What its last environment is compiled from; null where it can't be read.</summary>
    public ClusterRequest? Requested(KubernetesVersion version)
    {
        var files = Files();
        return Read(files).Application is { } application ? SourceImages.Request(application, application.Ladder.Environments[^1], files, "1", version) : null;
    }

    private SourceRequest Request()
    {
        var project = JsonDocument.Parse(File.ReadAllText(Path.Combine(Folder, "case.json"))).RootElement;
        return new SourceRequest
        {
            Engine = EngineKind.Kubernetes,
            ComposeFiles = project.TryGetProperty("files", out var files) ? [.. files.EnumerateArray().Select(f => f.GetString()!)] : [],
            Profiles = project.TryGetProperty("profiles", out var profiles) ? [.. profiles.EnumerateArray().Select(p => p.GetString()!)] : [],
            Variables = project.TryGetProperty("env", out var env) ? Corpora.Strings(env).ToImmutableDictionary(StringComparer.Ordinal) : [],
        };
    }
}
