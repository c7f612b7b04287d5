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

    /// <summary>TP7154: options that mean nothing together.</summary>
    public static Diagnostic OptionsDoNotFit(string headline, string help) => Error("TP7154", headline, ["nothing was written"], help);

    /// <summary>TP7155: files that no rendering wrote, or that were changed since.</summary>
    public static Diagnostic FilesAreNotOurs(string folder, IReadOnlyList<string> paths) => Error(
        "TP7155",
        $"{paths.Count} {(paths.Count == 1 ? "file" : "files")} in {folder} would be written over that no rendering wrote as they are",
        [string.Join(", ", paths.Take(MostShown)) + (paths.Count > MostShown ? " ..." : ""), "nothing was written"],
        "move them away or name another folder; `--force` writes over them");

    /// <summary>TP7156: a repository that no controller could read.</summary>
    public static Diagnostic BadRepository(string url, string why) =>
        Error("TP7156", "the repository of the environments can't be followed", [$"{url}: {why}"], "write it as `--repo https://git.example.com/team/environments.git --branch main`");

    /// <summary>TP7157: steps that a person lets go on, for a controller that asks nobody.</summary>
    public static Diagnostic NobodyIsAsked(Location? place, string service, string environment) => new(
        "TP7157", Severity.Warning, $"Flagger asks nobody before it goes on with {service}", place, "a person lets it go on here",
        [$"in {environment} each step waits for `towpath proceed`; Flagger waits for a webhook of yours, and none is rendered"],
        "use `--progressive argo-rollouts`, which waits for `kubectl argo rollouts promote`, or add a webhook of the type confirm-promotion to the Canary");

    private static Diagnostic Error(string code, string headline, string[] notes, string help) => new(code, Severity.Error, headline, Notes: [.. notes], Help: help);
}
