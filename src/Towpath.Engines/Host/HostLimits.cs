using System.Globalization;

namespace Towpath.Engines.Host;

/// <summary>What this machine lets a container engine do.</summary>
/// <param name="OpenFiles">Hard limit of open files.</param>
/// <param name="Processes">Hard limit of processes.</param>
/// <param name="CanRaiseLimits">The process has CAP_SYS_RESOURCE.</param>
/// <param name="HasUnifiedCgroups">Control groups are version 2.</param>
/// <param name="HasSystemd">systemd is the init process.</param>
public sealed record HostLimits(long OpenFiles, long Processes, bool CanRaiseLimits, bool HasUnifiedCgroups, bool HasSystemd)
{
    private const int SysResource = 24;

    /// <summary>crun and systemd's cgroup manager do not work here: runc and plain cgroup files must be named.</summary>
    public bool IsRestricted => !CanRaiseLimits || !HasUnifiedCgroups;

    /// <summary>Reads them from <c>/proc</c> and <c>/sys</c>.</summary>
    public static HostLimits Read()
    {
        var limits = File.ReadAllLines("/proc/self/limits");
        var capabilities = File.ReadLines("/proc/self/status").FirstOrDefault(l => l.StartsWith("CapEff:", StringComparison.Ordinal));
        var effective = capabilities is null ? 0UL : ulong.Parse(capabilities.AsSpan(7).Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        return new HostLimits(
            Hard(limits, "Max open files"),
            Hard(limits, "Max processes"),
            (effective >> SysResource & 1) == 1,
            File.Exists("/sys/fs/cgroup/cgroup.controllers"),
            Directory.Exists("/run/systemd/system"));
    }

    /// <summary>The hard limit in a line such as <c>Max open files  1024  20000  files</c>.</summary>
    internal static long Hard(IEnumerable<string> lines, string name)
    {
        var line = lines.FirstOrDefault(l => l.StartsWith(name, StringComparison.Ordinal));
        var words = line?[name.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? [];
        return words.Length >= 2 && long.TryParse(words[1], CultureInfo.InvariantCulture, out var hard) ? hard : long.MaxValue;
    }
}
