using System.Diagnostics;
using System.Globalization;
using Towpath.Engines.Host;

namespace Towpath.Engines.Containers;

/// <summary>
/// Watches over the server of names in Podman's networks. Podman 4 starts it with a container and looks at it with the next one only: when
/// it ends in between, as it does at times when containers come and go at once, no container finds another one by name until then.
/// </summary>
/// <param name="folder">Where Podman's networks tell it their names, a file for each network, and where it writes its process down.</param>
/// <param name="program">Path of aardvark-dns.</param>
/// <param name="time">Clock.</param>
/// <param name="log">Told of each start.</param>
public sealed class PodmanNameServer(string folder, string program, TimeProvider time, Action<string> log)
{
    private const string PidFile = "aardvark.pid";
    private const string ProgramName = "aardvark-dns";
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    // Podman starts it too: only one that is still away after this is ours to start.
    private static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(300);

    /// <summary>The name server of the system's Podman; null where there is none.</summary>
    public static PodmanNameServer? Find(TimeProvider time, Action<string> log) =>
        HostCheck.NameServerPaths.FirstOrDefault(File.Exists) is { } program
            ? new PodmanNameServer("/run/containers/networks/aardvark-dns", program, time, log)
            : null;

    /// <summary>Looks at it each second until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            await Task.Delay(Pause, time, cancellationToken);
            try
            {
                await EnsureAsync(cancellationToken);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                log($"the name server can't be watched: {e.Message}");
            }
        }
    }

    /// <summary>Starts it where networks need it and it does not run.</summary>
    /// <returns>True where it was started.</returns>
    public async Task<bool> EnsureAsync(CancellationToken cancellationToken)
    {
        if (!IsMissing()) return false;
        await Task.Delay(Grace, time, cancellationToken);
        if (!IsMissing()) return false;
        log("the name server of Podman's networks had ended; starting it");
        Start();
        return true;
    }

    private bool IsMissing() => HasNetworks() && !IsAlive();

    private bool HasNetworks() => Directory.Exists(folder) && Directory.EnumerateFiles(folder).Any(f => Path.GetFileName(f) != PidFile);

    private bool IsAlive()
    {
        try
        {
            var pid = int.Parse(File.ReadAllText(Path.Combine(folder, PidFile)).Trim(), CultureInfo.InvariantCulture);
            return File.ReadAllText($"/proc/{pid}/cmdline").Contains(ProgramName, StringComparison.Ordinal);
        }
        catch (Exception e) when (e is IOException or FormatException)
        {
            return false;
        }
    }

    // As Podman starts it. In a session of its own, for it must outlive us; the shell's text is fixed and replaces itself.
    private void Start()
    {
        using var process = Process.Start(new ProcessStartInfo(
            "/bin/sh", ["-c", "exec setsid --fork \"$@\" >/dev/null 2>&1 </dev/null", "sh", program, "--config", folder, "-p", "53", "run"])
        {
            WorkingDirectory = "/",
        });
    }
}
