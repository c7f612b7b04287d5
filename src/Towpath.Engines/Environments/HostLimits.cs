using System.Globalization;

namespace Towpath.Engines.Environments;

/// <summary>Limits of this machine that plans must respect.</summary>
public static class HostLimits
{
    /// <summary>Hard limit of open files of this process, which its containers can't exceed; 1024 where it can't be read.</summary>
    public static long OpenFiles()
    {
        const string path = "/proc/self/limits";
        var line = File.Exists(path) ? File.ReadLines(path).FirstOrDefault(l => l.StartsWith("Max open files", StringComparison.Ordinal)) : null;
        var columns = line?["Max open files".Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return columns is [_, var hard, ..] && long.TryParse(hard, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) ? limit : 1024;
    }
}
