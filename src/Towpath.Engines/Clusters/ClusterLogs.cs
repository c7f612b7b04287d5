using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Towpath.Core.Diagnostics;
using Towpath.Core.Kubernetes.Objects;
using Towpath.Core.Kubernetes.Planning;
using Towpath.Core.Kubernetes.Running;
using Towpath.Engines.Kubernetes;
using Towpath.Engines.Kubernetes.Watching;

namespace Towpath.Engines.Clusters;

/// <summary>Which lines of an environment's pods.</summary>
/// <param name="Space">Namespace.</param>
/// <param name="Services">Services that the environment may run.</param>
/// <param name="Service">The only one asked for, or <see cref="Entry"/>; null for all services.</param>
/// <param name="Tail">Lines to begin with, over all pods.</param>
/// <param name="Follow">Goes on as new lines and new pods come.</param>
public sealed record PodLogQuestion(string Space, IReadOnlyCollection<string> Services, string? Service, int Tail, bool Follow)
{
    /// <summary>What the environment's own proxy is asked for by, as the gateway of containers is.</summary>
    public const string Entry = "gateway";

    /// <summary>The service that a pod with a label is one of; null where it is not asked for.</summary>
    internal string? ServiceOf(string component)
    {
        var service = component == ProxyObjects.Name ? Entry : Services.FirstOrDefault(s => ServiceNames.Of(s) == component);
        return Service is null ? (service == Entry ? null : service) : service == Service ? service : null;
    }
}

/// <summary>What the pods of an environment write. The cluster keeps it: it is asked for when somebody reads.</summary>
internal sealed class ClusterLogs(ClusterParts parts, ClusterObjects objects, ClusterPods pods, string environment)
{
    /// <summary>Runs of containers that are read or followed at once.</summary>
    public const int MostOutputs = 200;

    private const int AtOnce = 8;
    private const int Buffered = 1000;
    private const long TailSize = 16 * 1024 * 1024;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>The last lines of all pods by time, then new ones as they come.</summary>
    /// <exception cref="DiagnosticException">TP6448: too many pods.</exception>
    /// <exception cref="KubernetesException">The cluster can't be asked.</exception>
    public async IAsyncEnumerable<PodLine> ReadAsync(PodLogQuestion question, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var places = new ConcurrentDictionary<(string, string, long), PodLinePlace>();
        foreach (var line in await TailAsync(question, places, cancellationToken))
        {
            yield return line;
        }

        if (!question.Follow)
        {
            yield break;
        }

        await foreach (var line in FollowAsync(question, places, cancellationToken))
        {
            yield return line;
        }
    }

