using System.Globalization;
using Towpath.Core.Diagnostics;
using Towpath.Core.Kubernetes.Running;

namespace Towpath.Engines.Clusters;

/// <summary>Waits for what a cluster does in its own time.</summary>
/// <param name="environment">Name of the environment, for messages.</param>
/// <param name="time">Clock.</param>
internal sealed class ClusterWait(string environment, TimeProvider time)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    /// <summary>How long the end of something may take.</summary>
    public static TimeSpan RemovalLimit { get; } = TimeSpan.FromMinutes(3);

    /// <summary>Looks until it is done.</summary>
    /// <param name="what">What is waited for, as in <c>removing its namespace</c>.</param>
    /// <param name="isDone">The look.</param>
    /// <param name="limit">How long at most.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="DiagnosticException">TP6446: it took longer.</exception>
    public async Task UntilAsync(string what, Func<Task<bool>> isDone, TimeSpan limit, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        while (!await isDone())
        {
            if (time.GetElapsedTime(began) > limit)
            {
                throw new DiagnosticException(ExitCode.DeploymentFailed, ClusterRunDiagnostics.TooSlow(environment, what, limit.TotalSeconds.ToString("0", CultureInfo.InvariantCulture)));
            }

            await Task.Delay(Pause, time, cancellationToken);
        }
    }
}
