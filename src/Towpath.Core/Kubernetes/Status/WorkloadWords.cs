using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;

namespace Towpath.Core.Kubernetes.Status;

/// <summary>What the readers of workloads have in common.</summary>
internal static class WorkloadWords
{
    /// <summary>Null once the controller has seen the last change of the object: before, its status is about another one.</summary>
    public static ObjectVerdict? Unseen(JsonObject item) =>
        item.Text("metadata", "deletionTimestamp") is not null ? new ObjectVerdict(Readiness.InProgress, "it is being deleted")
        : item.Number("status", "observedGeneration") is { } seen && item.Number("metadata", "generation") is { } last && seen < last
            ? new ObjectVerdict(Readiness.InProgress, "its controller has not seen the last change yet")
            : null;

    /// <summary>Pods that an owner made; all of them where the owner has no uid, as in a file.</summary>
    public static ImmutableArray<JsonObject> Owned(IEnumerable<JsonObject> items, JsonObject owner) =>
        owner.Text("metadata", "uid") is { } uid ? [.. items.Where(i => i.Items("metadata", "ownerReferences").Any(o => o.Text("uid") == uid))] : [.. items];

    /// <summary>The worst trouble of some pods: what is final before what may pass, and what has a name before what has none.</summary>
    public static Finding? Worst(IEnumerable<JsonObject> pods, ObservedObject observed) =>
        pods.Where(p => p.Text("metadata", "deletionTimestamp") is null).Select(p => PodTrouble.Find(p, observed)).OfType<Finding>()
            .OrderByDescending(f => f.IsFinal).ThenByDescending(f => f.Cause != StatusCause.None).FirstOrDefault();

    /// <summary>Why a controller can't make pods, from its words; null where it can.</summary>
    public static Finding? Refused(IEnumerable<JsonObject> makers, ObservedObject observed, string? words = null)
    {
        words ??= makers.SelectMany(m => Notes.Of(observed, m, "FailedCreate")).LastOrDefault().Text("message");
        if (words is null) return null;
        var plain = ClusterWords.Plain(words);
        return plain.Contains("exceeded quota", StringComparison.Ordinal) || plain.Contains("failed quota", StringComparison.Ordinal)
            ? new Finding(StatusCause.QuotaExceeded, $"the quota of the namespace stops new pods: {plain}", IsFinal: false)
            : new Finding(StatusCause.AdmissionRefused, $"its pods are refused: {plain}", IsFinal: true);
    }

    /// <summary>How many of how many, with the trouble of those that are missing.</summary>
    public static ObjectVerdict Short(string counted, Finding? trouble) =>
        new(trouble is { IsFinal: true } ? Readiness.Failed : Readiness.InProgress, trouble is null ? counted : $"{counted}: {trouble.Why}", trouble?.Cause ?? StatusCause.None);

    /// <summary>"1 of 3 replicas are ready".</summary>
    public static string Counted(long have, long want, string what) => string.Create(CultureInfo.InvariantCulture, $"{have} of {want} {what}");

    /// <summary>"All 3 replicas are available".</summary>
    public static string All(long want, string one, string many, string how) => want switch
    {
        0 => "it is scaled to nothing",
        1 => $"its {one} is {how}",
        _ => string.Create(CultureInfo.InvariantCulture, $"all {want} {many} are {how}"),
    };
}
