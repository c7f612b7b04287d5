using System.Text.Json.Nodes;

namespace Towpath.Core.Kubernetes.Status;

/// <summary>Events about an object.</summary>
internal static class Notes
{
    /// <summary>Those with one of some reasons, the oldest first.</summary>
    public static IEnumerable<JsonObject> Of(ObservedObject observed, JsonObject about, params string[] reasons) =>
        observed.Events.Where(e => reasons.Contains(e.Text("reason")) && IsAbout(e, about)).OrderBy(EventTimes.Last);

    // The API before events.k8s.io calls it involvedObject, the later one regarding.
    private static bool IsAbout(JsonObject note, JsonObject about)
    {
        var named = note.At("involvedObject") ?? note.At("regarding");
        return named.Text("uid") is { Length: > 0 } uid && about.Text("metadata", "uid") is { } own ? uid == own : named.Text("kind") == about.Text("kind") && named.Text("name") == about.Name();
    }
}
