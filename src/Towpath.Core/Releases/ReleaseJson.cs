using System.Text.Json.Serialization;
using Towpath.Core.Applications;

namespace Towpath.Core.Releases;

/// <summary>
/// Releases and the application model as JSON. Derived properties (<see cref="Service.IsStateful"/>) are left out: they
/// follow from the others, and a change of a rule must not change a hash.
/// </summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    IgnoreReadOnlyProperties = true,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(Release))]
[JsonSerializable(typeof(Application))]
[JsonSerializable(typeof(Ladder))]
public sealed partial class ReleaseJson : JsonSerializerContext;
