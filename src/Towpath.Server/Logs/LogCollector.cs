using System.Collections.Concurrent;
using System.Globalization;
using Towpath.Core.Containers;
using Towpath.Engines.Containers;
using Towpath.Engines.Environments;

namespace Towpath.Server.Logs;

/// <summary>
/// Follows the engine's log file of each container of an application and keeps the lines by service. A container is removed only after its
/// file was read to the end, and the place reached is stored after the lines: a control plane that is killed loses nothing. Places are
/// stored by the container's identifier, since a name comes back with a rollback or a second try.
/// </summary>
public sealed class LogCollector : IContainerLogs, IAsyncDisposable
{
    private const int BatchLines = 2000;
    private const long FreeEvery = 4 * 1024 * 1024;
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan FlushAfter = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan DrainLimit = TimeSpan.FromSeconds(30);

    private readonly string _folder;
    private readonly IContainerEngine _engine;
    private readonly TimeProvider _time;
    private readonly Action<string> _log;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<string, Lazy<Follower>> _followers = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<(string Environment, string Service), Lazy<ServiceLog>> _logs = new();

    /// <summary>The collector of one application.</summary>
    /// <param name="folder">Folder for the application's logs.</param>
    /// <param name="engine">Tells where a container's file is, and whether it has ended.</param>
    /// <param name="time">Clock.</param>
    /// <param name="log">The control plane's own log.</param>
    public LogCollector(string folder, IContainerEngine engine, TimeProvider time, Action<string> log)
    {
        _folder = folder;
        _engine = engine;
        _time = time;
        _log = log;
        Directory.CreateDirectory(Path.Combine(folder, "offsets"));
    }

    /// <inheritdoc/>
    public void Watch(string environment, string service, string container) => _ = _followers.AddOrUpdate(
        container,
        name => new Lazy<Follower>(() => Begin(environment, service, name)),
        (name, present) => present.Value.HasBrokenOff ? new Lazy<Follower>(() => Begin(environment, service, name)) : present).Value;

    /// <inheritdoc/>
    public async Task DrainAsync(string container, CancellationToken cancellationToken)
    {
        if (!_followers.TryGetValue(container, out var follower)) return;
        follower.Value.HasEnded = true;
        try
        {
            await follower.Value.Task.WaitAsync(DrainLimit, cancellationToken);
        }
        catch (TimeoutException)
        {
            _log($"{container}: its log could not be read to the end within {DrainLimit.TotalSeconds.ToString(CultureInfo.InvariantCulture)} s");
        }
    }

    /// <inheritdoc/>
    public void Forget(string container)
    {
        if (!_followers.TryRemove(container, out var follower)) return;
        follower.Value.HasEnded = true;
        if (follower.Value.ContainerId is { } id) File.Delete(OffsetPath(id));
    }

    /// <summary>The log of a service in an environment.</summary>
    public ServiceLog Log(string environment, string service) =>
        _logs.GetOrAdd((environment, service), key => new Lazy<ServiceLog>(() => new ServiceLog(Path.Combine(_folder, key.Environment, key.Service)))).Value;

    /// <summary>Services with a log in an environment.</summary>
    public IReadOnlyList<string> Services(string environment)
    {
        var folder = Path.Combine(_folder, environment);
        return Directory.Exists(folder) ? [.. Directory.EnumerateDirectories(folder).Select(Path.GetFileName).OfType<string>().Order(StringComparer.Ordinal)] : [];
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_followers.Values.Select(f => f.Value.Task)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        foreach (var log in _logs.Values) log.Value.Dispose();
        _stop.Dispose();
    }

    private Follower Begin(string environment, string service, string container)
    {
        var follower = new Follower();
        follower.Task = Task.Run(() => FollowAsync(environment, service, container, follower, _stop.Token), _stop.Token);
        return follower;
    }

