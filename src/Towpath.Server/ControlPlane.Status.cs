using System.Runtime.CompilerServices;
using Towpath.Core.Applications;
using Towpath.Core.Containers;
using Towpath.Core.Diagnostics;
using Towpath.Engines.Clusters;
using Towpath.Engines.Kubernetes;
using Towpath.Server.Api;
using Towpath.Server.Desks;
using Towpath.Server.Logs;

namespace Towpath.Server;

// What is there: environments, logs.
public sealed partial class ControlPlane
{
    private const int RecentRuns = 5;
    private static readonly TimeSpan SightLimit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LogPause = TimeSpan.FromMilliseconds(250);

    /// <inheritdoc/>
    public async Task<StatusAnswer> StatusAsync(string application, CancellationToken cancellationToken)
    {
        var known = _lookup.Application(application);
        var containers = await _engine.ListContainersAsync(
            [$"{ContainerLabels.Application}={application}", $"{ContainerLabels.Role}={ContainerLabels.RoleReplica}"], cancellationToken);
        var runs = _store.RecentRuns(application, RecentRuns).Select(r => new RunAnswer(r.Id, r.Commit, r.State.ToString()));
        var sights = await Task.WhenAll(known.Ladder.Environments.Select(e => SightAsync(application, e, cancellationToken)));
        return new StatusAnswer(
            application,
            [.. known.Ladder.Environments.Zip(sights, (e, sight) => _status.Of(known, e, [.. containers.Where(c => c.Label(ContainerLabels.Environment) == e.Name)], sight))],
            [.. runs]);
    }

    /// <summary>What there is on a cluster; null where the environment runs here. A cluster that is away must not keep the rest from being shown.</summary>
    private async Task<ClusterSight?> SightAsync(string application, EnvironmentSpec environment, CancellationToken cancellationToken)
    {
        if (_lookup.Current(application, environment) is not { Spec: { Engine: EngineKind.Kubernetes } spec }) return null;
        using var limit = new CancellationTokenSource(SightLimit, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            return new ClusterSight(await _environments.Cluster(application, spec).StandingAsync(spec.NamespaceFor(application), either.Token), null);
        }
        catch (Exception e) when (e is KubernetesException or DiagnosticException or OperationCanceledException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return new ClusterSight([], e is OperationCanceledException ? $"its cluster did not answer within {SightLimit.TotalSeconds:0} s" : e.Message);
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<LogAnswer> LogsAsync(
        string application, string environment, string? service, int tail, bool follow, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var spec = Lookup.Environment(_lookup.Application(application), environment);
        if (_lookup.Running(application, spec) is { Spec.Engine: EngineKind.Kubernetes } running)
        {
            var asked = new PodLogQuestion(running.Spec.NamespaceFor(application), [.. running.Release.Application.Services.Select(s => s.Name)], service, tail, follow);
            // A cluster does not tell the two outputs of a process apart.
            await foreach (var line in _environments.Cluster(application, running.Spec).LogsAsync(asked, cancellationToken))
                yield return new LogAnswer(line.At, spec.Name, line.Service, line.Source, "stdout", line.Text);
            yield break;
        }
        var logs = _environments.Logs(application);
        var positions = new Dictionary<string, LogPosition>(StringComparer.Ordinal);
        var last = new List<LogAnswer>();
        foreach (var name in Names())
        {
            var (lines, next) = logs.Log(spec.Name, name).Tail(tail);
            positions[name] = next;
            last.AddRange(lines.Select(l => Answer(spec.Name, name, l)));
        }
        foreach (var line in last.OrderBy(l => l.At).TakeLast(tail)) yield return line;
        while (follow)
        {
            await Task.Delay(LogPause, _time, cancellationToken);
            var news = new List<LogAnswer>();
            foreach (var name in Names())
            {
                var (lines, next) = logs.Log(spec.Name, name).After(positions.GetValueOrDefault(name, new LogPosition(1, 0)));
                positions[name] = next;
                news.AddRange(lines.Select(l => Answer(spec.Name, name, l)));
            }
            foreach (var line in news.OrderBy(l => l.At)) yield return line;
        }

        // A service asked for by name is followed before it has written anything; the gateway's requests only when asked for.
        IEnumerable<string> Names() => service is not null ? [service] : logs.Services(spec.Name).Where(s => s != "gateway");
    }

    private static LogAnswer Answer(string environment, string service, KeptLine line) =>
        new(line.At, environment, service, line.Container, line.IsError ? "stderr" : "stdout", line.Text);
}
