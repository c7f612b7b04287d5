using Towpath.Core.Containers;

namespace Towpath.Engines.Containers.Gateways;

/// <summary>HAProxy's master processes. They know of workers that finish their requests, after a reload or after a handover.</summary>
/// <param name="folder">The gateway's folder on this machine.</param>
internal sealed class HaproxyMaster(string folder)
{
    /// <summary>Workers before the current one still serve; false where no master answers.</summary>
    public async Task<bool> HasOldWorkersAsync(CancellationToken cancellationToken)
    {
        var masters = 0;
        foreach (var path in Sockets())
        {
            if (await ProcessesAsync(path, cancellationToken) is not { } processes) continue;
            masters++;
            var old = processes.IndexOf("# old workers", StringComparison.Ordinal);
            if (old >= 0 && processes[old..].Split('\n').Skip(1).TakeWhile(l => !l.StartsWith('#')).Any(l => l.Contains("worker", StringComparison.Ordinal)))
                return true;
        }

        return masters > 1;
    }

    /// <summary>Forgets the sockets of masters that have ended.</summary>
    public async Task SweepAsync(CancellationToken cancellationToken)
    {
        foreach (var path in Sockets())
            if (await ProcessesAsync(path, cancellationToken) is null) File.Delete(path);
    }

    private string[] Sockets() =>
        Directory.Exists(folder) ? Directory.GetFiles(folder, HaproxyConfiguration.MasterSocketPrefix + "*.sock") : [];

    private static async Task<string?> ProcessesAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            return await new HaproxySocket(path).SendAsync("show proc", cancellationToken);
        }
        catch (IOException)
        {
            return null;
        }
    }
}
