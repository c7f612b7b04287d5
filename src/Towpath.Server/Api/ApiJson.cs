using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

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

    /// <summary>
    /// As <see cref="Configure"/>, for what is asked of this server: a member that can't be null must be there and must not be null, as the description says. Answers are read without that,
    /// since a newer server may leave out what an older client knows.
    /// </summary>
    public static void ConfigureStrictly(JsonSerializerOptions options) =>
        Configure(options).TypeInfoResolver = (options.TypeInfoResolver ?? new DefaultJsonTypeInfoResolver()).WithAddedModifier(static type =>
        {
            var demanded = type.Properties.Where(p => !p.PropertyType.IsValueType && p.AssociatedParameter is { IsNullable: false, HasDefaultValue: false }).ToList();
            foreach (var property in demanded) property.IsRequired = true;

            // The serializer's own rule would hold for answers too, and change how they are described.
            if (demanded.Count > 0) type.OnDeserialized = read =>
            {
                if (demanded.Find(p => p.Get?.Invoke(read) is null) is { } missing) throw new JsonException($"`{missing.Name}` must not be null");
            };
        });
}
