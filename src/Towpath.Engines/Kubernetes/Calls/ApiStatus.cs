using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Towpath.Core.Kubernetes.Status;

namespace Towpath.Engines.Kubernetes.Calls;

/// <summary>One detail of a refusal.</summary>
/// <param name="Reason">Why in one word: <c>FieldManagerConflict</c>, <c>FieldValueInvalid</c> ...</param>
/// <param name="Field">Path of the field; empty where it is about no single field.</param>
/// <param name="Message">The server's words.</param>
public sealed record ApiCause(string Reason, string Field, string Message);

/// <summary>What the API server says when it refuses: its Status object (meta/v1), or what stands in its place when a proxy answers.</summary>
/// <param name="Code">Status of HTTP.</param>
/// <param name="Reason">Why in one word: <c>Conflict</c>, <c>AlreadyExists</c>, <c>Expired</c> ...; empty where it does not say.</param>
/// <param name="Message">The server's words, shortened.</param>
public sealed record ApiStatus(int Code, string Reason, string Message)
{
    private const int MaxMessage = 2000;
    private const int MaxCauses = 50;

    /// <summary>Details; fifty at most.</summary>
    public ImmutableArray<ApiCause> Causes { get; init; } = [];

    /// <summary>After how long it wants to be asked again.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Reads the body of an answer that is no success.</summary>
    /// <param name="code">Status of HTTP.</param>
    /// <param name="body">The body, perhaps cut.</param>
    /// <param name="isSecret">The request held a secret: a server that can't read it quotes it, so its words are left out.</param>
    public static ApiStatus Read(int code, ReadOnlySpan<byte> body, bool isSecret = false)
    {
        if (Parse(body) is not JsonObject status || status.Text("kind") != "Status")
        {
            return new ApiStatus(code, "", isSecret ? "" : Short(Encoding.UTF8.GetString(body)));
        }

        return Read(status, code, isSecret);
    }

    /// <summary>Reads a Status object, as it comes in an answer, in a watch or at the end of a stream.</summary>
    /// <param name="status">The object.</param>
    /// <param name="code">The code where the object has none.</param>
    /// <param name="isSecret">Its words are left out.</param>
    public static ApiStatus Read(JsonObject status, int code, bool isSecret = false) => new(
        (int)(status.Number("code") ?? code),
        status.Text("reason") ?? "",
        isSecret ? "" : Short(status.Text("message") ?? ""))
    {
        Causes =
        [
            .. status.Items("details", "causes").Take(MaxCauses).Select(c => new ApiCause(
                c.Text("reason") ?? "", c.Text("field") ?? "", isSecret ? "" : Short(c.Text("message") ?? ""))),
        ],
        RetryAfter = status.Number("details", "retryAfterSeconds") is > 0 and <= int.MaxValue and var seconds ? TimeSpan.FromSeconds(seconds) : null,
    };

    private static JsonNode? Parse(ReadOnlySpan<byte> body)
    {
        try
        {
            return JsonNode.Parse(body);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string Short(string text)
    {
        text = text.Trim();
        return text.Length <= MaxMessage ? text : text[..MaxMessage] + " ...";
    }
}
