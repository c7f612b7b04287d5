using System.Text.Json.Nodes;

namespace Towpath.Simulation.Clusters.Server;

/// <summary>What the API server is asked.</summary>
/// <param name="Method">Of HTTP.</param>
/// <param name="Path">Path without the query.</param>
/// <param name="Query">Parameters.</param>
/// <param name="Body">JSON; null for none.</param>
internal sealed record ApiQuestion(string Method, string Path, IReadOnlyDictionary<string, string> Query, JsonObject? Body)
{
    /// <summary>It asks to be told of changes.</summary>
    public bool IsWatch => Query.GetValueOrDefault("watch") == "true";

    /// <summary>It changes something.</summary>
    public bool IsWrite => Method is "PATCH" or "DELETE" or "POST" && !Query.ContainsKey("dryRun");
}

/// <summary>What it answers.</summary>
/// <param name="Code">Status of HTTP.</param>
/// <param name="Text">JSON.</param>
internal sealed record ApiAnswer(int Code, string Text)
{
    /// <summary>A watch from a version on, in the place of a text.</summary>
    public (ServedKind Kind, string? Space, long Version, TimeSpan Length)? Watch { get; init; }

    /// <summary>An object.</summary>
    public static ApiAnswer Of(JsonObject body) => new(200, body.ToJsonString());

    /// <summary>A refusal.</summary>
    public static ApiAnswer Refusal(int code, string reason, string message, params (string Reason, string Field, string Message)[] causes) => new(code, Status(code, reason, message, causes).ToJsonString());

    /// <summary>A Status object.</summary>
    public static JsonObject Status(int code, string reason, string message, params (string Reason, string Field, string Message)[] causes) => new()
    {
        ["kind"] = "Status",
        ["apiVersion"] = "v1",
        ["status"] = "Failure",
        ["reason"] = reason,
        ["message"] = message,
        ["code"] = code,
        ["details"] = new JsonObject { ["causes"] = new JsonArray([.. causes.Select(c => new JsonObject { ["reason"] = c.Reason, ["field"] = c.Field, ["message"] = c.Message })]) },
    };
}
