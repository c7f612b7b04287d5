using Towpath.Core.Applications;
using Towpath.Core.Kubernetes;
using Towpath.Core.Kubernetes.Manifests;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Kubernetes;

/// <summary>An environment of a Compose file, compiled, with short ways to its objects.</summary>
internal sealed class Compiled
{
    private Compiled(Compilation result) => Result = result;

    public Compilation Result { get; }

    public IEnumerable<ManifestObject> Objects => Result.Objects;

    public string Yaml => ManifestText.Yaml(Result.Objects);

    public IEnumerable<string> Codes => Result.Diagnostics.Select(d => d.Code).Distinct();

    public static Compiled Of(string compose, string? version = null, string? ladder = null, params (string Path, string Text)[] files) =>
        Of(new FakeSourceFiles([("compose.yaml", compose), .. ladder is null ? [] : new[] { ("towpath.yaml", ladder) }, .. files]), version);

    public static Compiled Of(ISourceFiles files, string? version = null)
    {
        var (application, diagnostics) = ApplicationReader.Read(files, [], EngineKind.Kubernetes);
        application.ShouldNotBeNull(string.Join('\n', diagnostics));
        return Of(application, files, version);
    }

    public static Compiled Of(Application application, ISourceFiles files, string? version = null) =>
        new(KubernetesCompiler.Compile(SourceImages.Request(
            application, application.Ladder.Environments[^1], files, "1", version is null ? KubernetesVersion.Current : KubernetesVersion.Parse(version)!.Value)));

    public ManifestObject Object(string id) => Objects.SingleOrDefault(o => o.Id == id) ?? throw new ShouldAssertException($"no {id} among {string.Join(", ", Objects.Select(o => o.Id))}");

    public bool Has(string id) => Objects.Any(o => o.Id == id);

    /// <summary>A part of an object as YAML on one line, or null where there is none.</summary>
    public string? At(string id, string path) =>
        ManifestPath.Find(Object(id), path) is var (node, _) ? string.Join(' ', ManifestText.Yaml(node).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)) : null;

    /// <summary>Why a part of an object is there.</summary>
    public Origin Why(string id, string path) => ManifestPath.Find(Object(id), path) is var (_, origin) ? origin : throw new ShouldAssertException($"no {path} in {id}");

    /// <summary>The specification of the pods of a workload, and the path to it.</summary>
    public ManifestMap Pod(string id) => (ManifestMap)ManifestPath.Find(Object(id), id.StartsWith("CronJob", StringComparison.Ordinal) ? "spec.jobTemplate.spec.template.spec" : "spec.template.spec")!.Value.Node;
}
