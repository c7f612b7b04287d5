using System.Text.Json.Nodes;

namespace Towpath.Core.Kubernetes.Status;

/// <summary>When an event happened. Two APIs write events, each with times of its own.</summary>
internal static class EventTimes
{
    /// <summary>Its last time; the least one where it has none.</summary>
    public static DateTimeOffset Last(JsonNode? item) =>
        item.Time("series", "lastObservedTime") ?? item.Time("lastTimestamp") ?? item.Time("eventTime") ?? item.Time("firstTimestamp") ?? item.Time("metadata", "creationTimestamp") ?? DateTimeOffset.MinValue;
}
