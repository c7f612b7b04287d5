using System.Text.Json.Nodes;
using Towpath.Core.Kubernetes.Status;

namespace Towpath.Simulation.Clusters.Server;

/// <summary>Server-side apply and deletion.</summary>
internal sealed partial class ApiServer
{
    /// <summary>Told of each object that somebody wants to be gone, before anything is done: it decides how pods and namespaces go.</summary>
    public Action<StoredObject, string>? Deletes { get; set; }

    private ApiAnswer Apply(ApiQuestion question, ServedKind kind, string space, string name)
    {
        var (manager, isForced, isDry) = (question.Query["fieldManager"], question.Query.GetValueOrDefault("force") == "true", question.Query.ContainsKey("dryRun"));
        var given = question.Body!;
        var live = Store.Find(kind, space, name);
        if (live is null && Room(kind, space) is { } refused) return refused;
        if (!isDry) Changes?.Invoke(live, kind, question);
        if (live is null)
        {
            var body = (JsonObject)given.DeepClone();
            body["metadata"]!["name"] = name;
            if (kind.IsNamespaced) body["metadata"]!["namespace"] = space;
            if (isDry) return ApiAnswer.Of(body);
            if (kind == ServedKind.Namespace) body["status"] = new JsonObject { ["phase"] = "Active" };
            var made = Store.Add(kind, body);
            made.Owners[manager] = [.. FieldSets.Leaves(given).Select(l => l.Path)];
            return new ApiAnswer(201, made.Text);
        }

        return Merge(live, given, manager, isForced, isDry);
    }

    private ApiAnswer Merge(StoredObject live, JsonObject given, string manager, bool isForced, bool isDry)
    {
        var leaves = FieldSets.Leaves(given);
        var differing = leaves.Where(l => !FieldSets.IsSame(FieldSets.Get(live.Body, l.Path), l.Value)).ToList();
        var held = differing.SelectMany(d => live.Owners.Where(o => o.Key != manager && o.Value.Contains(d.Path)).Select(o => (d.Path, Manager: o.Key))).ToList();
        if (held.Count > 0 && !isForced)
        {
            return ApiAnswer.Refusal(409, "Conflict", $"Apply failed with {held.Count} conflicts", [.. held.Select(h => ("FieldManagerConflict", "." + h.Path.Replace('\n', '.'), $"conflict with \"{h.Manager}\""))]);
        }

        var paths = leaves.Select(l => l.Path).ToHashSet(StringComparer.Ordinal);
        var dropped = live.Owners.GetValueOrDefault(manager, []).Where(p => !paths.Contains(p) && !live.Owners.Any(o => o.Key != manager && o.Value.Contains(p))).Order(StringComparer.Ordinal).ToList();
        var body = (JsonObject)live.Body.DeepClone();
        foreach (var (path, value) in differing) FieldSets.Set(body, path, value);
        foreach (var path in dropped) FieldSets.Remove(body, path);
        if (Unchangeable(live, body) is { } refusal) return refusal;
        if (isDry) return ApiAnswer.Of(body);
        foreach (var owner in live.Owners.Where(o => o.Key != manager)) owner.Value.ExceptWith(differing.Select(d => d.Path));
        live.Owners[manager] = paths;
        if (JsonNode.DeepEquals(live.Body, body)) return new ApiAnswer(200, live.Text);
        Keep(live, body);
        return new ApiAnswer(200, live.Text);
    }

    /// <summary>Somebody changes a field with another program: it is theirs from then on.</summary>
    public void Edit(StoredObject live, string path, JsonNode? value, string manager)
    {
        var body = (JsonObject)live.Body.DeepClone();
        FieldSets.Set(body, path, value);
        foreach (var owner in live.Owners.Values) owner.Remove(path);
        if (!live.Owners.TryGetValue(manager, out var own)) live.Owners[manager] = own = new HashSet<string>(StringComparer.Ordinal);
        own.Add(path);
        Keep(live, body);
    }

    /// <summary>Somebody takes a change back, and holds the field no longer.</summary>
    public void TakeBack(StoredObject live, string path, JsonNode? before, string manager)
    {
        if (!live.Owners.TryGetValue(manager, out var own) || !own.Remove(path)) return;
        var body = (JsonObject)live.Body.DeepClone();
        FieldSets.Set(body, path, before);
        Keep(live, body);
    }

    private void Keep(StoredObject live, JsonObject body)
    {
        if (!JsonNode.DeepEquals(live.Body["spec"], body["spec"])) body["metadata"]!["generation"] = (live.Body.Number("metadata", "generation") ?? 0) + 1;
        live.Body = body;
        Store.Touch(live);
    }

    private ApiAnswer Delete(ApiQuestion question, ServedKind kind, string space, string name)
    {
        if (Store.Find(kind, space, name) is not { } live) return NotFound(kind, name);
        if (question.Body.Text("preconditions", "uid") is { } uid && uid != live.Uid)
        {
            return ApiAnswer.Refusal(409, "Conflict", $"Precondition failed: UID in precondition: {uid}, UID in object meta: {live.Uid}");
        }

        Changes?.Invoke(live, kind, question);
        Deletes!(live, question.Body.Text("propagationPolicy") ?? "Background");
        return new ApiAnswer(200, live.IsGone ? """{"kind":"Status","apiVersion":"v1","status":"Success"}""" : live.Text);
    }

    private ApiAnswer? Room(ServedKind kind, string space) => !kind.IsNamespaced ? null
        : Store.Find(ServedKind.Namespace, "", space) is not { } room ? NotFound(ServedKind.Namespace, space)
        : room.IsLeaving ? ApiAnswer.Refusal(403, "Forbidden", $"unable to create new content in namespace {space} because it is being terminated", ("NamespaceTerminating", "metadata.namespace", $"namespace {space} is being terminated"))
        : null;

    private static ApiAnswer? Unchangeable(StoredObject live, JsonObject body)
    {
        string[] fields = live.Kind.Kind switch
        {
            "Job" => ["template", "selector"],
            "Deployment" => ["selector"],
            "StatefulSet" => ["selector", "serviceName", "podManagementPolicy", "volumeClaimTemplates"],
            _ => [],
        };
        return Array.Find(fields, f => !JsonNode.DeepEquals(live.Body.At("spec", f), body.At("spec", f))) is { } field
            ? ApiAnswer.Refusal(422, "Invalid", $"{live.Kind.Kind} \"{live.Name}\" is invalid: spec.{field}: field is immutable", ("FieldValueInvalid", $"spec.{field}", "field is immutable"))
            : null;
    }
}
