using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Towpath.Server.Api;

/// <summary>How the API writes and reads JSON: camelCase names, enums by name, absent for null. Shared by server and client, so that they can't differ.</summary>
public static class ApiJson
{
    /// <summary>Media type of a stream with one JSON document per line.</summary>
    public const string LinesMediaType = "application/x-ndjson";

    /// <summary>Media type of an answer that is no success (RFC 9457).</summary>
    public const string ProblemMediaType = "application/problem+json";

    /// <summary>The options; frozen on first use.</summary>
    public static JsonSerializerOptions Options { get; } = Configure(new JsonSerializerOptions(JsonSerializerDefaults.Web));

    /// <summary>Gives other options the same rules.</summary>
    public static JsonSerializerOptions Configure(JsonSerializerOptions options)
    {
        options.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false));
        // Never part of a page, so only what JSON itself asks for is escaped, and people can read it.
        options.Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
        // A number is a number: as text it would be one more form to describe.
        options.NumberHandling = JsonNumberHandling.Strict;
        options.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
        return options;
    }
}
