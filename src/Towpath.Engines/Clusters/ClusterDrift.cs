using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Towpath.Core.Diagnostics;
using Towpath.Core.Environments;
using Towpath.Core.Kubernetes.Differences;
using Towpath.Core.Kubernetes.Manifests;
using Towpath.Core.Rollouts;
using Towpath.Engines.Kubernetes;

namespace Towpath.Engines.Clusters;

/// <summary>
/// Looks for what was changed behind Towpath's back, object by object. Whether one has changed a view tells, or it is read each time; the API server is asked what an
/// apply would make of it only when it has changed since it was asked last. Others go first there, so in a crowd a look lasts: what it found is told when it has ended.
/// </summary>
internal sealed class ClusterDrift(ClusterParts parts, ClusterObjects objects, ClusterCompiler compiler, ClusterSpace room, ClusterComparison comparison)
{
    private const int MostChanges = 100;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(3);

    private readonly Lock _turn = new();
    private readonly Dictionary<string, Asked> _asked = new(StringComparer.Ordinal);
    private Wanted? _wanted;
    private volatile Look _last = new([], null, 0, 0, 0);
    private Task _looking = Task.CompletedTask;

    /// <summary>Number of the last look that has ended.</summary>
    public int Looks => _last.Number;

    /// <summary>What is not as it is wanted, as far as is known after a short wait, and the number of the look that found it.</summary>
    /// <param name="desired">What is wanted.</param>
    /// <param name="effects">Effects that were done so far: each makes what was seen before it old.</param>
    /// <param name="view">What is known of the cluster; null asks it.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<(ImmutableArray<ObservedChange> Changes, int Look)> FindAsync(EnvironmentDesired desired, int effects, ClusterView? view, CancellationToken cancellationToken)
    {
        // With a view one looks only where something has changed, and at once.
        if (view is null && _last is var last && last.Effects == effects && ReferenceEquals(last.Desired, desired) && parts.Time.GetElapsedTime(last.At) < Pause)
        {
            return (last.Changes, last.Number);
        }

        // One that is under way may have begun before the last effect.
        await WaitAsync(cancellationToken);
        if (_looking.IsCompleted)
        {
            _looking = LookOnceAsync(desired, effects, view, cancellationToken);
            await WaitAsync(cancellationToken);
        }

        return (LastOf(desired), _last.Number);
    }

    private async Task WaitAsync(CancellationToken cancellationToken)
    {
        await _looking.WaitAsync(LongestWait, parts.Time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        cancellationToken.ThrowIfCancellationRequested();
    }

    private async Task LookOnceAsync(EnvironmentDesired desired, int effects, ClusterView? view, CancellationToken cancellationToken)
    {
        var at = parts.Time.GetTimestamp();
        var changes = await LookAsync(desired, view, cancellationToken);
        _last = new Look(changes, desired, effects, at, _last.Number + 1);
    }

    private ImmutableArray<ObservedChange> LastOf(EnvironmentDesired desired) => ReferenceEquals(_last.Desired, desired) ? _last.Changes : [];

    private async Task<ImmutableArray<ObservedChange>> LookAsync(EnvironmentDesired desired, ClusterView? view, CancellationToken cancellationToken)
    {
        try
        {
            if (_wanted is not { } wanted || !ReferenceEquals(wanted.Desired, desired))
            {
                _wanted = wanted = await WantedAsync(desired, cancellationToken);
                lock (_turn) _asked.Clear();
            }

            var found = new ImmutableArray<ObservedChange>[wanted.Parts.Length];
            await Parallel.ForAsync(0, found.Length, ClusterComparison.SideBySide(cancellationToken), async (i, token) =>
                found[i] = [.. Told(wanted.Parts[i], await CompareAsync(wanted.Parts[i], view, token))]);
            var changes = found.SelectMany(f => f).DistinctBy(c => c.Key).Take(MostChanges);
            // What a controller applies it puts right, too.
            return [.. ClusterDelivery.Of(desired) is null ? changes : changes.Select(c => c with { Mend = null })];
        }
        catch (Exception e) when (e is KubernetesException or DiagnosticException)
        {
            // What runs is observed all the same, and a cluster that is away is told there.
            return LastOf(desired);
        }
    }

    /// <summary>What stands there at rest, and what brings each back. Tasks ran once and never again.</summary>
    private async Task<Wanted> WantedAsync(EnvironmentDesired desired, CancellationToken cancellationToken)
    {
        var compilation = await compiler.PreviewAsync(desired, cancellationToken);
        var services = compilation.Workloads.ToDictionary(w => w.Value, w => w.Key, StringComparer.Ordinal);
        var all = compilation.Objects.Where(o => o.Kind != "Job").Select(o => PartOf(desired, o, services.GetValueOrDefault(o.Id) ?? ScaledBy(o, services)));
        var secrets = room.SecretBodies(desired, compilation.Namespace).Select(body => new Part(body, null, new PrepareEnvironment()));
        return new Wanted(desired, [.. all, .. secrets]);
    }

    private static Part PartOf(EnvironmentDesired desired, ManifestObject subject, string? service)
    {
        Effect mend = ObjectRoles.IsEntry(subject) ? new ConfigureGateway(Side.Target)
            : ObjectRoles.IsUnit(subject) && service is not null ? new StartReplica(Side.Target, service, 0, ClusterObserver.NameOf(desired, service, desired.Service(service)!.Revision))
            : new PrepareEnvironment();
        return new Part(ClusterObjects.Json(subject), service, mend);
    }

    // An autoscaler has the name of what it scales.
    private static string? ScaledBy(ManifestObject subject, Dictionary<string, string> services) =>
        subject.Kind == "HorizontalPodAutoscaler" ? services.GetValueOrDefault($"Deployment/{subject.Name}") ?? services.GetValueOrDefault($"StatefulSet/{subject.Name}") : null;

    private async Task<ObjectChange?> CompareAsync(Part part, ClusterView? view, CancellationToken cancellationToken)
    {
        var subject = ObjectChange.SubjectOf(part.Body);
        if (await objects.VersionAsync(view, part.Body, cancellationToken) is not { } version)
        {
            return new ObjectChange(subject, ObjectChangeKind.Added, []);
        }

        lock (_turn)
        {
            if (_asked.TryGetValue(subject, out var asked) && asked.Version == version) return asked.Change;
        }

        var change = await comparison.OfAsync(part.Body, cancellationToken);
        lock (_turn) _asked[subject] = new Asked(version, change);
        return change;
    }

    private static IEnumerable<ObservedChange> Told(Part part, ObjectChange? change) => change switch
    {
        null => [],
        { Kind: ObjectChangeKind.Added } => [new ObservedChange($"object:{change.Subject}", part.Service, $"{change.Subject} is gone", part.Mend)],
        { Kind: ObjectChangeKind.Refused } => [new ObservedChange($"object:{change.Subject}", part.Service, $"{change.Subject} is not as wanted, and can't be put right: {change.Why}", part.Mend)],
        _ => change.Fields.Select(f => new ObservedChange(
            $"field:{change.Subject} {f.Change.Path}", part.Service, FieldWords.Drifted(change.Subject, f.Change, f.Managers), part.Mend)),
    };

    private sealed record Part(JsonObject Body, string? Service, Effect Mend);

    private sealed record Wanted(EnvironmentDesired Desired, ImmutableArray<Part> Parts);

    private sealed record Asked((string? Uid, string? ResourceVersion) Version, ObjectChange? Change);

    private sealed record Look(ImmutableArray<ObservedChange> Changes, EnvironmentDesired? Desired, int Effects, long At, int Number);
}
