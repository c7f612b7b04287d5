using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json.Nodes;
using Towpath.Core.Kubernetes.Status;
using Towpath.Engines.Kubernetes.Calls;

namespace Towpath.Engines.Kubernetes;

/// <summary>Which objects to list.</summary>
/// <param name="Namespace">Namespace; null for all.</param>
/// <param name="Labels">Selector of labels: <c>app=shop,tier!=web</c>; null for all.</param>
/// <param name="Fields">Selector of fields: <c>metadata.name=api</c>; null for all.</param>
public sealed record ObjectFilter(string? Namespace = null, string? Labels = null, string? Fields = null);

/// <summary>Objects of one moment.</summary>
/// <param name="Items">The objects, with their kind and apiVersion.</param>
/// <param name="ResourceVersion">The moment, from which a watch goes on.</param>
public sealed record ObjectList(IReadOnlyList<JsonObject> Items, string ResourceVersion);

/// <summary>How an apply goes.</summary>
/// <param name="Manager">Name under which the cluster remembers who owns the fields.</param>
/// <param name="Force">Takes fields that another manager owns.</param>
/// <param name="DryRun">Judges and answers as if it were done, and changes nothing.</param>
public sealed record ApplyOptions(string Manager, bool Force = false, bool DryRun = false);

/// <summary>What happens to the objects that an object owns.</summary>
public enum Propagation
{
    /// <summary>They go after it.</summary>
    Background,

    /// <summary>They go before it.</summary>
    Foreground,

    /// <summary>They stay.</summary>
    Orphan,
}

/// <summary>How a deletion goes.</summary>
/// <param name="Propagation">What happens to what it owns.</param>
/// <param name="Uid">It must be this one: not another of the same name.</param>
/// <param name="ResourceVersion">It must not have changed.</param>
/// <param name="GraceSeconds">How long a pod may take to end; null for its own setting.</param>
public sealed record DeleteOptions(Propagation Propagation = Propagation.Background, string? Uid = null, string? ResourceVersion = null, int? GraceSeconds = null);

/// <summary>Calls about objects.</summary>
public sealed partial class KubernetesClient
{
    /// <summary>Objects in one page of a list.</summary>
    public const int PageSize = 500;

    private const int MostRestarts = 3;

    /// <summary>An object, or null where there is none.</summary>
    public async Task<JsonObject?> FindAsync(ApiKind kind, string? space, string name, CancellationToken cancellationToken)
    {
        try
        {
            return await JsonAsync(Request(HttpMethod.Get, kind, space, name, "reading"), cancellationToken);
        }
        catch (KubernetesException failure) when (failure.Failure == ApiFailure.NotFound)
        {
            return null;
        }
    }

    /// <summary>All objects of a kind, page by page; when the cluster forgets where the list began, from the start.</summary>
    /// <param name="kind">The kind.</param>
    /// <param name="filter">Which of them.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <param name="pageSize">Objects in one page.</param>
    public async Task<ObjectList> ListAsync(ApiKind kind, ObjectFilter filter, CancellationToken cancellationToken, int pageSize = PageSize)
    {
        for (var restart = 0; ; restart++)
        {
            try
            {
                return await PagesAsync(kind, filter, pageSize, cancellationToken);
            }
            catch (KubernetesException failure) when (failure.Failure == ApiFailure.Gone && restart < MostRestarts)
            {
            }
        }
    }

    /// <summary>Creates an object.</summary>
    /// <exception cref="KubernetesException">With <see cref="ApiFailure.AlreadyExists"/> where there is one of that name.</exception>
    public Task<JsonObject> CreateAsync(ApiKind kind, string? space, JsonObject body, string manager, CancellationToken cancellationToken, bool dryRun = false)
    {
        var request = Request(HttpMethod.Post, kind, space, name: null, $"creating {Shown(kind, space, body.Name())}", $"fieldManager={Escaped(manager)}{(dryRun ? "&dryRun=All" : "")}");
        return JsonAsync(request with { Subject = $"creating {Shown(kind, space, body.Name())}", Body = Bytes(body) }, cancellationToken);
    }

    /// <summary>Server-side apply: the object has these fields afterwards, those that the manager gave before and not now are gone, others stay.</summary>
    /// <param name="kind">The kind.</param>
    /// <param name="space">Namespace; null for a kind without.</param>
    /// <param name="body">The fields, with apiVersion, kind and name.</param>
    /// <param name="options">Who applies, and how.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="KubernetesException">With <see cref="ApiFailure.Conflict"/> and the managers' names where others own fields.</exception>
    public Task<JsonObject> ApplyAsync(ApiKind kind, string? space, JsonObject body, ApplyOptions options, CancellationToken cancellationToken)
    {
        var query = $"fieldManager={Escaped(options.Manager)}&force={(options.Force ? "true" : "false")}{(options.DryRun ? "&dryRun=All" : "")}";
        var request = Request(HttpMethod.Patch, kind, space, body.Name(), options.DryRun ? "trying" : "applying", query);

        // JSON is YAML too, which is what this type of content asks for.
        return JsonAsync(request with { Body = Bytes(body), ContentType = "application/apply-patch+yaml" }, cancellationToken);
    }

