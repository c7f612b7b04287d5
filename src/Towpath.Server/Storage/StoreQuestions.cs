using Towpath.Core.Rollouts;

namespace Towpath.Server.Storage;

/// <summary>Questions that several ask of what is stored.</summary>
internal static class StoreQuestions
{
    /// <summary>Why an environment stands still: the oldest halt over it; null where it does not.</summary>
    public static HaltRecord? HaltOver(this IStore store, string application, string environment) =>
        store.Halts().FirstOrDefault(h => h.Covers(application, environment));

    /// <summary>Of the open deployments of one environment, oldest first, the one whose turn it is: that which has begun, else the newest; null for none.</summary>
    public static DeploymentRecord? InTurn(this IReadOnlyList<DeploymentRecord> open) =>
        open.FirstOrDefault(d => d.Phase != nameof(DeploymentPhase.Requested)) ?? (open is [.., var newest] ? newest : null);
}
