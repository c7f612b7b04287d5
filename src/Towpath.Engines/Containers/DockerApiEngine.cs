using System.Globalization;
using System.Text.Json;
using Towpath.Engines.Containers.Wire;

namespace Towpath.Engines.Containers;

/// <summary>
/// One client for Podman (4.3 and later) and Docker (20.10 and later) over the Docker-compatible API on a Unix socket. Where the two
/// differ, a comment says how; everything else is the same call.
/// </summary>
public sealed partial class DockerApiEngine : IContainerEngine, IDisposable
{
    /// <summary><see cref="Kind"/> of Podman.</summary>
    public const string Podman = "podman";

    /// <summary><see cref="Kind"/> of Docker.</summary>
    public const string Docker = "docker";

    // Podman's own routes want a version in the path and take any from 4.0.0 to their own.
    internal const string Libpod = "v4.0.0/libpod/";

    private readonly EngineTransport _transport;
    private readonly TimeProvider _time;
    private readonly StartedPorts _startedPorts;

    private DockerApiEngine(string socketPath, EngineTransport transport, string kind, TimeProvider time)
    {
        SocketPath = socketPath;
        _transport = transport;
        _time = time;
        Kind = kind;
        _startedPorts = new StartedPorts(time, token => ListImagesAsync([], token));
    }

    /// <inheritdoc/>
    public string Kind { get; }

    /// <summary>Absolute path of the Unix socket that it is behind.</summary>
    public string SocketPath { get; }

    private bool IsPodman => Kind == Podman;

    /// <summary>Connects to the engine behind a socket and finds out which one it is.</summary>
    /// <param name="socketPath">Absolute path of the Unix socket.</param>
    /// <param name="time">For waits between attempts.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="EngineException"><see cref="EngineError.Unreachable"/> where nothing answers.</exception>
    public static async Task<DockerApiEngine> ConnectAsync(string socketPath, TimeProvider time, CancellationToken cancellationToken)
    {
        var transport = new EngineTransport(socketPath);
        try
        {
            var version = await transport.GetAsync("version", EngineJson.Default.VersionAnswer, cancellationToken);
            var isPodman = version.Components?.Any(c => c.Name?.Contains("Podman", StringComparison.Ordinal) == true) == true;
            return new DockerApiEngine(socketPath, transport, isPodman ? Podman : Docker, time);
        }
        catch
        {
            transport.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public async Task<string> VersionAsync(CancellationToken cancellationToken)
    {
        var answer = await _transport.GetAsync("version", EngineJson.Default.VersionAnswer, cancellationToken);
        return answer.Version ?? "unknown";
    }

    /// <summary>Closes the connections. Containers are not touched.</summary>
    public void Dispose() => _transport.Dispose();

    private static string Escape(string text) => Uri.EscapeDataString(text);

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Filters(params ReadOnlySpan<(string Name, string[] Values)> filters)
    {
        var map = new Dictionary<string, string[]>(StringComparer.Ordinal);
        foreach (var (name, values) in filters)
        {
            if (values.Length > 0)
            {
                map[name] = values;
            }
        }

        return Escape(JsonSerializer.Serialize(map, EngineJson.Default.DictionaryStringStringArray));
    }

    private static SortedDictionary<string, string> Sorted(IEnumerable<KeyValuePair<string, string>> pairs)
    {
        var sorted = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in pairs)
        {
            sorted[key] = value;
        }

        return sorted;
    }

    // The exact match again: a filter that an engine does not know would otherwise hand us objects that are not ours.
    private static bool Carries(Dictionary<string, string>? labels, IReadOnlyCollection<string> wanted) =>
        wanted.All(label =>
        {
            var at = label.IndexOf('=', StringComparison.Ordinal);
            var name = at < 0 ? label : label[..at];
            return labels is not null && labels.TryGetValue(name, out var value) && (at < 0 || value == label[(at + 1)..]);
        });
}
