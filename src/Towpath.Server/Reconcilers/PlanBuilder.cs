using System.Collections.Immutable;
using System.Text.Json;
using Towpath.Core.Applications;
using Towpath.Core.Diagnostics;
using Towpath.Core.Environments;
using Towpath.Core.Releases;
using Towpath.Core.Rollouts;
using Towpath.Server.Storage;

namespace Towpath.Server.Reconcilers;

/// <summary>
/// From what is stored to plans: of a deployment (what is wanted, and what was there before) and of an environment at rest. The versions of
/// secrets that a deployment begins with are remembered: a value that is given later belongs to the next deployment, and must neither change this
/// one half-way nor make what it left behind look like drift.
/// </summary>
public sealed class PlanBuilder(IStore store, IEnvironments environments)
{
    private const int AtOnce = 4;
    private const int LookBack = 200;

    /// <summary>The plan of a deployment. Secrets that Towpath makes are made here, since their versions are part of revisions.</summary>
    /// <exception cref="DiagnosticException">A release is gone, or a secret has no value (TP5011).</exception>
    public DeploymentPlan Build(DeploymentRecord deployment)
    {
        var target = Desired(deployment.Application, deployment.Environment, deployment.Release, deployment.Id, provide: true);
        var previous = deployment.Previous is { } before ? Desired(deployment.Application, deployment.Environment, before) : null;
        return OnData(deployment, PlanOf(deployment.Id, target, previous) with
        {
            Returns = Brought(deployment.Application, deployment.Environment, deployment.Release) is not null,
        });
    }

    /// <summary>With what earlier deployments left behind in the data.</summary>
    private DeploymentPlan OnData(DeploymentRecord deployment, DeploymentPlan plan)
    {
        var history = new DataHistory(store, deployment.Application, deployment.Environment, but: deployment.Id);
        var inTheWay = plan.Returns ? history.Since(deployment.Release) : [];
        var inherited = deployment.Previous is { } previous ? history.Since(previous) : [];
        var earlier = inTheWay.Concat(inherited).Where(m => m.CanBeTakenBack && m.Run.Release != deployment.Release).Select(m => m.Run.Release).Distinct();
        return plan with
        {
            Ran = [.. history.RanOf(deployment.Release)],
            InTheWay = inTheWay,
            Inherited = inherited,
            Earlier = earlier.ToImmutableDictionary(r => r, r => Desired(deployment.Application, deployment.Environment, r)),
        };
    }

    /// <summary>The plan of an environment at rest; null before its first release, or where that was removed.</summary>
    /// <exception cref="DiagnosticException">A secret has no value (TP5011).</exception>
    public RestPlan? AtRest(string application, string environment)
    {
        if (store.Current(application, environment) is not { } current || store.Release(application, current.Release) is null) return null;
        var target = Desired(application, environment, current.Release);
        var warm = target.Environment.Warm > TimeSpan.Zero && current.Previous is { } before && store.Release(application, before) is not null ? before : null;
        var plan = PlanOf(current.Deployment, target, warm is null ? null : Desired(application, environment, warm));
        var upkeep = new UpkeepPlan(plan, target.Environment.Drift, warm is null ? null : current.Since + target.Environment.Warm, target.Environment.VerifyEvery)
        {
            IsFirst = current.Previous is null,
        };
        return new RestPlan(upkeep, store.FrozenBy(application, environment));
    }

    /// <summary>What a release would be to look like if it came into an environment now. Nothing is made for it: secrets that a deployment would make have the version that they would have.</summary>
    /// <exception cref="DiagnosticException">A secret has no value, and nobody but a person can give it one (TP5011).</exception>
    public EnvironmentDesired Preview(string application, string environment, string id)
    {
        if (store.Current(application, environment)?.Release == id) return Desired(application, environment, id);
        var (release, spec) = Known(application, environment, id);
        return environments.Shape(EnvironmentPlanner.Plan(release, spec, environments.ExpectedSecretVersions(release, environment)));
    }

    private static DeploymentPlan PlanOf(string deployment, EnvironmentDesired target, EnvironmentDesired? previous) =>
        new(deployment, target, previous, new RolloutPolicy(AtOnce, target.Environment.ReadyTimeout));

    /// <summary>The deployment that brought a release in last; null where none ever did.</summary>
    private DeploymentRecord? Brought(string application, string environment, string release) =>
        store.RecentDeployments(application, environment, LookBack)
            .FirstOrDefault(d => d.Release == release && d.Phase == nameof(DeploymentPhase.Succeeded));

    /// <summary>What a release that runs, or ran here last, is to look like: with the secrets that it came in with.</summary>
    private EnvironmentDesired Desired(string application, string environment, string release) =>
        Desired(application, environment, release, Brought(application, environment, release)?.Id, provide: false);

    private EnvironmentDesired Desired(string application, string environment, string id, string? deployment, bool provide)
    {
        var (release, spec) = Known(application, environment, id);
        return environments.Shape(EnvironmentPlanner.Plan(release, spec, SecretVersions(release, environment, deployment, provide)));
    }

    private (Release Release, EnvironmentSpec Spec) Known(string application, string environment, string id)
    {
        var release = store.Release(application, id) ?? throw new InvalidOperationException($"release {id} of {application} is not in the store");
        // An environment that a release's own ladder does not know yet is taken from the newest one.
        var spec = release.Application.Ladder.Environment(environment)
            ?? store.Application(application)?.Ladder.Environment(environment)
            ?? throw new InvalidOperationException($"{application} has no environment {environment}");
        return (release, spec);
    }

    private IReadOnlyDictionary<string, string> SecretVersions(Release release, string environment, string? deployment, bool provide)
    {
        var application = release.Application.Name;
        var key = $"secret-versions:{deployment}";
        var remembered = deployment is null ? null : store.Value(application, environment, key);
        if (remembered is not null && !provide) return Read(remembered);
        var versions = environments.SecretVersions(release, environment, provide);
        if (remembered is not null) return Read(remembered);
        if (provide && versions.Count > 0)
            store.SetValue(application, environment, key, JsonSerializer.Serialize(
                versions.ToImmutableSortedDictionary(StringComparer.Ordinal), StorageJson.Default.ImmutableSortedDictionaryStringString));
        return versions;

        static IReadOnlyDictionary<string, string> Read(string text) =>
            JsonSerializer.Deserialize(text, StorageJson.Default.ImmutableSortedDictionaryStringString)!;
    }
}

/// <summary>What an environment at rest is to look like, and whether anything may be done about it.</summary>
/// <param name="Upkeep">The plan of its upkeep.</param>
/// <param name="Frozen">The deployment that froze it: a person decides what is right. Null where none did.</param>
public sealed record RestPlan(UpkeepPlan Upkeep, string? Frozen);
