using System.Text.Json;

namespace Towpath.Core.Identity.OpenId;

/// <summary>JSON objects of a provider: nothing twice, nothing deep.</summary>
internal static class StrictJson
{
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 16, AllowDuplicateProperties = false };

    /// <summary>The object, or null where the bytes are none.</summary>
    public static JsonElement? Object(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            using var document = JsonDocument.Parse(bytes, Options);
            return document.RootElement.ValueKind == JsonValueKind.Object ? document.RootElement.Clone() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>A text, or null where it is not there or something else.</summary>
    public static string? Text(this JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    /// <summary>A list of texts, or one alone; null where it is not there or holds something else.</summary>
    public static IReadOnlyList<string>? Texts(this JsonElement element, string name)
    {
        if (!element.TryGetProperty(name, out var value)) return null;
        if (value.ValueKind == JsonValueKind.String) return [value.GetString()!];
        if (value.ValueKind != JsonValueKind.Array || value.EnumerateArray().Any(item => item.ValueKind != JsonValueKind.String)) return null;
        return [.. value.EnumerateArray().Select(item => item.GetString()!)];
    }

    /// <summary>A time in seconds since 1970 (RFC 7519, NumericDate), or null.</summary>
    public static DateTimeOffset? Time(this JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var seconds) && seconds is >= 0 and < 100_000_000_000
            ? DateTimeOffset.UnixEpoch.AddSeconds(seconds) : null;
}
