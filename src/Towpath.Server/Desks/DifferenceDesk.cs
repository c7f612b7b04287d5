using Towpath.Core.Applications;
using Towpath.Core.Diagnostics;
using Towpath.Core.Environments;
using Towpath.Core.Kubernetes.Differences;
using Towpath.Core.Kubernetes.Running;
using Towpath.Server.Api;
using Towpath.Server.Reconcilers;
using Towpath.Server.Storage;

namespace Towpath.Server.Desks;

/// <summary>Says what a release would change of an environment on a cluster, before it does.</summary>
internal sealed class DifferenceDesk(IStore store, PlanBuilder plans, EnvironmentRegistry environments)
{
    private readonly Lookup _lookup = new(store);

    /// <summary>What would change.</summary>
    /// <exception cref="DiagnosticException">There is no such release; TP6449: the environment is on no cluster; it does not compile.</exception>
    public async Task<DifferencesAnswer> OfAsync(string application, string environment, string? release, CancellationToken cancellationToken)
    {
        var known = _lookup.Application(application);
        var spec = Lookup.Environment(known, environment);
        var current = store.Current(application, spec.Name)?.Release;
        var asked = release is not null ? _lookup.Release(application, release).Id : _lookup.Below(known, spec) ?? current
            ?? throw new DiagnosticException(ExitCode.NotFound, GateDiagnostics.NothingToPromote(spec.Name, "No release could come next, and none runs there."));
        var desired = plans.Preview(application, spec.Name, asked);
        if (desired.Environment.Engine != EngineKind.Kubernetes)
            throw new DiagnosticException(ExitCode.Usage, ClusterRunDiagnostics.NotOnCluster(spec.Name));
        var changes = await environments.Cluster(application, desired.Environment).CompareAsync(desired, cancellationToken);
        return new DifferencesAnswer(spec.Name, desired.Environment.NamespaceFor(application), asked, current, [.. changes.Select(Answer)]);
    }

    private static ObjectChangeAnswer Answer(ObjectChange change) => new(
        change.Subject,
        change.Kind.ToString().ToLowerInvariant(),
        [.. change.Fields.Select(f => new FieldChangeAnswer(f.Change.Path.ToString(), FieldWords.Value(f.Change.Live), FieldWords.Value(f.Change.Wanted), f.IsSecret, f.Managers))])
    {
        Why = change.Why,
    };
}