    private async Task FollowAsync(string environment, string service, string container, Follower follower, CancellationToken cancellationToken)
    {
        try
        {
            // One of the same name may come after it: a gateway that was made anew keeps its name.
            while (await SourceAsync(container, cancellationToken) is var (id, path))
            {
                follower.ContainerId = id;
                await ReadAsync(new Batch(Log(environment, service), container, OffsetPath(id), path), path, container, follower, cancellationToken);
                if (follower.HasEnded) return;
                File.Delete(OffsetPath(id));
            }
        }
        catch (Exception e) when (e is IOException or EngineException)
        {
            _log($"{container}: its log can't be read: {e.Message}");
        }
    }

    /// <summary>Keeps all of one container's file, until it is said to have ended or is found gone.</summary>
    private async Task ReadAsync(Batch batch, string path, string container, Follower follower, CancellationToken cancellationToken)
    {
        await foreach (var record in EngineLogFile.FollowAsync(path, batch.Offset, EndedAsync, Poll, _time, cancellationToken))
            batch.Add(record, _time.GetUtcNow());
        batch.Flush();

        Task<bool> EndedAsync(CancellationToken token)
        {
            // The end of the file is where a batch is stored: whatever comes next may take a while.
            batch.Flush();
            return follower.HasEnded ? Task.FromResult(true) : HasGoneAsync(container, follower, token);
        }
    }

    /// <summary>Asked only now and then: a container that ended by itself and will not start again needs no reader.</summary>
    private async Task<bool> HasGoneAsync(string container, Follower follower, CancellationToken cancellationToken)
    {
        var now = _time.GetUtcNow();
        if (now - follower.LastLook < TimeSpan.FromSeconds(10)) return false;
        follower.LastLook = now;
        return (await _engine.InspectContainerAsync(container, cancellationToken))?.Id != follower.ContainerId;
    }

    /// <summary>The container's identifier and its file, once the engine has made it; null where there will be none.</summary>
    private async Task<(string Id, string Path)?> SourceAsync(string container, CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < 40; attempt++)
        {
            var details = await _engine.InspectContainerAsync(container, cancellationToken);
            if (details?.LogPath is { } path && File.Exists(path)) return (details.Id, path);
            if (details is { State: ContainerState.Exited } or null && attempt > 5) return null;
            await Task.Delay(Poll, _time, cancellationToken);
        }
        return null;
    }

    private string OffsetPath(string id) => Path.Combine(_folder, "offsets", id);

    private sealed class Follower
    {
        public Task Task { get; set; } = Task.CompletedTask;

        public volatile bool HasEnded;

        public volatile string? ContainerId;

        /// <summary>It reads no more although nobody said that the container has ended: that one is gone, or its file was never found.</summary>
        public bool HasBrokenOff => Task.IsCompleted && !HasEnded;

        public DateTimeOffset LastLook { get; set; }
    }

    /// <summary>Lines on their way to the kept log, and the place in the engine's file that they reach to.</summary>
    private sealed class Batch(ServiceLog log, string container, string offsetPath, string sourcePath)
    {
        private readonly List<KeptLine> _lines = [];
        private DateTimeOffset _since;
        private long _freed;

        public long Offset { get; private set; } = File.Exists(offsetPath)
            && long.TryParse(File.ReadAllText(offsetPath), NumberStyles.None, CultureInfo.InvariantCulture, out var stored) ? stored : 0;

        public void Add(LogRecord record, DateTimeOffset now)
        {
            if (_lines.Count == 0) _since = now;
            _lines.Add(new KeptLine(record.Timestamp, container, record.Stream == LogStream.Error, record.Text));
            Offset = record.NextOffset;
            if (_lines.Count >= BatchLines || now - _since > FlushAfter) Flush();
        }

        public void Flush()
        {
            if (_lines.Count == 0) return;
            log.Append(_lines);
            _lines.Clear();
            File.WriteAllText(offsetPath, Offset.ToString(CultureInfo.InvariantCulture));
            if (Offset - _freed < FreeEvery) return;
            // What is kept need not be on the disk twice; the engine itself never shortens its file without losing lines.
            EngineLogFile.FreePrefix(sourcePath, Offset);
            _freed = Offset;
        }
    }
}
