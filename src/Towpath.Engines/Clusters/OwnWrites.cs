using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Nodes;
using Towpath.Core.Kubernetes.Status;
using Towpath.Engines.Kubernetes;

namespace Towpath.Engines.Clusters;

/// <summary>
/// What was just written to a cluster, so that a view which has not heard of it yet is not believed. Versions grow with each write of a kind
/// (kubernetes.io, API concepts, resource versions); one that is no number is compared as a text, and anything else counts as not heard of.
/// </summary>
/// <param name="time">Clock.</param>
internal sealed class OwnWrites(TimeProvider time)
{
    /// <summary>After that time a view that still has not heard of a write never will: somebody has undone it meanwhile.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<(string ApiVersion, string Kind, string Space, string Name), Write> _writes = new();

    /// <summary>An object was applied.</summary>
    /// <param name="kind">Its kind.</param>
    /// <param name="answer">The object as the server has it now.</param>
    public void Note(ApiKind kind, JsonObject answer) =>
        _writes[Place(kind, answer)] = new Write(kind, answer.Text("metadata", "resourceVersion") ?? "", IsGone: false, time.GetTimestamp());

    /// <summary>An object is being deleted.</summary>
    /// <param name="kind">Its kind.</param>
    /// <param name="subject">The object as it was.</param>
    public void NoteDeleted(ApiKind kind, JsonObject subject) =>
        _writes[Place(kind, subject)] = new Write(kind, subject.Text("metadata", "uid") ?? "", IsGone: true, time.GetTimestamp());

    /// <summary>A view has heard of all that was written to a namespace.</summary>
    /// <param name="view">The view.</param>
    /// <param name="space">The namespace.</param>
    public bool AreKnownTo(ClusterView view, string space)
    {
        var isKnown = true;
        foreach (var (place, write) in _writes.Where(w => w.Key.Space == space))
        {
            if (time.GetElapsedTime(write.At) > Longest || (view.TryFind(write.Kind, place.Space, place.Name, out var item) && Shows(item, write))) _writes.TryRemove(new(place, write));
            else isKnown = false;
        }

        return isKnown;
    }

    private static (string ApiVersion, string Kind, string Space, string Name) Place(ApiKind kind, JsonObject subject) =>
        (kind.ApiVersion, kind.Kind, subject.Text("metadata", "namespace") ?? "", subject.Name());

    // One that is being deleted stays until its pods have ended: that it will go is enough.
    private static bool Shows(JsonObject? item, Write write) => write.IsGone
        ? item is null || item.Text("metadata", "uid") != write.Version || item.Text("metadata", "deletionTimestamp") is not null
        : item is not null && IsAtLeast(item.Text("metadata", "resourceVersion"), write.Version);

    private static bool IsAtLeast(string? version, string written) =>
        version == written
        || (ulong.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out var now)
            && ulong.TryParse(written, NumberStyles.None, CultureInfo.InvariantCulture, out var then) && now >= then);

    /// <summary>A write.</summary>
    /// <param name="Kind">Kind of the object.</param>
    /// <param name="Version">Version after it; of one that was deleted, the object itself.</param>
    /// <param name="IsGone">It was deleted.</param>
    /// <param name="At">When, as a timestamp of the clock.</param>
    private sealed record Write(ApiKind Kind, string Version, bool IsGone, long At);
}
