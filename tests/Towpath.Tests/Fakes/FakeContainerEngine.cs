using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Towpath.Core.Containers;
using Towpath.Engines.Containers;

namespace Towpath.Tests.Fakes;

/// <summary>
/// A container engine in memory. It behaves as the comments of <see cref="IContainerEngine"/> say; a test scripts what differs
/// through the <c>On...</c> functions (which may throw), and reads <see cref="Calls"/>.
/// </summary>
public sealed partial class FakeContainerEngine : IContainerEngine
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, FakeContainer> _containers = [];
    private readonly Dictionary<string, ImageDetails> _images = [];
    private readonly Dictionary<string, NetworkDetails> _networks = [];
    private readonly Dictionary<string, IReadOnlyDictionary<string, string>> _volumes = [];
    private int _next;

    public string Kind => "fake";

    /// <summary>Every call as <c>verb subject</c>, in order.</summary>
    public ConcurrentQueue<string> Calls { get; } = new();

    /// <summary>Runs before each call, with its line in <see cref="Calls"/>: throw here to fail any of them.</summary>
    public Func<string, CancellationToken, Task>? OnCall { get; set; }

    /// <summary>A build: the request, its files by name, the log; returns what the content depends on, null for the context's own.</summary>
    public Func<BuildRequest, IReadOnlyDictionary<string, string>, Action<string>, CancellationToken, Task<string?>>? OnBuild { get; set; }

    /// <summary>State of a container after it was started; by default it runs.</summary>
    public Func<ContainerPlan, (ContainerState State, int ExitCode)>? OnStart { get; set; }

    /// <summary>Waiting for a container's end; by default it ends at once with the exit code of <see cref="OnStart"/>.</summary>
    public Func<FakeContainer, CancellationToken, Task<int>>? OnWait { get; set; }

    /// <summary>Answer of a command in a container; by default 0 and no output.</summary>
    public Func<FakeContainer, IReadOnlyList<string>, ExecResult>? OnExec { get; set; }

    /// <summary>Lines that a container wrote; by default none.</summary>
    public Func<FakeContainer, IReadOnlyList<string>>? OnLogs { get; set; }

    /// <summary>A push of an image to a name; by default it ends well and the image is nowhere.</summary>
    public Func<ImageDetails, string, RegistryAccess, Task>? OnPush { get; set; }

    /// <summary>Images that a pull can get.</summary>
    public ISet<string> Registry { get; } = new HashSet<string>(StringComparer.Ordinal);

    /// <summary>All containers.</summary>
    public IReadOnlyList<FakeContainer> Containers => Locked(() => _containers.Values.ToList());

    /// <summary>All images.</summary>
    public IReadOnlyList<ImageDetails> Images => Locked(() => _images.Values.ToList());

    /// <summary>Clock for creation times.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>An image's identifier follows from what it depends on, as an engine with a warm cache gives it.</summary>
    public static string DigestOf(string content) => "sha256:" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(content)));

    /// <summary>Puts an image there, as if it had been pulled.</summary>
    public string AddImage(string reference) => Locked(() => Store(DigestOf(reference), [reference], ImmutableDictionary<string, string>.Empty));

    /// <summary>Ends a container's process behind everybody's back.</summary>
    public void Crash(string container, int exitCode) => Locked(() => Change(container, c => c with { State = ContainerState.Exited, ExitCode = exitCode }));

    public async Task<string> VersionAsync(CancellationToken cancellationToken)
    {
        await Enter("version", cancellationToken);
        return "1.0";
    }

    public async Task<IReadOnlyList<ObservedContainer>> ListContainersAsync(IReadOnlyCollection<string> labels, CancellationToken cancellationToken)
    {
        await Enter("list " + string.Join(',', labels), cancellationToken);
        return Locked(() => _containers.Values.Where(c => Carries(c.Plan.Labels, labels)).Select(c => c.Observe()).ToList());
    }

    public async Task<ContainerDetails?> InspectContainerAsync(string container, CancellationToken cancellationToken)
    {
        await Enter("inspect " + container, cancellationToken);
        return Locked(() => Find(container)?.Inspect());
    }

    public async Task<string> CreateContainerAsync(ContainerPlan plan, CancellationToken cancellationToken)
    {
        await Enter("create " + plan.Name, cancellationToken);
        return Locked(() =>
        {
            if (_containers.ContainsKey(plan.Name))
                throw new EngineException(EngineError.Conflict, $"the name {plan.Name} is in use");
            var image = FindImage(plan.Image) ?? throw new EngineException(EngineError.NotFound, $"no such image {plan.Image}");
            var number = ++_next;
            var container = new FakeContainer(number.ToString("x64"), plan, image.Id, ContainerState.Created, 0, Time.GetUtcNow(), null, number);
            _containers[plan.Name] = container;
            return container.Id;
        });
    }

    public async Task StartContainerAsync(string container, CancellationToken cancellationToken)
    {
        await Enter("start " + container, cancellationToken);
        Locked(() => Change(container, c =>
        {
            if (c.State == ContainerState.Running)
                return c;
            var (state, exitCode) = OnStart?.Invoke(c.Plan) ?? (ContainerState.Running, 0);
            return c with { State = state, ExitCode = exitCode, StartedAt = Time.GetUtcNow() };
        }));
    }

    /// <summary>Time that each container was last given to end by itself.</summary>
    public ConcurrentDictionary<string, TimeSpan> Graces { get; } = new(StringComparer.Ordinal);

    public async Task StopContainerAsync(string container, TimeSpan grace, CancellationToken cancellationToken)
    {
        await Enter("stop " + container, cancellationToken);
        Graces[container] = grace;
        Locked(() =>
        {
            if (Find(container) is { State: ContainerState.Running })
                Change(container, c => c with { State = ContainerState.Exited });
        });
    }

    public Task SignalContainerAsync(string container, string signal, CancellationToken cancellationToken) =>
        Enter($"signal {container} {signal}", cancellationToken);

    public async Task RemoveContainerAsync(string container, CancellationToken cancellationToken)
    {
        await Enter("remove " + container, cancellationToken);
        Locked(() =>
        {
            if (Find(container) is { } found)
                _containers.Remove(found.Plan.Name);
        });
    }

    public async Task<int> WaitContainerAsync(string container, CancellationToken cancellationToken)
    {
        await Enter("wait " + container, cancellationToken);
        var found = Locked(() => Require(container));
        var exitCode = OnWait is null ? found.ExitCode : await OnWait(found, cancellationToken);
        Locked(() => Change(container, c => c with { State = ContainerState.Exited, ExitCode = exitCode }));
        return exitCode;
    }

    public async Task<ExecResult> ExecAsync(string container, IReadOnlyList<string> command, TimeSpan timeout, CancellationToken cancellationToken)
    {
        await Enter($"exec {container} {string.Join(' ', command)}", cancellationToken);
        return OnExec?.Invoke(Locked(() => Require(container)), command) ?? new ExecResult(0, "");
    }

    public async Task<IReadOnlyList<string>> TailLogsAsync(string container, int lines, CancellationToken cancellationToken)
    {
        await Enter("logs " + container, cancellationToken);
        return [.. (OnLogs?.Invoke(Locked(() => Require(container))) ?? []).TakeLast(lines)];
    }

    private async Task Enter(string call, CancellationToken cancellationToken)
    {
        Calls.Enqueue(call);
        cancellationToken.ThrowIfCancellationRequested();
        if (OnCall is { } script)
            await script(call, cancellationToken);
    }

    private FakeContainer? Find(string container) =>
        _containers.GetValueOrDefault(container) ?? _containers.Values.FirstOrDefault(c => c.Id == container);

    private FakeContainer Require(string container) =>
        Find(container) ?? throw new EngineException(EngineError.NotFound, $"no such container {container}");

    private void Change(string container, Func<FakeContainer, FakeContainer> change)
    {
        var found = Require(container);
        _containers[found.Plan.Name] = change(found);
    }

    private static bool Carries(IReadOnlyDictionary<string, string> labels, IReadOnlyCollection<string> wanted) => wanted.All(label =>
        label.Split('=', 2) is [var name, var value]
            ? labels.TryGetValue(name, out var found) && found == value
            : labels.ContainsKey(label));

    private T Locked<T>(Func<T> work)
    {
        lock (_lock)
            return work();
    }

    private void Locked(Action work)
    {
        lock (_lock)
            work();
    }
}

/// <summary>A container of the fake engine.</summary>
public sealed record FakeContainer(
    string Id, ContainerPlan Plan, string ImageId, ContainerState State, int ExitCode, DateTimeOffset CreatedAt, DateTimeOffset? StartedAt, int Number)
{
    public ObservedContainer Observe() => new(Id, Plan.Name, ImageId, State, CreatedAt, Plan.Labels.ToImmutableDictionary());

    public ContainerDetails Inspect() => new(
        Id,
        Plan.Name,
        ImageId,
        State,
        ExitCode,
        State == ContainerState.Running ? 1000 + Number : 0,
        RestartCount: 0,
        StartedAt,
        Plan.Network is null ? null : Plan.Address ?? $"10.0.{Number / 250}.{2 + (Number % 250)}",
        LogPath: null,
        Plan.Labels.ToImmutableDictionary())
    {
        StopGracePeriod = Plan.StopGracePeriod,
    };
}
