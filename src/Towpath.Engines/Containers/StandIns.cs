using System.Collections.Concurrent;
using Towpath.Core.Containers;
using Towpath.Core.Diagnostics;

namespace Towpath.Engines.Containers;

/// <summary>
/// Sees to it that base images are on the engine. They come from their registry; where none answers, the public images that
/// our example names are built from Debian's packages of the same version, under the same names, with the label
/// <c>towpath.stand-in=true</c>.
/// </summary>
public sealed class StandIns : IDisposable
{
    private const int TailLines = 8;

    // Names under which the same root file system is asked for.
    private static readonly string[] Debian =
    [
        "docker.io/library/debian:bookworm-slim", "docker.io/library/debian:12-slim",
        "docker.io/library/debian:bookworm", "docker.io/library/debian:12",
    ];

    private static readonly string[] DebianChanges =
    [
        "ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        "CMD [\"bash\"]",
        "LABEL towpath.stand-in=true",
    ];

    private readonly IRegistryProbe _probe;
    private readonly IRootFileSystem _rootFileSystem;
    private readonly ConcurrentDictionary<string, bool> _answers = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _turn = new(1, 1);

    /// <summary>Stand-ins by way of a probe and a source of root file systems.</summary>
    public StandIns(IRegistryProbe probe, IRootFileSystem rootFileSystem)
    {
        _probe = probe;
        _rootFileSystem = rootFileSystem;
    }

    /// <summary>Makes every image available that is not on the engine yet; one that is there is never replaced.</summary>
    /// <param name="engine">Where the images are needed.</param>
    /// <param name="references">Images as Dockerfiles and services name them.</param>
    /// <param name="progress">Takes a line for each thing that is done, and the engine's own lines.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="DiagnosticException">An image can't be had (TP6040 to TP6043).</exception>
    /// <exception cref="EngineException">The engine failed at something else.</exception>
    public async Task EnsureBaseImagesAsync(
        IContainerEngine engine,
        IReadOnlyCollection<string> references,
        Action<string> progress,
        CancellationToken cancellationToken)
    {
        // One at a time: two pipelines would build the same stand-in twice.
        await _turn.WaitAsync(cancellationToken);
        try
        {
            foreach (var reference in references.Distinct(StringComparer.Ordinal))
            {
                if (await engine.InspectImageAsync(reference, cancellationToken) is null)
                {
                    await ObtainAsync(engine, reference, progress, cancellationToken);
                }
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _turn.Dispose();

    /// <summary>The full form of a reference: <c>postgres:15</c> is <c>docker.io/library/postgres:15</c>.</summary>
    internal static string Canonical(string reference)
    {
        var slash = reference.IndexOf('/', StringComparison.Ordinal);
        var first = slash < 0 ? "" : reference[..slash];
        var hasHost = first.AsSpan().IndexOfAny('.', ':') >= 0 || first == "localhost";
        var named = hasHost ? reference : slash < 0 ? $"docker.io/library/{reference}" : $"docker.io/{reference}";
        var lastPart = named[(named.LastIndexOf('/') + 1)..];
        return lastPart.AsSpan().IndexOfAny(':', '@') < 0 ? named + ":latest" : named;
    }

    private async Task ObtainAsync(IContainerEngine engine, string reference, Action<string> progress, CancellationToken cancellationToken)
    {
        var canonical = Canonical(reference);
        var known = StandInSource.Folders.ContainsKey(canonical) || Debian.Contains(canonical, StringComparer.Ordinal);

        // Without a stand-in the engine tries in any case: it may know a mirror that we do not.
        if (!known || await AnswersAsync(canonical[..canonical.IndexOf('/', StringComparison.Ordinal)], cancellationToken))
        {
            progress($"Fetching {reference}");
            try
            {
                await engine.PullImageAsync(canonical, progress, cancellationToken);
                return;
            }
            catch (EngineException e) when (e.Error is EngineError.ImageUnavailable or EngineError.TimedOut)
            {
                if (!known)
                {
                    string[] names = ["debian:bookworm-slim", .. StandInSource.Folders.Keys.Select(Familiar)];
                    throw new DiagnosticException(ExitCode.EngineUnavailable, BaseImageDiagnostics.Unavailable(reference, e.Message, names));
                }
            }
        }

        if (StandInSource.Folders.TryGetValue(canonical, out var folder))
        {
            await BuildAsync(engine, canonical, folder, progress, cancellationToken);
        }
        else
        {
            await ImportDebianAsync(engine, canonical, progress, cancellationToken);
        }
    }

    private async Task<bool> AnswersAsync(string host, CancellationToken cancellationToken)
    {
        if (!_answers.TryGetValue(host, out var answers))
        {
            _answers[host] = answers = await _probe.AnswersAsync(host, cancellationToken);
        }

        return answers;
    }

    private async Task BuildAsync(IContainerEngine engine, string canonical, string folder, Action<string> progress, CancellationToken cancellationToken)
    {
        if (await engine.InspectImageAsync(Debian[0], cancellationToken) is null)
        {
            await ObtainAsync(engine, Debian[0], progress, cancellationToken);
        }

        progress($"No registry gives {Familiar(canonical)}: building a stand-in from Debian's packages");
        var tail = new ConcurrentQueue<string>();
        var request = new BuildRequest(
            (stream, token) => StandInSource.WriteContextAsync(folder, stream, token),
            "Dockerfile",
            Target: null,
            Args: new Dictionary<string, string>(StringComparer.Ordinal),
            Labels: new Dictionary<string, string>(StringComparer.Ordinal),
            Tags: [canonical]);
        try
        {
            await engine.BuildImageAsync(request, Log, cancellationToken);
        }
        catch (EngineException e) when (e.Error == EngineError.BuildFailed)
        {
            throw new DiagnosticException(ExitCode.EngineUnavailable, BaseImageDiagnostics.StandInFailed(Familiar(canonical), [.. tail, e.Message]));
        }

        void Log(string line)
        {
            progress(line);
            tail.Enqueue(line);
            if (tail.Count > TailLines)
            {
                tail.TryDequeue(out _);
            }
        }
    }

    private async Task ImportDebianAsync(IContainerEngine engine, string canonical, Action<string> progress, CancellationToken cancellationToken)
    {
        progress($"No registry gives {Familiar(canonical)}: making a stand-in from Debian's packages (about 30 seconds)");
        await using var tar = await _rootFileSystem.MakeAsync(progress, cancellationToken);
        await engine.ImportImageAsync(tar, canonical, DebianChanges, cancellationToken);
    }

    private static string Familiar(string canonical) =>
        canonical.StartsWith("docker.io/library/", StringComparison.Ordinal) ? canonical["docker.io/library/".Length..] : canonical["docker.io/".Length..];
}
