using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Towpath.Core.Kubernetes.Status;

namespace Towpath.Engines.Kubernetes;

/// <summary>A kind that a cluster serves.</summary>
/// <param name="Group">Its group; empty for the first one.</param>
/// <param name="Version">Version of the group.</param>
/// <param name="Kind">Name of the kind: <c>Deployment</c>.</param>
/// <param name="Plural">Its name in paths: <c>deployments</c>.</param>
/// <param name="IsNamespaced">Whether its objects stand in namespaces.</param>
public sealed record ApiKind(string Group, string Version, string Kind, string Plural, bool IsNamespaced)
{
    /// <summary>Group and version as objects say them.</summary>
    public string ApiVersion => Group.Length == 0 ? Version : $"{Group}/{Version}";

    /// <summary>The group of a group and version as objects say them; empty for the first one.</summary>
    public static string GroupOf(string apiVersion) => apiVersion.Split('/') is [var group, _] ? group : "";

    /// <summary>What can be done: <c>get</c>, <c>list</c>, <c>watch</c>, <c>create</c>, <c>patch</c>, <c>delete</c> ...</summary>
    public ImmutableArray<string> Verbs { get; init; } = [];

    /// <summary>Its subresources: <c>scale</c>, <c>status</c>, <c>log</c> ...</summary>
    public ImmutableArray<string> Subresources { get; init; } = [];

    /// <summary>Where its objects are.</summary>
    /// <param name="space">Namespace; null for all, or for a kind without namespaces.</param>
    /// <param name="name">Name of one object; null for all.</param>
    /// <param name="subresource">What of the object.</param>
    /// <exception cref="ArgumentException">A name that can't stand in a path.</exception>
    internal string PathOf(string? space, string? name = null, string? subresource = null)
    {
        var path = Group.Length == 0 ? $"/api/{Version}" : $"/apis/{Group}/{Version}";
        if (IsNamespaced && space is not null) path += "/namespaces/" + Segment(space);
        path += "/" + Plural;
        if (name is not null) path += "/" + Segment(name);
        return subresource is null ? path : $"{path}/{subresource}";
    }

    // What must not be let through is a name that moves the path: the API server's own rule for names in paths.
    private static string Segment(string text) => text is "" or "." or ".." || text.Contains('/', StringComparison.Ordinal) || text.Contains('%', StringComparison.Ordinal)
        ? throw new ArgumentException($"\"{text}\" is no name of an object", nameof(text))
        : Uri.EscapeDataString(text);
}

/// <summary>All kinds that a cluster serves.</summary>
/// <param name="Kinds">Of each group the preferred version first; fifty thousand at most.</param>
/// <param name="Silent">Groups, with their versions, that did not answer: what they serve is not known.</param>
/// <param name="IsReady">The server had started whole before it was asked; otherwise a group that it does not name may be there all the same.</param>
public sealed record ServedKinds(ImmutableArray<ApiKind> Kinds, ImmutableArray<string> Silent, bool IsReady)
{
    internal const int MostKinds = 50_000;

    /// <summary>One of some groups of which it is not known what they serve; null where all is known.</summary>
    internal string? Unknown(IReadOnlyCollection<string> groups) =>
        Silent.FirstOrDefault(version => groups.Contains(ApiKind.GroupOf(version))) ?? (IsReady ? null : groups.FirstOrDefault(group => Kinds.All(k => k.Group != group)));

    /// <summary>The kind of an object, or null where that version of it is not served.</summary>
    public ApiKind? Find(string apiVersion, string kind) => Kinds.FirstOrDefault(k => k.Kind == kind && k.ApiVersion == apiVersion);

    /// <summary>The versions of a kind, of whatever group, the preferred one of each group first.</summary>
    public ImmutableArray<ApiKind> Versions(string kind) => [.. Kinds.Where(k => k.Kind == kind)];

    /// <summary>Reads one APIResourceList.</summary>
    internal static IEnumerable<ApiKind> Read(JsonNode? list)
    {
        var groupVersion = list.Text("groupVersion") ?? "";
        var (group, version) = groupVersion.Split('/') is [var g, var v] ? (g, v) : ("", groupVersion);
        ImmutableArray<JsonObject> resources = [.. list.Items("resources")];
        foreach (var resource in resources)
        {
            if (resource.Text("name") is not { } name || resource.Text("kind") is not { } kind || name.Contains('/', StringComparison.Ordinal)) continue;
            yield return new ApiKind(group, version, kind, name, resource.Flag("namespaced"))
            {
                Verbs = [.. (resource.At("verbs") as JsonArray ?? []).Select(v => v?.ToString()).OfType<string>()],
                Subresources = [.. resources.Select(r => r.Text("name") ?? "").Where(r => r.StartsWith(name + "/", StringComparison.Ordinal)).Select(r => r[(name.Length + 1)..])],
            };
        }
    }
}

/// <summary>Version of a cluster.</summary>
/// <param name="Major">First number.</param>
/// <param name="Minor">Second number.</param>
/// <param name="Text">All of it: <c>v1.33.2-gke.100</c>.</param>
public sealed record ClusterVersion(int Major, int Minor, string Text)
{
    /// <summary>Reads the answer of <c>/version</c>; providers write <c>"minor": "33+"</c>.</summary>
    internal static ClusterVersion? Read(JsonNode? answer) =>
        Number(answer.Text("major")) is { } major && Number(answer.Text("minor")) is { } minor ? new ClusterVersion(major, minor, answer.Text("gitVersion") ?? $"v{major}.{minor}") : null;

    private static int? Number(string? text) => int.TryParse(new string([.. (text ?? "").TakeWhile(char.IsAsciiDigit)]), out var number) ? number : null;
}
