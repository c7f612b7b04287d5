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
    private readonly Dictionary<string, Local> _containers = new(StringComparer.Ordinal);
    private int _clock;

    public static string? SkipReason => File.Exists(Program) ? null : "haproxy is not installed";

    public string Kind => "local";

    public int Created { get; private set; }

    public List<string> Signals { get; } = [];

    public IReadOnlyList<string> Lines
    {
        get { lock (_lines) return [.. _lines]; }
    }

    public Task<ContainerDetails?> InspectContainerAsync(string container, CancellationToken cancellationToken) =>
        Task.FromResult(_containers.TryGetValue(container, out var local)
            ? new ContainerDetails(
                container, container, "sha256:0", local.State, local.Process is { HasExited: true } p ? p.ExitCode : 0, local.Process?.Id ?? 0, 0,
                local.StartedAt, "127.0.0.1", null, local.Plan.Labels.ToImmutableDictionary())
            : null);

    public Task<IReadOnlyList<ObservedContainer>> ListContainersAsync(IReadOnlyCollection<string> labels, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<ObservedContainer>>(
            [.. _containers.Values.Where(c => labels.All(l => c.Plan.Labels.Any(own => $"{own.Key}={own.Value}" == l)))
                .Select(c => new ObservedContainer(c.Plan.Name, c.Plan.Name, "sha256:0", c.State, default, c.Plan.Labels.ToImmutableDictionary()))]);

    public Task<string> CreateContainerAsync(ContainerPlan plan, CancellationToken cancellationToken)
    {
        _containers.Add(plan.Name, new Local(plan));
        Created++;
        return Task.FromResult(plan.Name);
    }

    public Task StartContainerAsync(string container, CancellationToken cancellationToken)
    {
        var local = _containers[container];
        if (local.State == ContainerState.Running) return Task.CompletedTask;
        local.StartedAt = DateTimeOffset.UnixEpoch.AddSeconds(++_clock);
        local.Started = true;
        // The anchor has nothing to run: all containers here share this machine's network.
        if (local.Plan.NetworkOf is null) return Task.CompletedTask;
        var start = new ProcessStartInfo(Program) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        foreach (var argument in local.Plan.Command!.Value) start.ArgumentList.Add(argument);
        foreach (var (name, value) in local.Plan.Environment) start.Environment[name] = value;
        var process = new Process { StartInfo = start };
        process.OutputDataReceived += Keep;
        process.ErrorDataReceived += Keep;
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        local.Process = process;
        return Task.CompletedTask;
    }

    public async Task StopContainerAsync(string container, TimeSpan grace, CancellationToken cancellationToken)
    {
        if (!_containers.TryGetValue(container, out var local)) return;
        local.Started = local.Process is not null;
        if (local.Process is null or { HasExited: true }) return;
        await KillAsync(local.Process.Id, "TERM");
        await local.Process.WaitForExitAsync(cancellationToken);
    }

    public Task SignalContainerAsync(string container, string signal, CancellationToken cancellationToken)
    {
        if (_containers[container].State != ContainerState.Running) throw new EngineException(EngineError.Other, "can only kill running containers");
        Signals.Add(signal);
        return KillAsync(_containers[container].Process!.Id, signal["SIG".Length..]);
    }

    public async Task RemoveContainerAsync(string container, CancellationToken cancellationToken)
    {
        await StopContainerAsync(container, TimeSpan.Zero, cancellationToken);
        if (_containers.Remove(container, out var local)) local.Process?.Dispose();
    }

    public Task<ImageDetails?> InspectImageAsync(string image, CancellationToken cancellationToken) => Task.FromResult<ImageDetails?>(null);

    /// <summary>What comes of a command in the place of its own end; null for that.</summary>
    public Func<ExecResult>? Exec { get; set; }

    public async Task<ExecResult> ExecAsync(string container, IReadOnlyList<string> command, TimeSpan timeout, CancellationToken cancellationToken)
    {
        if (Exec is { } instead) return instead();
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
        foreach (var container in _containers.Keys.ToList()) await RemoveContainerAsync(container, CancellationToken.None);
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
    public Task<int> WaitContainerAsync(string container, CancellationToken cancellationToken) => throw new NotSupportedException();
    public Task PullImageAsync(string reference, Action<string> progress, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task PushImageAsync(string image, string destination, RegistryAccess access, Action<string> progress, CancellationToken cancellationToken) => throw new NotSupportedException();
    public Task<string> ImportImageAsync(Stream rootfsTar, string reference, IReadOnlyList<string> changes, CancellationToken cancellationToken) => throw new NotSupportedException();
    public Task TagImageAsync(string image, string reference, CancellationToken cancellationToken) => throw new NotSupportedException();
    public Task ExportContainerAsync(string container, Func<Stream, CancellationToken, Task> read, CancellationToken cancellationToken) => throw new NotSupportedException();

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

    private sealed class Local(ContainerPlan plan)
    {
        public ContainerPlan Plan { get; } = plan;

        public bool Started { get; set; }

        public DateTimeOffset? StartedAt { get; set; }

        public Process? Process { get; set; }

        public ContainerState State => !Started ? ContainerState.Created
            : Process is { HasExited: true } ? ContainerState.Exited : ContainerState.Running;
    }
}
