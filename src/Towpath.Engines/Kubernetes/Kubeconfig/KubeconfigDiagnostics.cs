using System.Collections.Immutable;
using Towpath.Core.Diagnostics;

namespace Towpath.Engines.Kubernetes.Kubeconfig;

/// <summary>Diagnostics of kubeconfig files and of what they name: TP6340 to TP6359. None shows a line of a file or a value of a credential.</summary>
public static class KubeconfigDiagnostics
{
    /// <summary>No file and no service account.</summary>
    public static Diagnostic NoKubeconfig(IEnumerable<string> paths) => Error(
        "TP6340", "No cluster is configured", null, [$"Looked for {string.Join(", ", paths)}, and for the service account of a pod."],
        "Name a kubeconfig with --kubeconfig or KUBECONFIG.");

    /// <summary>A file can't be read.</summary>
    public static Diagnostic FileUnreadable(string path, string problem, Location? named = null) => Error(
        "TP6341", $"{path} can't be read: {problem}", named, [], "Check the path, which is relative to the folder of the kubeconfig that names it, and its rights.");

    /// <summary>Two entries of one file have one name.</summary>
    public static Diagnostic DuplicateEntry(Location place, string kind, string name) => Error(
        "TP6342", $"the {kind} `{name}` stands twice in this file", place, ["Which of them would be meant is not defined."], "Remove one, or rename it.");

    /// <summary>No context is chosen, or one that is not there.</summary>
    public static Diagnostic NoContext(string? name, IEnumerable<string> known, Location? place = null)
    {
        var names = string.Join(", ", known);
        return Error(
            "TP6343", name is null ? "No context is chosen" : $"There is no context `{name}`", place, [names.Length > 0 ? $"There are {names}." : "The kubeconfig has none."],
            "Choose one: `kubectl config use-context NAME`, or name it to Towpath.");
    }

    /// <summary>A context names what is not there.</summary>
    public static Diagnostic MissingReference(Location place, string kind, string? name) => Error(
        "TP6344", name is null ? $"the context names no {kind}" : $"there is no {kind} `{name}`", place, [], $"Add the {kind}, or name one that is there.");

    /// <summary>An address that can't be called.</summary>
    public static Diagnostic BadServer(Location place, string problem) => Error(
        "TP6345", $"this address can't be called: {problem}", place, [], "Write the address of the API server, beginning with https://.");

    /// <summary>The way in which old files name a provider.</summary>
    public static Diagnostic LegacyAuthProvider(Location place, string name) => Error(
        "TP6346", $"the auth-provider `{name}` is not supported", place, ["Kubernetes took these out in 1.26; plugins (`exec`) have taken their place."],
        "Let the provider's program write the kubeconfig anew, or give an `exec` section, for instance gke-gcloud-auth-plugin or kubelogin.");

    /// <summary>Data that is no base64.</summary>
    public static Diagnostic BadBase64(Location place, string key) => Error(
        "TP6347", $"`{key}` is no base64", place, [], "Write the whole PEM file in base64, on one line: `base64 -w0 FILE`.");

    /// <summary>A certificate or key that is none.</summary>
    public static Diagnostic BadCertificate(Location place, string key, string problem) => Error(
        "TP6348", $"`{key}` can't be used: {problem}", place, [], "Give PEM text: the certificate, and the key that belongs to it without a passphrase.");

    /// <summary>A plugin gave no credentials.</summary>
    public static Diagnostic PluginFailed(Location place, string command, string problem, string? hint) => Error(
        "TP6349", $"the plugin `{command}` gave no credentials: {problem}", place, ["What it wrote is not shown, since it may hold secrets."],
        hint ?? "Run it by hand as the kubeconfig says; often a login has ended.");

    /// <summary>A plugin wants a terminal.</summary>
    public static Diagnostic PluginInteractive(Location place, string command) => Error(
        "TP6350", $"the plugin `{command}` needs somebody at a terminal", place, ["Its interactiveMode is Always, and a control plane has no terminal."],
        "Use a plugin that can log in by itself, or a service account's token.");

    /// <summary>A version of plugins that is not spoken.</summary>
    public static Diagnostic BadPluginVersion(Location place, string? version) => Error(
        "TP6351", $"plugins of version `{version ?? "(none)"}` are not spoken", place, [], "Use client.authentication.k8s.io/v1 or v1beta1.");

    /// <summary>The file is something else.</summary>
    public static Diagnostic NotAKubeconfig(Location place, string? kind) => Error(
        "TP6352", kind is null ? "this is no kubeconfig" : $"this is no kubeconfig, but a {kind}", place, [], "Name a file of kind Config, apiVersion v1.");

    /// <summary>Two ways that contradict each other.</summary>
    public static Diagnostic Contradiction(Location place, string one, string other) => Error(
        "TP6353", $"`{one}` and `{other}` contradict each other", place, [], "Keep one of them.");

    /// <summary>A proxy that can't be used.</summary>
    public static Diagnostic BadProxy(Location place) => Error(
        "TP6354", "this proxy can't be used", place, [], "Write http://, https:// or socks5:// with a host and a port.");

    /// <summary>A service account without its files.</summary>
    public static Diagnostic ServiceAccountIncomplete(string path, string problem) => Error(
        "TP6355", $"The service account of this pod can't be used: {path}: {problem}", null, ["KUBERNETES_SERVICE_HOST says that this is a pod."],
        "Mount the service account's token (`automountServiceAccountToken: true`), or name a kubeconfig.");

    private static Diagnostic Error(string code, string headline, Location? place, ImmutableArray<string> notes, string help) =>
        new(code, Severity.Error, headline, place is null ? null : place with { Excerpt = null }, Label: null, notes, help);
}
