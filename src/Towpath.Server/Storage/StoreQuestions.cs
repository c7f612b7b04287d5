using System.Collections.Immutable;
using Towpath.Core.Applications;
using Towpath.Core.Environments;
using Towpath.Core.Pipelines;
using Towpath.Core.Rollouts;

namespace Towpath.Server.Storage;

/// <summary>Questions that several ask of what is stored.</summary>
internal static class StoreQuestions
{
    private const int LookBack = 200;

    /// <summary>Why an environment stands still: the oldest halt over it; null where it does not.</summary>
    public static HaltRecord? HaltOver(this IStore store, string application, string environment) =>
        store.Halts().FirstOrDefault(h => h.Covers(application, environment));

    /// <summary>The deployment that froze an environment: neither forward nor back worked, and all stays as it is until another release has come in. Null where none did.</summary>
    public static string? FrozenBy(this IStore store, string application, string environment) =>
        store.RecentDeployments(application, environment, LookBack)
            .FirstOrDefault(d => d.Phase is nameof(DeploymentPhase.Succeeded) or nameof(DeploymentPhase.Frozen)) is { Phase: nameof(DeploymentPhase.Frozen) } frozen
            ? frozen.Id
            : null;

    /// <summary>Warnings and errors of the contract that a run found, in words; empty for none, null where it did not come so far.</summary>
    public static string? ContractFindings(this IStore store, string run) =>
        store.Evidence(run).LastOrDefault(e => e.Step == PipelinePlan.Contract)?.Detail is { } summary
            ? string.Join(", ", summary.Split(", ").Where(part => part.Contains(" error", StringComparison.Ordinal) || part.Contains(" warning", StringComparison.Ordinal)))
            : null;

    /// <summary>Signatures under exactly the text of an agreement.</summary>
    public static ImmutableArray<SignatureEvidence> SignaturesUnder(this IStore store, string application, Agreement text) =>
        [.. store.Signatures(application, text.Hash).Select(s => new SignatureEvidence(s.Side, s.Actor, s.At))];

    /// <summary>Of the open deployments of one environment, oldest first, the one whose turn it is: that which has begun, else the newest; null for none.</summary>
    public static DeploymentRecord? InTurn(this IReadOnlyList<DeploymentRecord> open) =>
        open.FirstOrDefault(d => d.Phase != nameof(DeploymentPhase.Requested)) ?? (open is [.., var newest] ? newest : null);
}
