using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Towpath.Engines.Containers.Wire;

namespace Towpath.Engines.Containers;

public sealed partial class DockerApiEngine
{
    private const int MaxBuildLine = 1 << 20;
    private static readonly TimeSpan BuildBound = TimeSpan.FromHours(1);

    /// <inheritdoc/>
    public async Task<string> BuildImageAsync(BuildRequest request, Action<string> log, CancellationToken cancellationToken)
    {
        using var content = new ContextContent(request.WriteContext, cancellationToken);
        var step = await OwnStepAsync(cancellationToken);
        string? id = null;
        var lines = new LineAssembler(log);
        try
        {
            using var response = await _transport.SendAsync(HttpMethod.Post, BuildPath(request, step), content, BuildBound, cancellationToken);
            await EachLineAsync(
                response,
                BuildBound,
                EngineErrors.FromBuild,
                line =>
                {
                    // With several stages each may say its identifier; the last one is the image's.
                    id = line.Aux?.Id ?? id;
                    lines.Add(line.Stream ?? "");
                },
                cancellationToken);
        }
        catch (EngineException e) when (e.Error is EngineError.Other or EngineError.NotFound or EngineError.Conflict)
        {
            // Docker refuses a wrong Dockerfile with a status, where Podman says 200 and an error in the stream.
            throw new EngineException(EngineError.BuildFailed, e.Message, e);
        }
        catch (Exception e) when (e is OperationCanceledException or EngineException { Error: EngineError.TimedOut })
        {
            await (step?.KillAsync(_time) ?? Task.CompletedTask);
            throw;
        }
        finally
        {
            lines.End();
        }

        return id ?? throw new EngineException(EngineError.BuildFailed, "The engine ended the build without an image.");
    }

    // With systemd as its manager of control groups, Podman takes only the name of a slice: there a step ends by itself.
    private async Task<BuildStep?> OwnStepAsync(CancellationToken cancellationToken) =>
        IsPodman && (await _transport.GetAsync("info", EngineJson.Default.InfoAnswer, cancellationToken)).CgroupDriver == "cgroupfs"
            ? new BuildStep()
            : null;

    // Both engines: the layer cache is on, base images are pulled only where missing, and intermediate containers are removed, after a
    // failure too (forcerm). Podman keeps HEALTHCHECK on this route, since the route implies Docker's image format.
    private string BuildPath(BuildRequest request, BuildStep? step)
    {
        var path = new StringBuilder("build?rm=1&forcerm=1");
        path.Append("&dockerfile=").Append(Escape(request.Dockerfile));
        path.Append("&buildargs=").Append(Escape(JsonSerializer.Serialize(Sorted(request.Args), EngineJson.Default.SortedDictionaryStringString)));
        path.Append("&labels=").Append(Escape(Labels(request)));
        if (request.Target is not null)
        {
            path.Append("&target=").Append(Escape(request.Target));
        }

        if (step is not null)
        {
            path.Append("&cgroupparent=").Append(Escape(step.CgroupParent));
        }

        foreach (var tag in request.Tags)
        {
            path.Append("&t=").Append(Escape(tag));
        }

        return path.ToString();
    }

    // Podman makes a step of each label, and takes those of an object in an order of chance: each build would miss the cache now and then
    // and get another identifier. It keeps the order of a list. Docker takes an object alone, and sorts it.
    private string Labels(BuildRequest request) => IsPodman
        ? JsonSerializer.Serialize([.. Sorted(request.Labels).Select(label => $"{label.Key}={label.Value}")], EngineJson.Default.StringArray)
        : JsonSerializer.Serialize(Sorted(request.Labels), EngineJson.Default.SortedDictionaryStringString);

    /// <summary>Reads the answer of a long call line by line; an error line ends it with an exception, as status 200 says nothing there.</summary>
    private static Task<bool> EachLineAsync(
        HttpResponseMessage response,
        TimeSpan bound,
        Func<string, EngineException> failure,
        Action<ProgressLine> each,
        CancellationToken cancellationToken) =>
        EngineTransport.GuardAsync(
            async token =>
            {
                await using var stream = await response.Content.ReadAsStreamAsync(token);
                using var reader = new StreamReader(stream, Encoding.UTF8);
                while (await reader.ReadLineAsync(token) is { } text)
                {
                    if (text.Length is > 0 and < MaxBuildLine && Parse(text) is { } line)
                    {
                        if (line.Error is not null)
                        {
                            throw failure(line.Error);
                        }

                        each(line);
                    }
                }

                return true;
            },
            bound,
            cancellationToken);

    private static ProgressLine? Parse(string text) => JsonSerializer.Deserialize(text, EngineJson.Default.ProgressLine);

    /// <summary>The context as a request body, written while it is sent: it is never whole in memory.</summary>
    private sealed class ContextContent : HttpContent
    {
        private readonly Func<Stream, CancellationToken, Task> _write;
        private readonly CancellationToken _cancelled;

        public ContextContent(Func<Stream, CancellationToken, Task> write, CancellationToken cancelled)
        {
            _write = write;
            _cancelled = cancelled;
            Headers.ContentType = new MediaTypeHeaderValue("application/x-tar");
        }

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => _write(stream, _cancelled);

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken) =>
            _write(stream, cancellationToken);

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }

    /// <summary>Makes lines of the pieces in which an engine sends a build's output.</summary>
    private sealed class LineAssembler(Action<string> log)
    {
        private readonly StringBuilder _pending = new();

        public void Add(string piece)
        {
            foreach (var c in piece)
            {
                if (c == '\n' || _pending.Length == EngineLogFile.MaxLine)
                {
                    Flush();
                }

                if (c is not ('\n' or '\r'))
                {
                    _pending.Append(c);
                }
            }
        }

        public void End()
        {
            if (_pending.Length > 0)
            {
                Flush();
            }
        }

        private void Flush()
        {
            if (_pending.Length > 0)
            {
                log(_pending.ToString());
                _pending.Clear();
            }
        }
    }
}
