using System.Diagnostics;
using System.Globalization;
using Towpath.Core.Containers;
using Towpath.Core.Diagnostics;
using Towpath.Engines.Host;

namespace Towpath.Engines.Containers;

/// <summary>Where Podman's service lives.</summary>
/// <param name="Folder">Towpath's folder for it: socket, log, pid and configuration.</param>
/// <param name="Root">Storage of its own for images and containers, or null for the machine's.</param>
/// <param name="RunRoot">Folder for its run-time state, or null for the machine's.</param>
public sealed record PodmanServiceOptions(string Folder, string? Root = null, string? RunRoot = null)
{
    /// <summary>The Unix socket that it listens on.</summary>
    public string SocketPath => Path.Combine(Folder, "podman.sock");

    /// <summary>What it wrote to its standard output and error.</summary>
    public string LogPath => Path.Combine(Folder, "podman.log");

    /// <summary>Its process.</summary>
    public string PidPath => Path.Combine(Folder, "podman.pid");
}

/// <summary>
/// Podman's API service, started by Towpath. It has a session of its own and outlives the control plane: containers do not need it,
/// but whoever waits for one through it does.
/// </summary>
public sealed class PodmanService(PodmanServiceOptions options, TimeProvider time)
{
    private const string Program = "podman";
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan WatchPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(50);

    /// <summary>The Unix socket that it listens on.</summary>
    public string SocketPath => options.SocketPath;

    /// <summary>Connects to the service, and starts it where nothing answers.</summary>
    /// <exception cref="DiagnosticException">Podman is absent, or its service does not come up.</exception>
    public async Task<DockerApiEngine> StartAsync(CancellationToken cancellationToken)
    {
        if (await TryConnectAsync(cancellationToken) is { } running)
        {
            return running;
        }

        if (Programs.Find(Program) is null)
        {
            throw new DiagnosticException(ExitCode.EngineUnavailable, EngineDiagnostics.PodmanAbsent());
        }

        Directory.CreateDirectory(options.Folder);
        File.Delete(options.SocketPath);
        using var process = Launch();
        await File.WriteAllTextAsync(options.PidPath, process.Id.ToString(CultureInfo.InvariantCulture), cancellationToken);
        return await UntilUpAsync(process, cancellationToken);
    }

    /// <summary>
    /// Looks at the service each second until it is cancelled, and starts another where it has ended: containers and their requests do not
    /// need it, but nothing can be deployed, mended or rolled back without it.
    /// </summary>
    /// <param name="log">Told of each start, and of each that fails.</param>
    /// <param name="cancellationToken">Ends the watch.</param>
    public async Task WatchAsync(Action<string> log, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            await Task.Delay(WatchPause, time, cancellationToken);
            if (await IsServedAsync(cancellationToken)) continue;
            try
            {
                (await StartAsync(cancellationToken)).Dispose();
                log("Podman's service had ended; it runs again");
            }
            catch (DiagnosticException e)
            {
                log($"Podman's service has ended and does not start: {e.Message}");
            }
        }
    }

    /// <summary>Ends the service. Containers run on. One that does not run is left alone.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        using var process = FindProcess();
        if (process is not null)
        {
            // SIGTERM lets it end the calls that it is in; .NET's Kill would be SIGKILL.
            await Programs.RunAsync("kill", ["-TERM", $"{process.Id}"], new Dictionary<string, string>(StringComparer.Ordinal), _ => { }, cancellationToken);
            await UntilEndedAsync(process, cancellationToken);
        }

        File.Delete(options.PidPath);
        File.Delete(options.SocketPath);
    }

    private async Task UntilEndedAsync(Process process, CancellationToken cancellationToken)
    {
        for (var waited = TimeSpan.Zero; waited < StopPatience && !process.HasExited; waited += Poll)
        {
            await Task.Delay(Poll, time, cancellationToken);
        }

        if (!process.HasExited)
        {
            process.Kill();
        }
    }

    private async Task<DockerApiEngine> UntilUpAsync(Process process, CancellationToken cancellationToken)
    {
        for (var waited = TimeSpan.Zero; waited < StartPatience; waited += Poll)
        {
            if (await TryConnectAsync(cancellationToken) is { } engine)
            {
                return engine;
            }

            if (process.HasExited)
            {
                break;
            }

            await Task.Delay(Poll, time, cancellationToken);
        }

        throw new DiagnosticException(ExitCode.EngineUnavailable, EngineDiagnostics.PodmanServiceFailed(options.LogPath, LastWords()));
    }

    private async Task<DockerApiEngine?> TryConnectAsync(CancellationToken cancellationToken)
    {
        if (!File.Exists(options.SocketPath))
        {
            return null;
        }

        try
        {
            return await DockerApiEngine.ConnectAsync(options.SocketPath, time, cancellationToken);
        }
        catch (EngineException e) when (e.Error == EngineError.Unreachable)
        {
            return null;
        }
    }

    // The shell's text is fixed and only sends the output to a file: a pipe of ours would end the service's writing, and so the service,
    // when the control plane ends. setsid keeps Ctrl-C in our terminal away from it. Both replace themselves, so the pid is the service's.
    private Process Launch()
    {
        var start = new ProcessStartInfo("/bin/sh", ["-c", "exec setsid \"$@\" >>\"$0\" 2>&1 </dev/null", options.LogPath, .. Arguments()])
        {
            WorkingDirectory = "/",
        };
        foreach (var (name, value) in PodmanConfiguration.Write(options.Folder, HostLimits.Read(), Programs.Find("runc") is not null))
        {
            start.Environment[name] = value;
        }

        return Process.Start(start) ?? throw new DiagnosticException(ExitCode.EngineUnavailable, EngineDiagnostics.PodmanAbsent());
    }

    private IEnumerable<string> Arguments()
    {
        yield return Program;
        if (options.Root is not null)
        {
            yield return $"--root={options.Root}";
        }

        if (options.RunRoot is not null)
        {
            yield return $"--runroot={options.RunRoot}";
            yield return $"--tmpdir={Path.Combine(options.RunRoot, "tmp")}";
        }

        yield return "system";
        yield return "service";
        yield return "--time=0";
        yield return $"unix://{options.SocketPath}";
    }

    private async Task<bool> IsServedAsync(CancellationToken cancellationToken)
    {
        using var process = FindProcess();
        if (process is not null) return true;
        // The file with its number may be gone while it lives.
        using var answers = await TryConnectAsync(cancellationToken);
        return answers is not null;
    }

    // The number in the file may be another process's by now: only one that serves our socket is ours to end.
    private Process? FindProcess()
    {
        if (!File.Exists(options.PidPath)
            || !int.TryParse(File.ReadAllText(options.PidPath), CultureInfo.InvariantCulture, out var pid)
            || !File.Exists($"/proc/{pid}/cmdline")
            || !File.ReadAllText($"/proc/{pid}/cmdline").Contains(options.SocketPath, StringComparison.Ordinal))
        {
            return null;
        }

        try
        {
            return Process.GetProcessById(pid);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    private string LastWords()
    {
        const int Most = 400;
        var text = File.Exists(options.LogPath) ? File.ReadAllText(options.LogPath).Trim() : "";
        return text.Length <= Most ? text : text[^Most..];
    }
}
