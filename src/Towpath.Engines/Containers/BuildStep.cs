using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace Towpath.Engines.Containers;

/// <summary>
/// The process of a build's present step on Podman. When the caller hangs up, Docker ends the step; Podman waits until the step ends by
/// itself, and a step that hangs would stay for ever. So each build gets a control group of its own, through which its step can be found.
/// </summary>
internal sealed class BuildStep
{
    private const int Looks = 20;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);
    private readonly string _name = $"towpath-build-{Guid.NewGuid():N}";

    /// <summary>Parent of the control groups of the build's steps, for the build call.</summary>
    public string CgroupParent => $"/{_name}";

    /// <summary>Ends the step that runs. Podman then removes the step's container and the group. A step that only starts is waited for, shortly.</summary>
    public async Task KillAsync(TimeProvider time)
    {
        for (var look = 0; look < Looks; look++)
        {
            foreach (var pid in Processes())
            {
                Kill(pid);
            }

            await Task.Delay(Pause, time, CancellationToken.None);
        }
    }

    // The first path is that of control groups version 1, the second of version 2.
    private int[] Processes()
    {
        try
        {
            string[] files = [$"/sys/fs/cgroup/pids/{_name}/cgroup.procs", $"/sys/fs/cgroup/{_name}/cgroup.procs"];
            return [.. files.Where(File.Exists).SelectMany(File.ReadAllLines).Select(line => int.Parse(line, CultureInfo.InvariantCulture))];
        }
        catch (IOException)
        {
            // The group went between the look and the reading.
            return [];
        }
    }

    private static void Kill(int pid)
    {
        try
        {
            using var process = Process.GetProcessById(pid);
            process.Kill();
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or Win32Exception)
        {
            // It has ended.
        }
    }
}
