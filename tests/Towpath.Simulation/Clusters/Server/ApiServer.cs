using System.Globalization;
using System.Text.Json.Nodes;

namespace Towpath.Simulation.Clusters.Server;

/// <summary>
/// The simulated API server: questions of HTTP to answers, at once and without faults, which come on the way to it. It knows as much of the real one as the engine relies on: versions,
/// pages, watches, server-side apply with its conflicts, preconditions, namespaces that come and go, fields that never change.
/// </summary>
internal sealed partial class ApiServer(ObjectStore store)
{
    /// <summary>What it keeps.</summary>
    public ObjectStore Store { get; } = store;

    /// <summary>Groups that it does not name yet, since it has only just started.</summary>
    public IReadOnlySet<string> Unnamed { get; set; } = new HashSet<string>();

    /// <summary>Told of each change that somebody asks for, before it is made: what is meant (null where it is not there yet), the question, and who asks.</summary>
    public Action<StoredObject?, ServedKind, ApiQuestion>? Changes { get; set; }

    /// <summary>Answers.</summary>
    public ApiAnswer Answer(ApiQuestion question)
    {
        switch (question.Path)
        {
            case "/version":
                return ApiAnswer.Of(new JsonObject { ["major"] = "1", ["minor"] = "33", ["gitVersion"] = "v1.33.2" });
            case "/readyz":
                return Unnamed.Count == 0 ? new ApiAnswer(200, "ok") : new ApiAnswer(500, "[-]poststarthook/apiservice-registration-controller failed");
            case "/apis":
                return ApiAnswer.Of(Groups());
        }

        var parts = question.Path.Trim('/').Split('/').Select(Uri.UnescapeDataString).ToArray();
        var (group, version, rest) = parts[0] == "api" ? ("", parts[1], parts[2..]) : (parts[1], parts[2], parts[3..]);
        if (rest.Length == 0) return ApiAnswer.Of(ServedKind.ListOf(group, version));
        string? space = null;
        if (rest is ["namespaces", var within, _, ..]) (space, rest) = (within, rest[2..]);
        if (ServedKind.Find(group, version, rest[0]) is not { } kind) return ApiAnswer.Refusal(404, "NotFound", "the server could not find the requested resource");
        return (question.Method, rest) switch
        {
            ("GET", [_]) when question.IsWatch => Watch(question, kind, space),
            ("GET", [_]) => List(question, kind, space),
            ("GET", [_, var name]) => Store.Find(kind, space ?? "", name) is { } found ? new ApiAnswer(200, found.Text) : NotFound(kind, name),
            ("GET", [_, _, "log"]) => new ApiAnswer(200, "a line\n"),
            ("PATCH", [_, var name]) => Apply(question, kind, space ?? "", name),
            ("DELETE", [_, var name]) => Delete(question, kind, space ?? "", name),
            _ => ApiAnswer.Refusal(405, "MethodNotAllowed", "the server does not allow this method on the requested resource"),
        };
    }

    private JsonObject Groups() => new()
    {
        ["kind"] = "APIGroupList",
        ["groups"] = new JsonArray(
        [
            .. ServedKind.Groups.Where(g => !Unnamed.Contains(g)).Select(g =>
            {
                var version = $"{g}/{ServedKind.All.First(k => k.Group == g).Version}";
                return new JsonObject
                {
                    ["name"] = g,
                    ["versions"] = new JsonArray(new JsonObject { ["groupVersion"] = version }),
                    ["preferredVersion"] = new JsonObject { ["groupVersion"] = version },
                };
            }),
        ]),
    };

    private ApiAnswer List(ApiQuestion question, ServedKind kind, string? space)
    {
        var wanted = Selector(question);
        var found = Store.All(kind, space).Where(i => wanted.All(w => i.Label(w.Key) == w.Value)).ToList();
        // A page goes on behind a number of items, at the version of the first page: what was forgotten since can't be gone on with.
        var (from, version) = (0, Store.Version);
        if (question.Query.GetValueOrDefault("continue") is { Length: > 0 } more)
        {
            var parts = more.Split('-');
            (from, version) = (int.Parse(parts[0], CultureInfo.InvariantCulture), long.Parse(parts[1], CultureInfo.InvariantCulture));
            if (version < Store.Forgotten) return ApiAnswer.Refusal(410, "Expired", "The provided continue parameter is too old");
        }

        var limit = int.Parse(question.Query.GetValueOrDefault("limit", "500"), CultureInfo.InvariantCulture);
        var page = found.Skip(from).Take(limit).Select(i => i.Text);
        var next = from + limit < found.Count ? $"{from + limit}-{version}" : "";
        return new ApiAnswer(200, $$"""{"kind":"{{kind.Kind}}List","apiVersion":"{{kind.ApiVersion}}","metadata":{"resourceVersion":"{{version}}","continue":"{{next}}"},"items":[{{string.Join(',', page)}}]}""");
    }

    private ApiAnswer Watch(ApiQuestion question, ServedKind kind, string? space)
    {
        var version = long.Parse(question.Query.GetValueOrDefault("resourceVersion", "0"), CultureInfo.InvariantCulture);
        var length = TimeSpan.FromSeconds(int.Parse(question.Query.GetValueOrDefault("timeoutSeconds", "300"), CultureInfo.InvariantCulture));
        return version < Store.Forgotten
            ? ApiAnswer.Refusal(410, "Expired", $"too old resource version: {version} ({Store.Forgotten})")
            : new ApiAnswer(200, "") { Watch = (kind, space, version, length) };
    }

    private static Dictionary<string, string> Selector(ApiQuestion question) =>
        question.Query.GetValueOrDefault("labelSelector") is { Length: > 0 } text ? text.Split(',').Select(t => t.Split('=')).ToDictionary(t => t[0], t => t[1], StringComparer.Ordinal) : [];

    private static ApiAnswer NotFound(ServedKind kind, string name) => ApiAnswer.Refusal(404, "NotFound", $"{kind.Plural} \"{name}\" not found");
}
