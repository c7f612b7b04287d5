using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Towpath.Core.Kubernetes.Status;
using Towpath.Engines.Kubernetes.Calls;
using Towpath.Engines.Kubernetes.Streams;

namespace Towpath.Engines.Kubernetes.Watching;

/// <summary>
/// Follows the objects of a kind: lists them, watches from there, and comes back after each break. <see cref="WatchState"/> decides. Nothing is queued: who
/// reads slowly lets the connection fill, and a server that gives up on it is asked again from the last version that was read.
/// </summary>
internal sealed class ObjectWatch(KubernetesClient client, ApiKind kind, ObjectFilter filter)
{
    private const int MaxObject = 16 * 1024 * 1024;

    // The server ends a watch after that time, so silence beyond it says that the connection is dead.
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(15);
    private WatchState _state = WatchState.Start;

    /// <summary>Changes, until it is cancelled.</summary>
    /// <exception cref="KubernetesException">The cluster refuses it for good.</exception>
    public async IAsyncEnumerable<ObjectChange> FollowAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            var move = _state.Next(client.Chance());
            if (move.Wait > TimeSpan.Zero) await Task.Delay(move.Wait, client.Time, cancellationToken);
            var steps = move.Version is null ? ListAsync(cancellationToken) : WatchAsync(move.Version, cancellationToken);
            await using var each = steps.GetAsyncEnumerator(cancellationToken);
            while (true)
            {
                var (change, isMore) = await NextAsync(each);
                if (change is not null) yield return change;
                if (!isMore) break;
            }
        }
    }

    private async Task<(ObjectChange? Change, bool IsMore)> NextAsync(IAsyncEnumerator<ObjectChange?> each)
    {
        try
        {
            var isMore = await each.MoveNextAsync();
            return (isMore ? each.Current : null, isMore);
        }
        catch (KubernetesException failure)
        {
            if (_state.IsOver(failure.Failure, client.Time.GetUtcNow())) throw;
            _state = _state.Failed(failure.Failure);

            // That a version was forgotten is the ordinary course of things.
            return (failure.Failure == ApiFailure.Gone ? null : new ObjectChange.Interrupted(failure, _state.Failures), false);
        }
    }

    private async IAsyncEnumerable<ObjectChange?> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var items = new List<JsonObject>();
        var version = "";
        await foreach (var page in client.PagesOfAsync(kind, filter, KubernetesClient.PageSize, mostAttempts: 1, cancellationToken))
        {
            items.AddRange(page.Items);
            version = page.ResourceVersion;
        }

        _state = WatchState.Listed(version, client.Time.GetUtcNow());
        yield return new ObjectChange.Snapshot(items);
    }

    private async IAsyncEnumerable<ObjectChange?> WatchAsync(string version, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var seconds = Length.TotalSeconds.ToString("0", CultureInfo.InvariantCulture);
        var query = KubernetesClient.Query(filter, $"watch=true&allowWatchBookmarks=true&timeoutSeconds={seconds}&resourceVersion={Uri.EscapeDataString(version)}");
        var request = KubernetesClient.Request(HttpMethod.Get, kind, filter.Namespace, name: null, "watching", query) with { MostAttempts = 1 };
        var began = client.Time.GetTimestamp();
        using var answer = await client.Transport.OpenAsync(request, cancellationToken);
        if (_state.Failures > 0) yield return new ObjectChange.Resumed();
        await using var stream = await answer.Content.ReadAsStreamAsync(cancellationToken);
        var lines = new BoundedLines(stream, MaxObject);
        while (await client.LineAsync(lines, request, Length + Margin, cancellationToken) is { } line)
        {
            if (lines.WasCut) throw new KubernetesException(ApiFailure.BadAnswer, KubernetesDiagnostics.TooLarge(request.Subject, MaxObject));
            if (line.Length > 0) yield return Change(line.Span, request);
        }

        _state = _state.Ended(client.Time.GetElapsedTime(began));
    }

    private ObjectChange? Change(ReadOnlySpan<byte> line, ApiRequest request)
    {
        JsonObject? told;
        try
        {
            told = JsonNode.Parse(line) as JsonObject;
        }
        catch (JsonException)
        {
            // A connection that breaks within an object ends with half a line.
            throw new KubernetesException(ApiFailure.Unreachable, KubernetesDiagnostics.Unreachable(request.Subject, client.Server, "The stream ended within an object."));
        }

        if (told.At("object") is not JsonObject item) return null;
        told!.Remove("object");
        var type = told.Text("type");
        if (type == "ERROR") throw ApiFailures.From(ApiStatus.Read(item, 500), request.Subject, client.Transport.Context);
        _state = _state.Heard(item.Text("metadata", "resourceVersion"), client.Time.GetUtcNow());
        return type switch
        {
            "ADDED" or "MODIFIED" => new ObjectChange.Set(item),
            "DELETED" => new ObjectChange.Removed(item),
            _ => null,
        };
    }
}
