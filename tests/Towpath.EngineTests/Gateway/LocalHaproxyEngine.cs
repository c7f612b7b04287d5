using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using Towpath.Core.Containers;
using Towpath.Engines.Containers;

namespace Towpath.EngineTests.Gateway;

/// <summary>Runs a gateway's "container" as a plain process of this machine, so that the tests meet the real HAProxy without an engine.</summary>
internal sealed class LocalHaproxyEngine : IContainerEngine, IAsyncDisposable
{
    private const string Program = "/usr/sbin/haproxy";

    private readonly List<string> _lines = [];
    private Process? _process;
    private ContainerPlan? _plan;

    public static string? SkipReason => File.Exists(Program) ? null : "haproxy is not installed";

    public string Kind => "local";

    public int Created { get; private set; }

    public List<string> Signals { get; } = [];

    public IReadOnlyList<string> Lines
    {
        get { lock (_lines) return [.. _lines]; }
    }

    public Task<ContainerDetails?> InspectContainerAsync(string container, CancellationToken cancellationToken)
    {
        if (_plan is null || _plan.Name != container) return Task.FromResult<ContainerDetails?>(null);
        var state = _process is null ? ContainerState.Created : _process.HasExited ? ContainerState.Exited : ContainerState.Running;
        return Task.FromResult<ContainerDetails?>(new ContainerDetails(
            "id", container, "sha256:0", state, _process is { HasExited: true } p ? p.ExitCode : 0, _process?.Id ?? 0, 0, null, "127.0.0.1", null, _plan.Labels.ToImmutableDictionary()));
    }

    public Task<string> CreateContainerAsync(ContainerPlan plan, CancellationToken cancellationToken)
    {
        _plan = plan;
        _process = null;
        Created++;
        return Task.FromResult("id");
    }

    public Task StartContainerAsync(string container, CancellationToken cancellationToken)
    {
        if (_process is { HasExited: false }) return Task.CompletedTask;
        var start = new ProcessStartInfo(Program) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        foreach (var argument in _plan!.Command!.Value) start.ArgumentList.Add(argument);
        var process = new Process { StartInfo = start };
        process.OutputDataReceived += Keep;
        process.ErrorDataReceived += Keep;
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        _process = process;
        return Task.CompletedTask;
    }

    public async Task StopContainerAsync(string container, TimeSpan grace, CancellationToken cancellationToken)
    {
        if (_process is null or { HasExited: true }) return;
        await KillAsync(_process.Id, "TERM");
        await _process.WaitForExitAsync(cancellationToken);
    }

    public Task SignalContainerAsync(string container, string signal, CancellationToken cancellationToken)
    {
        Signals.Add(signal);
        return KillAsync(_process!.Id, signal["SIG".Length..]);
    }

    public async Task RemoveContainerAsync(string container, CancellationToken cancellationToken)
    {
        await StopContainerAsync(container, TimeSpan.Zero, cancellationToken);
        _plan = null;
    }

    public async Task<ExecResult> ExecAsync(string container, IReadOnlyList<string> command, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(Program) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        foreach (var argument in command.Skip(1)) start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        var error = await process.StandardError.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        return new ExecResult(process.ExitCode, error);
    }

    public Task<IReadOnlyList<string>> TailLogsAsync(string container, int lines, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<string>>([.. Lines.TakeLast(lines)]);

    public async ValueTask DisposeAsync()
    {
        if (_process is null) return;
        await StopContainerAsync("", TimeSpan.Zero, CancellationToken.None);
        _process.Dispose();
    }

    private void Keep(object sender, DataReceivedEventArgs e)
    {
        if (e.Data is null) return;
        lock (_lines) _lines.Add(e.Data);
    }

    private static async Task KillAsync(int pid, string signal)
    {
        using var process = Process.Start("kill", ["-s", signal, pid.ToString(CultureInfo.InvariantCulture)]);
        await process.WaitForExitAsync();
        process.ExitCode.ShouldBe(0);
    }

    public Task<string> VersionAsync(CancellationToken cancellationToken) => throw new NotSupportedException();
    public Task<IReadOnlyList<ObservedContainer>> ListContainersAsync(IReadOnlyCollection<string> labels, CancellationToken cancellationToken) => throw new NotSupportedException();
    public Task<int> WaitContainerAsync(string container, CancellationToken cancellationToken) => throw new NotSupportedException();
    public Task<ImageDetails?> InspectImageAsync(string image, CancellationToken cancellationToken) => throw new NotSupportedException();
    public Task PullImageAsync(string reference, Action<string> progress, CancellationToken cancellationToken) => throw new NotSupportedException();
    public Task<string> ImportImageAsync(Stream rootfsTar, string reference, IReadOnlyList<string> changes, CancellationToken cancellationToken) => throw new NotSupportedException();
    public Task TagImageAsync(string image, string reference, CancellationToken cancellationToken) => throw new NotSupportedException();
    public Task<bool> RemoveImageAsync(string image, CancellationToken cancellationToken) => throw new NotSupportedException();
    public Task<IReadOnlyList<ImageDetails>> ListImagesAsync(IReadOnlyCollection<string> labels, CancellationToken cancellationToken) => throw new NotSupportedException();
    public Task PruneImagesAsync(string label, CancellationToken cancellationToken) => throw new NotSupportedException();
    public Task<string> BuildImageAsync(BuildRequest request, Action<string> log, CancellationToken cancellationToken) => throw new NotSupportedException();
    public Task CreateNetworkAsync(NetworkPlan plan, CancellationToken cancellationToken) => throw new NotSupportedException();
    public Task<NetworkDetails?> InspectNetworkAsync(string name, CancellationToken cancellationToken) => throw new NotSupportedException();
    public Task<IReadOnlyList<NetworkDetails>> ListNetworksAsync(IReadOnlyCollection<string> labels, CancellationToken cancellationToken) => throw new NotSupportedException();
    public Task RemoveNetworkAsync(string name, CancellationToken cancellationToken) => throw new NotSupportedException();
    public Task CreateVolumeAsync(string name, IReadOnlyDictionary<string, string> labels, CancellationToken cancellationToken) => throw new NotSupportedException();
    public Task<IReadOnlyList<string>> ListVolumesAsync(IReadOnlyCollection<string> labels, CancellationToken cancellationToken) => throw new NotSupportedException();
    public Task<IReadOnlyList<string>> ListVolumeUsersAsync(string volume, CancellationToken cancellationToken) => throw new NotSupportedException();
    public Task RemoveVolumeAsync(string name, CancellationToken cancellationToken) => throw new NotSupportedException();
}
