using Towpath.Core.Environments;
using Towpath.Core.Rollouts;
using Towpath.Server.Storage;

namespace Towpath.Server.Reconcilers;

/// <summary>What every reconciler works with.</summary>
/// <param name="Store">Remembers.</param>
/// <param name="Machines">Decide.</param>
/// <param name="Judge">Verdicts of the gates for a deployment whose turn has come.</param>
/// <param name="Time">Clock, and all pauses.</param>
/// <param name="Log">The control plane's own log.</param>
public sealed record ReconcilerTools(
    IStore Store, Machines Machines, Func<DeploymentPlan, IReadOnlyList<GateVerdict>> Judge, TimeProvider Time, Action<string> Log);
