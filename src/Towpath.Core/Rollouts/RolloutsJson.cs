using System.Text.Json;
using System.Text.Json.Serialization;

namespace Towpath.Core.Rollouts;

/// <summary>The stored form of a deployment's state.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(DeploymentState))]
public sealed partial class RolloutsJson : JsonSerializerContext
{
    /// <summary>To text.</summary>
    public static string Write(DeploymentState state) => JsonSerializer.Serialize(state, Default.DeploymentState);

    /// <summary>From text that <see cref="Write"/> made.</summary>
    public static DeploymentState Read(string text) =>
        JsonSerializer.Deserialize(text, Default.DeploymentState) ?? throw new JsonException("a deployment's state is null");
}
