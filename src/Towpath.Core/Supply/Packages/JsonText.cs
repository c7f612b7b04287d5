using System.Text.Json;

namespace Towpath.Core.Supply.Packages;

/// <summary>JSON that somebody else wrote, read without trust in its shape.</summary>
internal static class JsonText
{
    private static readonly JsonDocumentOptions Lenient = new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip, MaxDepth = 64 };

    /// <summary>The object at the top; null, with a warning, where there is none.</summary>
    public static JsonElement? Object(ReadOnlyMemory<byte> json, string path, Action<string> warn)
    {
        try
        {
            if (json.Span.StartsWith("\uFEFF"u8)) json = json[3..];
            using var document = JsonDocument.Parse(json, Lenient);
            if (document.RootElement.ValueKind == JsonValueKind.Object) return document.RootElement.Clone();
            warn($"{path}: no JSON object");
        }
        catch (JsonException e)
        {
            warn($"{path}: no JSON, line {e.LineNumber + 1}");
        }

        return null;
    }

    /// <summary>A text by its key, short enough to be a name; null where it is none.</summary>
    public static string? Text(JsonElement element, string key)
    {
        if (!element.TryGetProperty(key, out var value) || value.ValueKind != JsonValueKind.String) return null;
        try
        {
            return value.GetString() is { Length: > 0 and <= 300 } text ? text : null;
        }
        catch (InvalidOperationException)
        {
            return null; // half of a surrogate pair
        }
    }

    /// <summary>Whether a key is there and true.</summary>
    public static bool IsTrue(JsonElement element, string key) => element.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.True;
}
