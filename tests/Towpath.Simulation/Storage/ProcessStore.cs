using Towpath.Server.Storage;
using Towpath.Simulation.Time;

namespace Towpath.Simulation.Storage;

/// <summary>
/// The store as one process reaches it: the process can be killed right before or right after any write, and a dead one reads and writes
/// nothing. All processes of a simulation share what is behind it.
/// </summary>
internal sealed partial class ProcessStore(IStore inner, WriteSignal written, SimulatedProcess process, Func<bool> killsHere) : IStore
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(1);

    /// <inheritdoc/>
    public async Task WaitForFactsAsync(long after, CancellationToken cancellationToken)
    {
        if (LastSequence() <= after) await written.WaitAsync(process.Time, LookInterval, cancellationToken);
    }

    private T Read<T>(Func<T> read) => process.IsAlive ? read() : throw new KilledException();

    private T Write<T>(Func<T> write)
    {
        DieHere();
        var result = write();
        written.Pulse();
        DieHere();
        return result;
    }

    private void Write(Action write) => Write(() =>
    {
        write();
        return true;
    });

    private void DieHere()
    {
        if (process.IsAlive && killsHere()) process.Kill();
        if (!process.IsAlive) throw new KilledException();
    }
}
