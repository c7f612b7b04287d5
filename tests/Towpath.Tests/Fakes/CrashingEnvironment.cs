using Towpath.Core.Rollouts;
using Towpath.Engines;

namespace Towpath.Tests.Fakes;

/// <summary>An environment whose control plane is killed at one of its effects: the Nth that begins, before or after it is done.</summary>
internal sealed class CrashingEnvironment(IEnvironmentEngine inner, int at, CrashPoint point, Action crash) : IEnvironmentEngine
{
    private int _begun;

    /// <summary>Effects that were begun.</summary>
    public int Begun => _begun;

    /// <summary>Key of the effect at which it was killed, or null.</summary>
    public string? Crashed { get; private set; }

    public Task<ObservedEnvironment> ObserveAsync(DeploymentPlan plan, CancellationToken cancellationToken) => inner.ObserveAsync(plan, cancellationToken);

    public async Task ApplyAsync(Effect effect, DeploymentPlan plan, CancellationToken cancellationToken)
    {
        if (Interlocked.Increment(ref _begun) != at)
        {
            await inner.ApplyAsync(effect, plan, cancellationToken);
            return;
        }
        Crashed = effect.Key;
        try
        {
            if (point == CrashPoint.After) await inner.ApplyAsync(effect, plan, CancellationToken.None);
        }
        finally
        {
            // Killed while the answer, a good or a bad one, was on its way.
            crash();
        }
        throw new OperationCanceledException(cancellationToken);
    }
}