    /// <summary>Changes fields of an object by a JSON merge patch (RFC 7396).</summary>
    public Task<JsonObject> MergeAsync(ApiKind kind, string? space, string name, JsonObject patch, string manager, CancellationToken cancellationToken, string? subresource = null)
    {
        var request = Request(HttpMethod.Patch, kind, space, name, "changing", $"fieldManager={Escaped(manager)}", subresource);
        return JsonAsync(request with { Body = Bytes(patch), ContentType = "application/merge-patch+json" }, cancellationToken);
    }

    /// <summary>Sets the number of replicas.</summary>
    public Task<JsonObject> ScaleAsync(ApiKind kind, string? space, string name, int replicas, string manager, CancellationToken cancellationToken) =>
        MergeAsync(kind, space, name, new JsonObject { ["spec"] = new JsonObject { ["replicas"] = replicas } }, manager, cancellationToken, "scale");

    /// <summary>Begins the deletion of an object.</summary>
    /// <returns>False where there was none.</returns>
    /// <exception cref="KubernetesException">With <see cref="ApiFailure.Conflict"/> where it is another one than meant.</exception>
    public async Task<bool> DeleteAsync(ApiKind kind, string? space, string name, DeleteOptions options, CancellationToken cancellationToken)
    {
        var body = new JsonObject { ["kind"] = "DeleteOptions", ["apiVersion"] = "v1", ["propagationPolicy"] = options.Propagation.ToString() };
        if (options.GraceSeconds is { } grace) body["gracePeriodSeconds"] = grace;
        var conditions = new JsonObject();
        if (options.Uid is { } uid) conditions["uid"] = uid;
        if (options.ResourceVersion is { } version) conditions["resourceVersion"] = version;
        if (conditions.Count > 0) body["preconditions"] = conditions;
        try
        {
            await JsonAsync(Request(HttpMethod.Delete, kind, space, name, "deleting") with { Body = Bytes(body) }, cancellationToken);
            return true;
        }
        catch (KubernetesException failure) when (failure.Failure == ApiFailure.NotFound)
        {
            return false;
        }
    }

    /// <summary>What the cluster noted about an object, the oldest first.</summary>
    public async Task<IReadOnlyList<JsonObject>> EventsAsync(JsonObject about, CancellationToken cancellationToken)
    {
        var events = new ApiKind("", "v1", "Event", "events", IsNamespaced: true);
        var fields = about.Text("metadata", "uid") is { } uid ? $"involvedObject.uid={uid}" : $"involvedObject.kind={about.Text("kind")},involvedObject.name={about.Name()}";
        var list = await ListAsync(events, new ObjectFilter(about.Text("metadata", "namespace") ?? "default", Fields: fields), cancellationToken);
        return [.. list.Items.OrderBy(EventTimes.Last)];
    }

    internal async IAsyncEnumerable<(IEnumerable<JsonObject> Items, string ResourceVersion)> PagesOfAsync(
        ApiKind kind, ObjectFilter filter, int pageSize, int mostAttempts, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string? next = null;
        do
        {
            var query = $"limit={pageSize.ToString(CultureInfo.InvariantCulture)}{(next is null ? "" : "&continue=" + Escaped(next))}";
            var request = Request(HttpMethod.Get, kind, filter.Namespace, name: null, "listing", Query(filter, query)) with { MostAttempts = mostAttempts, Bound = TimeSpan.FromSeconds(60) };
            var page = await JsonAsync(request, cancellationToken);
            next = page.Text("metadata", "continue") is { Length: > 0 } more ? more : null;
            yield return (page.Items("items").Select(item => WithKind(item, kind)), page.Text("metadata", "resourceVersion") ?? "");
        }
        while (next is not null);
    }

    private async Task<ObjectList> PagesAsync(ApiKind kind, ObjectFilter filter, int pageSize, CancellationToken cancellationToken)
    {
        var items = new List<JsonObject>();
        var version = "";
        await foreach (var page in PagesOfAsync(kind, filter, pageSize, CallRetries.MostAttempts, cancellationToken))
        {
            items.AddRange(page.Items);
            version = page.ResourceVersion;
        }

        return new ObjectList(items, version);
    }

    internal static ApiRequest Request(HttpMethod method, ApiKind kind, string? space, string? name, string doing, string query = "", string? subresource = null) =>
        new(method, kind.PathOf(space, name, subresource) + (query.Length > 0 ? "?" + query : ""), $"{doing} {Shown(kind, space, name)}")
        {
            IsSecret = kind is { Group: "", Plural: "secrets" },
        };

    internal static string Query(ObjectFilter filter, string query)
    {
        var all = new StringBuilder(query);
        if (filter.Labels is { } labels) all.Append("&labelSelector=").Append(Escaped(labels));
        if (filter.Fields is { } fields) all.Append("&fieldSelector=").Append(Escaped(fields));
        return all.ToString();
    }

    // Items of a list come without kind and apiVersion.
    private static JsonObject WithKind(JsonObject item, ApiKind kind)
    {
        item["apiVersion"] ??= kind.ApiVersion;
        item["kind"] ??= kind.Kind;
        return item;
    }

    private static string Shown(ApiKind kind, string? space, string? name) => (name, space) switch
    {
        (null or "", null) => $"all {kind.Plural}",
        (null or "", _) => $"{kind.Plural} of {space}",
        (_, null) => $"{kind.Kind} {name}",
        _ => $"{kind.Kind} {space}/{name}",
    };

    private static string Escaped(string text) => Uri.EscapeDataString(text);

    private static byte[] Bytes(JsonObject body) => Encoding.UTF8.GetBytes(body.ToJsonString());
}
