using Towpath.Core.Diagnostics;

namespace Towpath.Cli;

/// <summary>What <c>towpath render</c> refuses: TP7150 to TP7159.</summary>
internal static class RenderDiagnostics
{
    private const int MostShown = 20;

    /// <summary>TP7150: no environment of that name.</summary>
    public static Diagnostic NoSuchEnvironment(string name, IEnumerable<string> known) =>
        Error("TP7150", $"there is no environment `{name}`", [$"towpath.yaml has {string.Join(", ", known)}"], "name one of them with `--env`");

    /// <summary>TP7151: no version of Kubernetes, or one that is too old.</summary>
    public static Diagnostic BadKubernetesVersion(string text, string oldest) =>
        Error("TP7151", $"`{text}` is no version of Kubernetes that objects can be rendered for", [$"the oldest is {oldest}"], "write it as `--kubernetes-version 1.34`");

    /// <summary>TP7152: no object of that kind and name.</summary>
    public static Diagnostic NoSuchObject(string id, IEnumerable<string> known) =>
        Error("TP7152", $"there is no object `{id}`", [$"there are {string.Join(", ", known.Take(MostShown))} ..."], "write it as `--explain Deployment/api:spec.replicas`; `towpath render` prints all objects");

    /// <summary>TP7153: the object has no such part.</summary>
    public static Diagnostic NoSuchPart(string id, string path) =>
        Error("TP7153", $"{id} has no `{path}`", ["items of lists count from 0, as in spec.template.spec.containers[0].image"], $"`towpath render --explain {id}` shows all of it");

    private static Diagnostic Error(string code, string headline, string[] notes, string help) => new(code, Severity.Error, headline, Notes: [.. notes], Help: help);
}
