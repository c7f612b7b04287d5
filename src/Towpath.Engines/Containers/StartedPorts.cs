namespace Towpath.Engines.Containers;

/// <summary>
/// Starts containers of Podman. When a start fails after its published ports were bound (its command does not exist, say), Podman's
/// service keeps them bound until its garbage collector meets them, so that the next start finds the port taken by nobody. Within that
/// time a taken port is tried again for a few seconds; a port that somebody really holds fails at once at all other times.
/// </summary>
internal sealed class StartedPorts(TimeProvider time, Func<CancellationToken, Task> stir)
{
    private static readonly TimeSpan Suspicion = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);
    private long _suspectUntil = long.MinValue;

    /// <summary>Runs a start. <c>stir</c> is a call that makes the service allocate, and so collect.</summary>
    public async Task RunAsync<T>(Func<CancellationToken, Task<T>> start, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        while (true)
        {
            try
            {
                await start(cancellationToken);
                return;
            }
            catch (EngineException e) when (e.Error == EngineError.PortTaken && IsSuspect && time.GetElapsedTime(began) < Patience)
            {
                await stir(cancellationToken);
                await Task.Delay(Pause, time, cancellationToken);
            }
            catch (EngineException e) when (e.Error == EngineError.Other)
            {
                Volatile.Write(ref _suspectUntil, (time.GetUtcNow() + Suspicion).UtcTicks);
                throw;
            }
        }
    }

    private bool IsSuspect => time.GetUtcNow().UtcTicks < Volatile.Read(ref _suspectUntil);
}
