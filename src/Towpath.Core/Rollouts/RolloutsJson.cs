using System.Text.Json;
using System.Text.Json.Serialization;

namespace Towpath.Core.Rollouts;

/// <summary>The stored forms of what machines remember.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(DeploymentState))]
[JsonSerializable(typeof(UpkeepState))]
public sealed partial class RolloutsJson : JsonSerializerContext
{
    /// <summary>To text.</summary>
    public static string Write(DeploymentState state) => JsonSerializer.Serialize(state, Default.DeploymentState);

    /// <summary>From text that <see cref="Write(DeploymentState)"/> made.</summary>
    public static DeploymentState Read(string text) =>
        JsonSerializer.Deserialize(text, Default.DeploymentState) ?? throw new JsonException("a deployment's state is null");

    /// <summary>To text.</summary>
    public static string Write(UpkeepState state) => JsonSerializer.Serialize(state, Default.UpkeepState);

    /// <summary>From text that <see cref="Write(UpkeepState)"/> made.</summary>
    public static UpkeepState ReadUpkeep(string text) =>
        JsonSerializer.Deserialize(text, Default.UpkeepState) ?? throw new JsonException("the state of an upkeep is null");
}
