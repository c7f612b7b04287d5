using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Towpath.Core.Diagnostics;

/// <summary>Diagnostics as JSON: camel case, severities as words, absent values left out.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ImmutableArray<Diagnostic>))]
[JsonSerializable(typeof(Diagnostic))]
public sealed partial class DiagnosticsJson : JsonSerializerContext
{
    /// <summary>A JSON array of them.</summary>
    public static string Write(ImmutableArray<Diagnostic> diagnostics) => JsonSerializer.Serialize(diagnostics, Default.ImmutableArrayDiagnostic);
}
