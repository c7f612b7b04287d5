using System.Text.Json;
using System.Text.Json.Serialization;
using Towpath.Core.Applications;
using Towpath.Core.Environments;
using Towpath.Core.Journal;
using Towpath.Core.Rollouts;
using Towpath.Server.Storage;

namespace Towpath.Server.Reconcilers;

/// <summary>Moves releases up the ladder: asks the core for each environment, stores what it says, and adds the deployments.</summary>
public sealed partial class LadderReconciler(IStore store, GateKeeper gates, TimeProvider time)
{
    private const string Key = "promotion";
    private const int LookBack = 50;

    // A person's wish and the ladder's own look may meet: one of them must come first.
    private readonly Lock _turn = new();

    /// <summary>One look at one application.</summary>
    public void Reconcile(ApplicationRecord application)
    {
        foreach (var environment in application.Ladder.Environments)
            lock (_turn) Reconcile(application, environment);
    }

    /// <summary>Remembers that somebody wants a release in an environment; it enters when the gates hold.</summary>
    public void Want(string application, string environment, string release, string actor)
    {
        lock (_turn) Save(application, environment, Load(application, environment) with { Wanted = release, WantedBy = actor, Told = null });
    }

    /// <summary>Release that is wanted in an environment and waits, or null.</summary>
    public string? WantedIn(string application, string environment) => Load(application, environment).Wanted;

    /// <summary>
    /// Brings a release in by a person's will; the same release on its way already is not brought in twice. Deployments of other releases
    /// that wait for their turn give way to it.
    /// </summary>
    public DeploymentRecord Deploy(string application, string environment, string release, string actor)
    {
        lock (_turn)
        {
            var deployment = Open(application, environment, release) ?? Request(application, environment, release, actor);
            Save(application, environment, Load(application, environment) with { Wanted = null, WantedBy = null, Told = null });
            return deployment;
        }
    }

    /// <summary>Goes back to a release. The environment above does not take that for news.</summary>
    public DeploymentRecord GoBack(ApplicationRecord application, EnvironmentSpec environment, string release, string actor)
    {
        var deployment = Deploy(application.Name, environment.Name, release, actor);
        if (application.Ladder.Above(environment.Name) is { } above)
            lock (_turn) Save(application.Name, above.Name, Load(application.Name, above.Name) with { Considered = deployment.Id });
        return deployment;
    }

    /// <summary>Deployment of a release that has not ended, or null.</summary>
    public DeploymentRecord? Open(string application, string environment, string release) =>
        store.OpenDeployments(application, environment).FirstOrDefault(d => d.Release == release);

    private DeploymentRecord Request(string application, string environment, string release, string? actor)
    {
        var now = time.GetUtcNow();
        var previous = store.Current(application, environment)?.Release;
        return store.AddDeployment(
            application, environment, release, previous, actor ?? "towpath", now,
            _ => (RolloutsJson.Write(DeploymentMachine.Initial(now)), nameof(DeploymentPhase.Requested)),
            id => [new Fact
            {
                At = now,
                Kind = FactKind.DeploymentRequested,
                Application = application,
                Environment = environment,
                Release = release,
                Deployment = id,
                Actor = actor,
                Text = previous is null ? $"{release} enters {environment}" : $"{release} enters {environment} after {previous}",
            }]);
    }

    private void Reconcile(ApplicationRecord application, EnvironmentSpec environment)
    {
        var state = Load(application.Name, environment.Name);
        var current = store.Current(application.Name, environment.Name)?.Release;
        var step = Promotion.Next(
            environment, state, Candidate(application, environment), current,
            store.OpenDeployments(application.Name, environment.Name).Count > 0,
            release => store.Release(application.Name, release) is { } found ? gates.Judge(found, environment) : []);
        // The deployment first, then the wish is forgotten: killed in between, the next look finds the deployment on its way.
        if (step.Deploy is { } deploy) Request(application.Name, environment.Name, deploy, deploy == state.Wanted ? state.WantedBy : null);
        var next = step.State.Wanted is { } wanted && Open(application.Name, environment.Name, wanted) is not null
            ? step.State with { Wanted = null, WantedBy = null, Told = null }
            : step.State;
        if (next != state) Save(application.Name, environment.Name, next);
        if (step.Waiting is { } waiting)
            store.Append(new Fact
            {
                At = time.GetUtcNow(),
                Kind = FactKind.ReleaseWaiting,
                Application = application.Name,
                Environment = environment.Name,
                Release = waiting,
                Text = $"{waiting} {step.Reason}",
            });
    }

    private PromotionCandidate? Candidate(ApplicationRecord application, EnvironmentSpec environment)
    {
        if (application.Ladder.Below(environment.Name) is not { } below)
            return store.RecentRuns(application.Name, LookBack).FirstOrDefault(r => r.State == RunState.Succeeded) is { Release: { } shipped } run
                ? new PromotionCandidate(shipped, run.Id)
                : null;
        return store.Current(application.Name, below.Name) is { } current ? new PromotionCandidate(current.Release, current.Deployment) : null;
    }

    private PromotionState Load(string application, string environment) =>
        store.Value(application, environment, Key) is { } text
            ? JsonSerializer.Deserialize(text, PromotionJson.Default.PromotionState) ?? PromotionState.Initial
            : PromotionState.Initial;

    private void Save(string application, string environment, PromotionState state) =>
        store.SetValue(application, environment, Key, JsonSerializer.Serialize(state, PromotionJson.Default.PromotionState));

    [JsonSerializable(typeof(PromotionState))]
    private sealed partial class PromotionJson : JsonSerializerContext;
}
