using System.Text.Json;
using System.Text.Json.Nodes;
using Towpath.Core.Kubernetes.Status;
using Towpath.Engines.Kubernetes.Calls;
using Towpath.Engines.Kubernetes.Kubeconfig;

namespace Towpath.Engines.Kubernetes;

/// <summary>
/// A thin client of the Kubernetes API. Objects are JSON as the server shows them, so that fields of later versions survive. Every call is bounded in time
/// and size, can be cancelled, and fails with <see cref="KubernetesException"/>. Safe for several threads.
/// </summary>
public sealed partial class KubernetesClient : IDisposable
{
    private static readonly TimeSpan KindsAge = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan MissAge = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan SilentAge = TimeSpan.FromSeconds(1);
    private readonly ApiTransport _transport;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _ending = new();
    private readonly Lock _turn = new();
    private readonly KubernetesClient? _front;
    private readonly Lazy<KubernetesClient> _background;
    private volatile Discovered? _discovered;
    private volatile Versioned? _version;
    private Task<Discovered>? _discovering;

    /// <summary>A client of one cluster.</summary>
    /// <param name="access">The server and the credentials.</param>
    /// <param name="time">Clock and pauses.</param>
    /// <param name="chance">Random numbers from 0 to 1, for pauses between attempts.</param>
    public KubernetesClient(ClusterAccess access, TimeProvider time, Func<double> chance)
        : this(new ApiTransport(access, time, chance), access.Namespace, time, chance)
    {
    }

    internal KubernetesClient(ApiTransport transport, string space, TimeProvider time, Func<double> chance) =>
        (_transport, Namespace, _time, Chance, _background) = (transport, space, time, chance, new(() => new KubernetesClient(this)));

    private KubernetesClient(KubernetesClient front)
        : this(front._transport, front.Namespace, front._time, front.Chance) => _front = front;

    /// <summary>The same cluster for what nobody waits for: its calls for objects are made while a call is left that nobody else waits for. It goes with this one.</summary>
    public KubernetesClient Background => _front is null ? _background.Value : this;

    /// <summary>Namespace of the context.</summary>
    public string Namespace { get; }

    /// <summary>Address of the API server.</summary>
    public string Server => _transport.Server;

    internal Func<double> Chance { get; }

    internal TimeProvider Time => _time;

    internal ApiTransport Transport => _transport;

    /// <summary>Version of the cluster, as it was at most ten minutes ago.</summary>
    public async Task<ClusterVersion> VersionAsync(CancellationToken cancellationToken)
    {
        const string subject = "asking for its version";
        if (_front is not null) return await _front.VersionAsync(cancellationToken);
        if (_version is { } known && _time.GetElapsedTime(known.At) < KindsAge) return known.Version;
        var version = ClusterVersion.Read(await JsonAsync(new ApiRequest(HttpMethod.Get, "/version", subject), cancellationToken)) ?? throw Bad(subject, "It tells no version.");
        _version = new Versioned(version, _time.GetTimestamp());
        return version;
    }

    /// <summary>All kinds that the cluster serves, as they were at most ten minutes ago.</summary>
    /// <param name="groups">Groups that must have answered; of others, those whose own servers are away are left out.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="KubernetesException">One of the groups does not answer: what it serves can't be said.</exception>
    public async Task<ServedKinds> KindsAsync(IReadOnlyCollection<string> groups, CancellationToken cancellationToken)
    {
        var kinds = (await DiscoverAsync(KindsAge, cancellationToken)).Kinds;
        if (kinds.Unknown(groups) is null) return kinds;
        kinds = (await DiscoverAsync(SilentAge, cancellationToken)).Kinds;
        return kinds.Unknown(groups) is { } unknown
            ? throw new KubernetesException(ApiFailure.Busy, KubernetesDiagnostics.Busy($"asking for the kinds of {unknown}", 503, "That group does not answer, or the server has only just started."))
            : kinds;
    }

    /// <summary>A kind, or null where the cluster does not serve it.</summary>
    /// <exception cref="KubernetesException">Its group does not answer.</exception>
    public async Task<ApiKind?> FindKindAsync(string apiVersion, string kind, CancellationToken cancellationToken) =>
        (await KindsAsync([ApiKind.GroupOf(apiVersion)], cancellationToken)).Find(apiVersion, kind);

