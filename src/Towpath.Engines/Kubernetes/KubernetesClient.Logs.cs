using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using Towpath.Engines.Kubernetes.Calls;
using Towpath.Engines.Kubernetes.Streams;

namespace Towpath.Engines.Kubernetes;

/// <summary>Which lines of a container's output.</summary>
public sealed record LogOptions
{
    /// <summary>Container; null where the pod has one only.</summary>
    public string? Container { get; init; }

    /// <summary>Goes on until the container ends.</summary>
    public bool Follow { get; init; }

    /// <summary>Lines from the end; null for all.</summary>
    public int? Tail { get; init; }

    /// <summary>Lines since then; null for all.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Those of the container before its last restart.</summary>
    public bool Previous { get; init; }

    /// <summary>Each line begins with its time (RFC 3339) and a space.</summary>
    public bool Timestamps { get; init; }
}

/// <summary>Output of containers.</summary>
public sealed partial class KubernetesClient
{
    /// <summary>Longest line, in bytes; what is beyond is left out.</summary>
    public const int MaxLogLine = 64 * 1024;

    private static readonly TimeSpan LogSilence = TimeSpan.FromSeconds(60);

    /// <summary>Lines that a container wrote.</summary>
    /// <exception cref="KubernetesException">There is no such pod or container, or the stream broke; when following, go on with <see cref="LogOptions.Since"/>.</exception>
    public async IAsyncEnumerable<string> LogsAsync(string space, string pod, LogOptions options, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var request = Request(HttpMethod.Get, Pods, space, pod, "reading the log of", Query(options), "log");
        using var answer = await _transport.OpenAsync(request, cancellationToken);
        await using var stream = await answer.Content.ReadAsStreamAsync(cancellationToken);
        var lines = new BoundedLines(stream, MaxLogLine);
        while (await LineAsync(lines, request, options.Follow ? Timeout.InfiniteTimeSpan : LogSilence, cancellationToken) is { } line)
        {
            yield return Encoding.UTF8.GetString(line.Span);
        }
    }

    internal static ApiKind Pods { get; } = new("", "v1", "Pod", "pods", IsNamespaced: true);

    internal async Task<ReadOnlyMemory<byte>?> LineAsync(BoundedLines lines, ApiRequest request, TimeSpan silence, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(silence, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            return await lines.ReadAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new KubernetesException(ApiFailure.TimedOut, KubernetesDiagnostics.TooSlow(request.Subject, silence));
        }
        catch (Exception fault) when (fault is IOException or HttpRequestException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw ApiFailures.From(fault, request.Subject, Server);
        }
    }

    private static string Query(LogOptions options)
    {
        List<string> query = [];
        if (options.Container is { } container) query.Add("container=" + Escaped(container));
        if (options.Follow) query.Add("follow=true");
        if (options.Tail is { } tail) query.Add("tailLines=" + tail.ToString(CultureInfo.InvariantCulture));
        if (options.Since is { } since) query.Add("sinceTime=" + Escaped(since.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)));
        if (options.Previous) query.Add("previous=true");
        if (options.Timestamps) query.Add("timestamps=true");
        return string.Join('&', query);
    }
}
