namespace Towpath.Engines.Containers.Gateways;

/// <summary>HAProxy's master process. It knows of workers that a reload left behind to finish their requests.</summary>
/// <param name="socketPath">Path of the master's socket on this machine.</param>
internal sealed class HaproxyMaster(string socketPath)
{
    private readonly HaproxySocket _socket = new(socketPath);

    /// <summary>Workers of configurations before the current one still serve; false where the master does not answer.</summary>
    public async Task<bool> HasOldWorkersAsync(CancellationToken cancellationToken)
    {
        try
        {
            var processes = await _socket.SendAsync("show proc", cancellationToken);
            var old = processes.IndexOf("# old workers", StringComparison.Ordinal);
            return old >= 0 && processes[old..].Split('\n').Skip(1).TakeWhile(l => !l.StartsWith('#')).Any(l => l.Contains("worker", StringComparison.Ordinal));
        }
        catch (IOException)
        {
            return false;
        }
    }
}