    /// <summary>A kind. One that is not known is looked for once more, since its definition may have come just now.</summary>
    /// <exception cref="KubernetesException">The cluster does not serve it, or its group does not answer.</exception>
    public async Task<ApiKind> KindAsync(string apiVersion, string kind, CancellationToken cancellationToken)
    {
        if (await FindKindAsync(apiVersion, kind, cancellationToken) is { } known) return known;
        await DiscoverAsync(MissAge, cancellationToken);
        var kinds = await KindsAsync([ApiKind.GroupOf(apiVersion)], cancellationToken);
        return kinds.Find(apiVersion, kind)
            ?? throw new KubernetesException(ApiFailure.NotFound, KubernetesDiagnostics.KindNotServed(apiVersion, kind, kinds.Versions(kind).Select(k => k.ApiVersion)));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _ending.Cancel();
        if (_front is null) _transport.Dispose();
        _ending.Dispose();
    }

    internal async Task<JsonObject> JsonAsync(ApiRequest request, CancellationToken cancellationToken)
    {
        var answer = await _transport.CallAsync(request with { IsInBackground = _front is not null }, cancellationToken);
        try
        {
            return JsonNode.Parse(answer) as JsonObject ?? throw Bad(request.Subject, "Its answer is no JSON object.");
        }
        catch (JsonException)
        {
            throw Bad(request.Subject, "Its answer is no JSON.");
        }
    }

    private KubernetesException Bad(string subject, string words) => new(ApiFailure.BadAnswer, KubernetesDiagnostics.NotUnderstood(subject, Server, words));

    /// <summary>One question at a time: whoever comes meanwhile gets its answer too, or its failure.</summary>
    private async Task<Discovered> DiscoverAsync(TimeSpan age, CancellationToken cancellationToken)
    {
        if (_front is not null) return await _front.DiscoverAsync(age, cancellationToken);
        Task<Discovered> asking;
        lock (_turn)
        {
            if (_discovered is { } found && _time.GetElapsedTime(found.At) < age) return found;
            asking = _discovering is { IsCompleted: false } running ? running : _discovering = AskAsync();
        }

        return await asking.WaitAsync(cancellationToken);
    }

    private async Task<Discovered> AskAsync() => _discovered = new Discovered(await ServedAsync(_ending.Token), _time.GetTimestamp());

    private async Task<ServedKinds> ServedAsync(CancellationToken cancellationToken)
    {
        // Asked before: a server that becomes ready between the two questions would otherwise be believed that it serves only a part.
        var isReady = await IsReadyAsync(cancellationToken);
        var groups = await JsonAsync(new ApiRequest(HttpMethod.Get, "/apis", "asking for the groups that it serves"), cancellationToken);
        List<string> versions = ["v1"];
        foreach (var group in groups.Items("groups"))
        {
            var preferred = group.Text("preferredVersion", "groupVersion");
            versions.AddRange(group.Items("versions").Select(v => v.Text("groupVersion")).OfType<string>().OrderByDescending(v => v == preferred));
        }

        var lists = new (IEnumerable<ApiKind> Kinds, string? Silent)[versions.Count];
        var options = new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = cancellationToken, TaskScheduler = TaskScheduler.Current };
        await Parallel.ForAsync(0, versions.Count, options, async (i, token) => lists[i] = await ServedAsync(versions[i], token));
        return new ServedKinds([.. lists.SelectMany(l => l.Kinds).Take(ServedKinds.MostKinds)], [.. lists.Select(l => l.Silent).OfType<string>()], isReady);
    }

    // A server that starts answers before it has heard of all of its groups (kubernetes.io, API health endpoints). One that does not tell is believed.
    private async Task<bool> IsReadyAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _transport.CallAsync(new ApiRequest(HttpMethod.Get, "/readyz", "asking whether it is ready") { MostAttempts = 1 }, cancellationToken);
            return true;
        }
        catch (KubernetesException failure) when (failure.Failure is ApiFailure.Busy or ApiFailure.TimedOut)
        {
            return false;
        }
        catch (KubernetesException failure) when (failure.Failure is ApiFailure.Forbidden or ApiFailure.NotFound)
        {
            return true;
        }
    }

    // A group whose own API server is away must not hide all others.
    private async Task<(IEnumerable<ApiKind> Kinds, string? Silent)> ServedAsync(string version, CancellationToken cancellationToken)
    {
        var path = version.Contains('/', StringComparison.Ordinal) ? $"/apis/{version}" : $"/api/{version}";
        try
        {
            var list = await JsonAsync(new ApiRequest(HttpMethod.Get, path, $"asking for the kinds of {version}") { MostAttempts = 2 }, cancellationToken);
            return (ServedKinds.Read(list), null);
        }
        catch (KubernetesException failure) when (failure.Failure == ApiFailure.NotFound && version != "v1")
        {
            // It went between the two questions.
            return ([], null);
        }
        catch (KubernetesException failure) when (failure.Failure is ApiFailure.Busy or ApiFailure.TimedOut && version != "v1")
        {
            return ([], version);
        }
    }

    private sealed record Discovered(ServedKinds Kinds, long At);

    private sealed record Versioned(ClusterVersion Version, long At);
}
