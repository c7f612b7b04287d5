using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Towpath.Core.Kubernetes.Differences;

/// <summary>Differences in words.</summary>
public static class FieldWords
{
    /// <summary>Longest value that is shown, in characters.</summary>
    public const int LongestValue = 400;

    private const int LongestTold = 80;

    private static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The value of a field may never be shown: it is one of a Secret.</summary>
    public static bool IsSecret(string kind, FieldPath path) => kind == "Secret" && !path.IsBelow("metadata", "labels");

    /// <summary>A value on one line, cut where it is too long; null stays null.</summary>
    public static string? Value(JsonNode? value)
    {
        var text = value switch
        {
            null => null,
            JsonValue single when single.GetValueKind() == JsonValueKind.String && !single.GetValue<string>().Any(char.IsControl) => single.GetValue<string>(),
            _ => value.ToJsonString(Json),
        };
        return text is { Length: > LongestValue } ? text[..LongestValue] + " ..." : text;
    }

    /// <summary>A field that somebody changed, in a sentence for the journal: <c>Deployment/api spec.replicas: 3, wanted 2 (changed by kubectl-edit)</c>.</summary>
    /// <param name="subject">Kind and name.</param>
    /// <param name="change">The field.</param>
    /// <param name="managers">Who changed it, where that is known.</param>
    public static string Drifted(string subject, FieldChange change, ImmutableArray<string> managers)
    {
        var who = managers.IsEmpty ? "" : $" (changed by {string.Join(", ", managers)})";
        return MayBeTold(subject.Split('/')[0], change)
            ? $"{subject} {change.Path}: {Told(change.Live)}, wanted {Told(change.Wanted)}{who}"
            : $"{subject} {change.Path} is not as wanted{who}";
    }

    // The journal goes to chats and e-mails. What programs are given may hold a password that somebody set by hand.
    private static bool MayBeTold(string kind, FieldChange change) =>
        kind is not ("Secret" or "ConfigMap") && change is not ({ Live: JsonObject or JsonArray } or { Wanted: JsonObject or JsonArray })
        && !change.Path.Steps.Any(s => s is { Key: "env" or "args" or "command" or "annotations", IsItem: false });

    private static string Told(JsonNode? value) => Value(value) is not { } text ? "nothing" : text.Length <= LongestTold ? text : text[..LongestTold] + " ...";
}
