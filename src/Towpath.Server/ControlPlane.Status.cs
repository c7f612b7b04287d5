using System.Globalization;
using System.Runtime.CompilerServices;
using Towpath.Core.Applications;
using Towpath.Core.Containers;
using Towpath.Core.Releases;
using Towpath.Server.Api;
using Towpath.Server.Logs;
using Towpath.Server.Storage;

namespace Towpath.Server;

// What is there: releases, environments, logs.
public sealed partial class ControlPlane
{
    private const int Listed = 100;
    private const int RecentRuns = 5;
    private static readonly TimeSpan LogPause = TimeSpan.FromMilliseconds(250);

    /// <inheritdoc/>
    public Task<IReadOnlyList<ReleaseAnswer>> ReleasesAsync(string application, CancellationToken cancellationToken)
    {
        var known = _lookup.Application(application);
        var current = known.Ladder.Environments.ToDictionary(e => e.Name, e => _store.Current(application, e.Name)?.Release);
        return Task.FromResult<IReadOnlyList<ReleaseAnswer>>([.. _store.Releases(application, Listed).Select(r => new ReleaseAnswer(
            r.Id, r.Commit, r.Subject, r.CreatedAt,
            r.Images.ToDictionary(i => i.Key, i => i.Value.Digest),
            [.. current.Where(c => c.Value == r.Id).Select(c => c.Key)],
            Evidence(application, r.Id)))]);
    }

    /// <inheritdoc/>
    public async Task<StatusAnswer> StatusAsync(string application, CancellationToken cancellationToken)
    {
        var known = _lookup.Application(application);
        var containers = await _engine.ListContainersAsync(
            [$"{ContainerLabels.Application}={application}", $"{ContainerLabels.Role}={ContainerLabels.RoleReplica}"], cancellationToken);
        var runs = _store.RecentRuns(application, RecentRuns).Select(r => new RunAnswer(r.Id, r.Commit, r.State.ToString()));
        return new StatusAnswer(
            application,
            [.. known.Ladder.Environments.Select(e => StateOf(known, e, [.. containers.Where(c => c.Label(ContainerLabels.Environment) == e.Name)]))],
            [.. runs]);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<LogAnswer> LogsAsync(
        string application, string environment, string? service, int tail, bool follow, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var spec = Lookup.Environment(_lookup.Application(application), environment);
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

    private EnvironmentAnswer StateOf(ApplicationRecord application, EnvironmentSpec environment, IReadOnlyList<ObservedContainer> containers)
    {
        var current = _store.Current(application.Name, environment.Name);
        var release = current is null ? null : _store.Release(application.Name, current.Release);
        var deployment = _store.RecentDeployments(application.Name, environment.Name, 1) is [var newest] ? newest : null;
        var next = Next(application, environment, current?.Release);
        return new EnvironmentAnswer(
            environment.Name,
            deployment is null ? null : $"http://{environment.Address}:{_environments.Port(application.Name, environment).ToString(CultureInfo.InvariantCulture)}",
            release?.Id, release?.Commit, current?.Since, deployment?.Id, deployment?.Phase, next?.Id,
            next is null ? [] : [.. _gates.Judge(next, environment).Select(g => new GateAnswer(g.Name, g.Holds, g.Evidence))],
            release is null ? [] : [.. release.Application.Services.Select(s => Service(release, environment, s, containers))]);
    }

    private Release? Next(ApplicationRecord application, EnvironmentSpec environment, string? current)
    {
        var candidate = application.Ladder.Below(environment.Name) is { } below
            ? _store.Current(application.Name, below.Name)?.Release
            : _store.Releases(application.Name, 1).Select(r => r.Id).FirstOrDefault();
        return candidate is null || candidate == current ? null : _store.Release(application.Name, candidate);
    }

    private static ServiceAnswer Service(Release release, EnvironmentSpec environment, Service service, IReadOnlyList<ObservedContainer> containers)
    {
        var own = containers.Where(c => c.Label(ContainerLabels.Service) == service.Name).ToList();
        return new ServiceAnswer(
            service.Name,
            own.Select(c => c.Label(ContainerLabels.Revision)).FirstOrDefault() ?? "",
            environment.Services.GetValueOrDefault(service.Name)?.Replicas ?? service.Replicas,
            own.Count(c => c.State == ContainerState.Running),
            release.Images[service.Name].Digest);
    }

    private IReadOnlyList<EvidenceAnswer> Evidence(string application, string release) =>
        _store.RunOfRelease(application, release) is { } run
            ? [.. _store.Evidence(run).Select(e => new EvidenceAnswer(e.Step, e.Succeeded ? "succeeded" : "failed", e.Duration, e.LogFile, e.Detail))]
            : [];
}
