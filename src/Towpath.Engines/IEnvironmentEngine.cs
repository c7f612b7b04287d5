using Towpath.Core.Rollouts;

namespace Towpath.Engines;

/// <summary>
/// The world as a deployment sees it: it can be looked at, and effects can be done in it. One implementation per sort of engine.
/// Failures are <see cref="Towpath.Core.Diagnostics.DiagnosticException"/>.
/// </summary>
public interface IEnvironmentEngine
{
    /// <summary>
    /// What is there now. Throws where it can't be told: a wrong picture (a gateway that did not answer, taken for one without
    /// servers) would lead to wrong steps.
    /// </summary>
    Task<ObservedEnvironment> ObserveAsync(DeploymentPlan plan, CancellationToken cancellationToken);

    /// <summary>Does an effect; does nothing where it was done before.</summary>
    Task ApplyAsync(Effect effect, DeploymentPlan plan, CancellationToken cancellationToken);
}
