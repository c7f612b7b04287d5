using System.Text.Json;
using System.Text.Json.Serialization;
using Towpath.Core.Environments;
using Towpath.Server.Storage;

namespace Towpath.Server.Reconcilers;

/// <summary>
/// The emergency of one deployment, as a small value beside it, stored in the write that adds the deployment: another deployment of the same
/// release has none.
/// </summary>
internal static partial class DeploymentEmergency
{
    /// <summary>What to store.</summary>
    public static ValueChange Of(string environment, string deployment, EmergencyEvidence emergency) =>
        new(environment, Key(deployment), null, JsonSerializer.Serialize(emergency, EmergencyJson.Default.EmergencyEvidence));

    /// <summary>The emergency in which a deployment enters; null for none.</summary>
    public static EmergencyEvidence? EmergencyOf(this IStore store, string application, string environment, string deployment) =>
        store.Value(application, environment, Key(deployment)) is { } text ? JsonSerializer.Deserialize(text, EmergencyJson.Default.EmergencyEvidence) : null;

    private static string Key(string deployment) => $"emergency:{deployment}";

    [JsonSerializable(typeof(EmergencyEvidence))]
    private sealed partial class EmergencyJson : JsonSerializerContext;
}
