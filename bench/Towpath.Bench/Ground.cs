using System.Diagnostics;
using Towpath.Cli.Client;
using Towpath.Cli.Host;
using Towpath.Engines.Containers;

namespace Towpath.Bench;

/// <summary>
/// A Towpath of a benchmark's own: state, configuration and port apart from those of the user, in a temporary folder. Disposing it removes
/// its applications with all that belongs to them, its control plane and the folder.
/// </summary>
internal sealed class Ground : IAsyncDisposable
{
    private const int ControlPort = 7431;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    private readonly FileStream _alone;
    private readonly Dictionary<string, string> _variables;
    private readonly Paths _paths;
    private readonly string _program;

    private Ground(string root, string home)
    {
        _alone = Alone();
        Root = root;
        Home = home;
        _program = Path.Combine(home, "artifacts", "towpath", "towpath");
        _variables = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["XDG_STATE_HOME"] = Path.Combine(root, "state"),
            ["XDG_CONFIG_HOME"] = Path.Combine(root, "config"),
            ["TOWPATH_HOME"] = home,
            ["TOWPATH_PORT"] = Environment.GetEnvironmentVariable("TOWPATH_PORT") is { Length: > 0 } port ? port : $"{ControlPort}",
        };
        _paths = Paths.Resolve(null, name => _variables.GetValueOrDefault(name));
    }

    /// <summary>The temporary folder.</summary>
    public string Root { get; }

    /// <summary>The clone of Towpath.</summary>
    public string Home { get; }

    /// <summary>State folder of its control plane.</summary>
    public string State => _paths.State;

    /// <summary>The control plane. It outlives restarts of the process, which keeps its port.</summary>
    public ControlPlaneClient Plane { get; private set; } = null!;

    /// <summary>Process of the control plane.</summary>
    public int Pid => ServeRecord.ReadLiving(_paths)?.Pid ?? throw new BenchException($"no control plane runs; see {_paths.ServeLog}");

    /// <summary>Makes an empty ground and starts its control plane. What an earlier run left behind is removed first.</summary>
    public static async Task<Ground> MakeAsync(string name, CancellationToken cancellationToken)
    {
        var home = Environment.GetEnvironmentVariable("TOWPATH_HOME") is { Length: > 0 } set
            ? set : throw new BenchException("TOWPATH_HOME is not set: start benchmarks by their launchers in bench/");
        var ground = new Ground(Path.Combine(Path.GetTempPath(), $"towpath-bench-{name}"), home);
        if (Directory.Exists(ground.Root)) await ground.RemoveAsync(cancellationToken);
        Directory.CreateDirectory(ground.Root);
        await ground.UpAsync(cancellationToken);
        ground.Plane = new Background(ground._paths, "auto", 0).Find()?.Client ?? throw new BenchException("the control plane went away at once");
        return ground;
    }

    /// <summary>Runs a program to its end.</summary>
    /// <returns>Its standard output.</returns>
    /// <exception cref="BenchException">It ended badly.</exception>
    public async Task<string> RunAsync(string program, IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Patience);
        var result = await Programs.RunAsync(program, arguments, limit.Token, Root, _variables);
        return result.ExitCode == 0
            ? result.Output
            : throw new BenchException($"{program} {string.Join(' ', arguments)} ended with {result.ExitCode}: {(result.Error + result.Output).Trim()}");
    }

    /// <summary>Runs a verb of Towpath, as a user would.</summary>
    public Task<string> TowpathAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken) => RunAsync(_program, arguments, cancellationToken);

    /// <summary>Starts the control plane where none runs.</summary>
    public Task UpAsync(CancellationToken cancellationToken) => TowpathAsync(["up"], cancellationToken);

    /// <summary>Ends the control plane by SIGKILL: it gets no chance to put anything in order.</summary>
    public async Task KillAsync(CancellationToken cancellationToken)
    {
        using var process = Process.GetProcessById(Pid);
        process.Kill();
        await process.WaitForExitAsync(cancellationToken);
    }

    /// <summary>Copies what explains a failure to a folder that stays.</summary>
    /// <returns>The folder.</returns>
    public async Task<string> KeepEvidenceAsync()
    {
        var folder = Path.Combine(Path.GetTempPath(), "towpath-bench-evidence");
        await RunAsync("rm", ["-rf", folder], CancellationToken.None);
        await RunAsync("cp", ["-r", State, folder], CancellationToken.None);
        return folder;
    }

    /// <summary>Runs Podman on the same images and containers, with the settings that this machine needs.</summary>
    public Task<string> PodmanAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        foreach (var (variable, file) in new[] { ("CONTAINERS_CONF", "containers.conf"), ("CONTAINERS_REGISTRIES_CONF", "registries.conf") })
        {
            var path = Path.Combine(State, "podman", file);
            if (File.Exists(path)) _variables[variable] = path;
        }

        return RunAsync("podman", arguments, cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Plane.Dispose();
        await RemoveAsync(CancellationToken.None);
        await _alone.DisposeAsync();
    }

    // Two at once would take each other's ports, and measure each other.
    private static FileStream Alone()
    {
        try
        {
            return new FileStream(Path.Combine(Path.GetTempPath(), "towpath-bench.lock"), FileMode.OpenOrCreate, FileAccess.Write, FileShare.None);
        }
        catch (IOException)
        {
            throw new BenchException("another benchmark runs on this machine");
        }
    }

    private async Task RemoveAsync(CancellationToken cancellationToken)
    {
        if (Directory.Exists(State))
        {
            await TowpathAsync(["down", "--purge"], cancellationToken);
            // Podman's service outlives the control plane on purpose; here nobody needs it any more.
            await new PodmanService(new PodmanServiceOptions(Path.Combine(State, "podman")), TimeProvider.System).StopAsync(cancellationToken);
        }

        Directory.Delete(Root, recursive: true);
    }
}