    private async Task<IEnumerable<PodLine>> TailAsync(PodLogQuestion question, ConcurrentDictionary<(string, string, long), PodLinePlace> places, CancellationToken cancellationToken)
    {
        var outputs = PodOutput.Of(await pods.ListAsync(question.Space, cancellationToken), question.ServiceOf).ToList();
        Check(outputs.Count);
        var newest = new NewestLines(question.Tail, TailSize);
        await Parallel.ForEachAsync(outputs, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken }, async (output, token) =>
        {
            var place = default(PodLinePlace);
            // The last line is asked for even where none is shown: what follows goes on behind it.
            var options = new LogOptions { Container = output.Container, Timestamps = true, Tail = Math.Max(question.Tail, 1) };
            if (output.HasEarlier && question.Tail > 0)
            {
                await TakeAsync(options with { Previous = true });
                place = default;
            }

            await TakeAsync(options);
            places[output.Key] = place;

            async Task TakeAsync(LogOptions asked)
            {
                try
                {
                    await foreach (var line in LinesAsync(question.Space, output, asked, token))
                    {
                        place = place.After(line);
                        lock (newest) newest.Add(line);
                    }
                }
                catch (KubernetesException e) when (e.Failure == ApiFailure.Busy)
                {
                    // Its node does not answer. The others are shown all the same, and this one's lines do not just seem not to be.
                    lock (newest) newest.Add(new PodLine(parts.Time.GetUtcNow(), output.Service, output.Source, $"[what it wrote can't be read now: {e.Message}]"));
                }
            }
        });
        return newest.Take();
    }

    private async IAsyncEnumerable<PodLine> FollowAsync(
        PodLogQuestion question, ConcurrentDictionary<(string, string, long), PodLinePlace> places, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        // Who reads slowly makes the cluster wait.
        var lines = Channel.CreateBounded<PodLine>(Buffered);
        var following = FollowPodsAsync(question, places, lines.Writer, ending.Token);
        try
        {
            await foreach (var line in lines.Reader.ReadAllAsync(cancellationToken))
            {
                yield return line;
            }
        }
        finally
        {
            await ending.CancelAsync();
            await following.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task FollowPodsAsync(
        PodLogQuestion question, ConcurrentDictionary<(string, string, long), PodLinePlace> places, ChannelWriter<PodLine> lines, CancellationToken cancellationToken)
    {
        var followed = new Dictionary<(string, string, long), Task>();
        try
        {
            var kind = await parts.Client.KindAsync("v1", "Pod", cancellationToken);
            await using var watched = parts.Client.Keep(kind, new ObjectFilter(question.Space, objects.Selector));
            for (var seen = -1L; ;)
            {
                var known = seen;
                var now = await watched.UntilAsync(cache => cache.Changes != known, cancellationToken);
                seen = now.Changes;
                var outputs = PodOutput.Of(now.Items.Values, question.ServiceOf).ToDictionary(o => o.Key);
                foreach (var gone in followed.Where(f => f.Value.IsCompleted && !outputs.ContainsKey(f.Key)).Select(f => f.Key).ToList()) followed.Remove(gone);
                foreach (var output in outputs.Values.Where(o => !followed.ContainsKey(o.Key)))
                {
                    Check(followed.Values.Count(f => !f.IsCompleted) + 1);
                    followed[output.Key] = FollowAsync(question, output, places.GetValueOrDefault(output.Key), watched, lines, cancellationToken);
                }
            }
        }
        catch (Exception e)
        {
            lines.TryComplete(e);
        }
        finally
        {
            await Task.WhenAll(followed.Values).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>All of one run, until it has ended or its pod is gone. A stream that breaks is begun again behind the last line.</summary>
    private async Task FollowAsync(
        PodLogQuestion question, PodOutput output, PodLinePlace place, WatchedObjects watched, ChannelWriter<PodLine> lines, CancellationToken cancellationToken)
    {
        try
        {
            do
            {
                place = await FollowOnceAsync(question.Space, output, place, lines, cancellationToken);
                await Task.Delay(Pause, parts.Time, cancellationToken);
            }
            while (PodOutput.Of(watched.Current.Items.Values, question.ServiceOf).Any(o => o.Key == output.Key && o.IsRunning));
        }
        catch (Exception e)
        {
            // Lines without those of one pod, and without a word about it, would mislead.
            lines.TryComplete(e);
        }
    }

    private async Task<PodLinePlace> FollowOnceAsync(string space, PodOutput output, PodLinePlace place, ChannelWriter<PodLine> lines, CancellationToken cancellationToken)
    {
        var (began, passed) = (place, 0);
        var options = new LogOptions { Container = output.Container, Timestamps = true, Follow = true, Since = began.Count == 0 ? null : began.At };
        await foreach (var line in LinesAsync(space, output, options, cancellationToken))
        {
            if (!began.Covers(line, ref passed))
            {
                place = place.After(line);
                await lines.WriteAsync(line, cancellationToken);
            }
        }

        return place;
    }

    /// <summary>Lines of a run; none of a pod that is gone. Who follows tries again where nothing answers for now.</summary>
    private async IAsyncEnumerable<PodLine> LinesAsync(string space, PodOutput output, LogOptions options, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var lines = parts.Client.LogsAsync(space, output.Pod, options, cancellationToken).GetAsyncEnumerator(cancellationToken);
        while (await NextAsync(lines, options.Follow))
        {
            if (PodLine.Read(output, lines.Current) is { } line)
            {
                yield return line;
            }
        }
    }

    private static async Task<bool> NextAsync(IAsyncEnumerator<string> lines, bool follows)
    {
        try
        {
            return await lines.MoveNextAsync();
        }
        catch (KubernetesException e) when (e.Failure is ApiFailure.NotFound or ApiFailure.Refused
            || (follows && e.Failure is ApiFailure.Busy or ApiFailure.Unreachable or ApiFailure.TimedOut or ApiFailure.BadAnswer))
        {
            return false;
        }
    }

    private void Check(int outputs)
    {
        if (outputs > MostOutputs)
        {
            throw new DiagnosticException(ExitCode.Usage, ClusterRunDiagnostics.TooManyOutputs(environment, MostOutputs));
        }
    }
}
