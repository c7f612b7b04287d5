using Towpath.Core.Diagnostics;
using Towpath.Core.Journal;
using Towpath.Server.Api;

namespace Towpath.Cli.Client;

/// <summary>Reads the journal until a watch sees its end. A control plane that restarts meanwhile is waited for.</summary>
/// <param name="plane">Whose journal.</param>
/// <param name="time">For pauses.</param>
internal sealed class Follower(IControlPlane plane, TimeProvider time)
{
    private const int Attempts = 30;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>Follows from after a sequence.</summary>
    /// <param name="application">Application.</param>
    /// <param name="after">Sequence before the first fact.</param>
    /// <param name="watch">Knows the end.</param>
    /// <param name="show">Given each fact that concerns the watch.</param>
    /// <param name="cancellationToken">Ends the following, not what is followed.</param>
    /// <exception cref="DiagnosticException">TP7105: the control plane went away and stayed away.</exception>
    public async Task<WatchEnd> UntilEndAsync(string application, long after, IWatch watch, Action<Fact> show, CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            try
            {
                await foreach (var fact in plane.JournalAsync(application, after, follow: true, cancellationToken))
                {
                    attempt = 0;
                    after = fact.Sequence;
                    var end = watch.Apply(fact);
                    if (watch.Concerns(fact))
                    {
                        show(fact);
                    }

                    if (end is not null)
                    {
                        return end;
                    }
                }
            }
            catch (DiagnosticException exception) when (exception.ExitCode == ExitCode.ControlPlaneUnavailable)
            {
                // It may come back, and the journal can be read on from where we were.
            }

            await Task.Delay(Pause, time, cancellationToken);
        }

        throw new DiagnosticException(ExitCode.ControlPlaneUnavailable, CliDiagnostics.ConnectionLost());
    }
}
