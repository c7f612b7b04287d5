using System.Collections.Immutable;
using Towpath.Core.Environments;
using Towpath.Core.Kubernetes.Objects;
using Towpath.Core.Kubernetes.Status;
using Towpath.Core.Rollouts;

namespace Towpath.Engines.Clusters;

/// <summary>
/// What of an environment at rest is otherwise in its cluster than it was committed: by hand, by a controller that can't keep up, or since somebody else commits to the
/// environment's folder. It is looked for more seldom than units are, since each object is asked for.
/// </summary>
internal sealed class ClusterDrift(ClusterObjects objects, ClusterCompiler compiler, TimeProvider time)
{
    private const int MostFields = 3;
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(30);
    private Look _last = new("", [], 0);

    /// <summary>What was found last for a release, whenever that was.</summary>
    public ImmutableArray<Drift> Known(EnvironmentDesired desired) => _last.Release == desired.Release ? _last.Found : [];

    /// <summary>What is otherwise.</summary>
    public async Task<ImmutableArray<Drift>> FindAsync(EnvironmentDesired desired, CancellationToken cancellationToken)
    {
        if (_last.Release == desired.Release && time.GetElapsedTime(_last.At) < LookAgain)
        {
            return _last.Found;
        }

        var at = time.GetTimestamp();
        var found = ImmutableArray.CreateBuilder<Drift>();
        // A Job that ran may be cleared away, and never changes.
        foreach (var subject in (await compiler.CompileAsync(desired, cancellationToken)).Objects.Where(o => o.Kind != "Job"))
        {
            var wanted = ClusterObjects.Json(subject);
            var service = wanted.Text("metadata", "annotations", ObjectNames.Service);
            if (await objects.FindAsync(subject, cancellationToken) is not { } there)
            {
                // What runs a service is missed as that.
                if (service is null) found.Add(new Drift($"object:{subject.Id}", null, $"{subject.Id} is gone from the cluster"));
            }
            else if (ObjectDifference.Between(wanted, there).Take(MostFields).ToList() is { Count: > 0 } fields)
            {
                found.Add(new Drift($"object:{subject.Id}", service, $"{subject.Id} is otherwise than {desired.Release} has it: {string.Join("; ", fields)}"));
            }
        }

        _last = new Look(desired.Release, found.ToImmutable(), at);
        return _last.Found;
    }

    private sealed record Look(string Release, ImmutableArray<Drift> Found, long At);
}
