using System.Text.Json.Serialization;

namespace Towpath.Core.Journal;

/// <summary>Facts as JSON: the form in which they are stored and sent.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(Fact))]
public sealed partial class JournalJson : JsonSerializerContext;
