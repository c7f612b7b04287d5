using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Towpath.Core.Applications;
using Towpath.Core.Environments;
using Towpath.Core.Journal;
using Towpath.Core.Rollouts;
using Towpath.Server.Storage;

namespace Towpath.Server.Reconcilers;

/// <summary>Moves releases up the ladder: asks the core for each environment, stores what it says, and adds the deployments.</summary>
public sealed partial class LadderReconciler(IStore store, GateKeeper gates, Machines machines, TimeProvider time)
{
    private const string Key = "promotion";
    private const int LookBack = 50;

    // A person's wish and the ladder's own look may meet: one of them must come first. Between two control planes the store sees to that.
    private readonly Lock _turn = new();

    /// <summary>One look at one application.</summary>
    public void Reconcile(ApplicationRecord application)
    {
        foreach (var environment in application.Ladder.Environments)
            InTurn(() =>
            {
                Reconcile(application, environment);
                return true;
            });
    }

    /// <summary>Remembers that somebody wants a release in an environment; it enters when the gates hold.</summary>
    public void Want(string application, string environment, string release, string actor, EmergencyEvidence? emergency = null) =>
        Change(application, environment, state => state with { Wanted = release, WantedBy = actor, Told = null, Emergency = emergency });

    /// <summary>Takes back what is wanted in an environment and waits.</summary>
    public void Forget(string application, string environment) => Change(application, environment, state => state.WithoutWish());

    /// <summary>Release that is wanted in an environment and waits, or null.</summary>
    public string? WantedIn(string application, string environment) => Load(application, environment).State.Wanted;

    /// <summary>The emergency in which a release that waits is to enter; null for none.</summary>
    public EmergencyEvidence? EmergencyIn(string application, string environment, string release) =>
        Load(application, environment).State is { Emergency: { } emergency } state && state.Wanted == release ? emergency : null;

    /// <summary>
    /// Brings a release in by a person's will; the same release on its way already is not brought in twice. Deployments of other releases
    /// that wait for their turn give way to it.
    /// </summary>
    public DeploymentRecord Deploy(string application, string environment, string release, string actor, EmergencyEvidence? emergency = null) =>
        Deploy(application, environment, release, actor, deployment => InEmergency(application, environment, deployment, emergency));

    /// <summary>Goes back to a release. The environment above does not take its arrival for news; that is stored in the same write.</summary>
    public DeploymentRecord GoBack(string application, string environment, string release, string actor) => Deploy(
        application, environment, release, actor,
        deployment => store.Value(application, environment, BackKey(deployment)) is null ? [new ValueChange(environment, BackKey(deployment), null, "yes")] : []);

    /// <summary>Deployment of a release that has not ended, or null.</summary>
    public DeploymentRecord? Open(string application, string environment, string release) =>
        store.OpenDeployments(application, environment).FirstOrDefault(d => d.Release == release);

    private DeploymentRecord Deploy(
        string application, string environment, string release, string actor, Func<string, ImmutableArray<ValueChange>> more) => InTurn(() =>
    {
        var known = Load(application, environment);
        var fulfilled = known.To(known.State.WithoutWish());
        if (Open(application, environment, release) is not { } open)
            return Request(application, environment, release, actor, id => [fulfilled, .. more(id)]);
        store.ChangeValues(application, [fulfilled, .. more(open.Id)]);
        return open;
    });

    /// <summary>What a deployment must know of when its gates are judged once more.</summary>
    private ImmutableArray<ValueChange> InEmergency(string application, string environment, string deployment, EmergencyEvidence? emergency) =>
        emergency is null || store.EmergencyOf(application, environment, deployment) is not null ? [] : [DeploymentEmergency.Of(environment, deployment, emergency)];

    private static string BackKey(string deployment) => $"way-back:{deployment}";

    private DeploymentRecord Request(
        string application, string environment, string release, string? actor, Func<string, ImmutableArray<ValueChange>> changes)
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
            }],
            changes);
    }

    private void Reconcile(ApplicationRecord application, EnvironmentSpec environment)
    {
        var known = Load(application.Name, environment.Name);
        var current = store.Current(application.Name, environment.Name)?.Release;
        var step = machines.Promotion(
            environment, known.State, Candidate(application, environment), current,
            store.OpenDeployments(application.Name, environment.Name).Count > 0,
            release => store.Release(application.Name, release) is { } found
                ? gates.Judge(found, environment, release == known.State.Wanted ? known.State.Emergency : null)
                : []);
        // A wish whose release is on its way already, by another path, is fulfilled.
        var next = step.State.Wanted is { } wanted && Open(application.Name, environment.Name, wanted) is not null ? step.State.WithoutWish() : step.State;
        if (step.Deploy is { } deploy)
            Request(application.Name, environment.Name, deploy, deploy == known.State.Wanted ? known.State.WantedBy : null,
                id => [known.To(next), .. InEmergency(application.Name, environment.Name, id, deploy == known.State.Wanted ? known.State.Emergency : null)]);
        else if (next != known.State)
            store.ChangeValues(application.Name, [known.To(next)], [.. Waiting(application, environment, step)]);
    }

    private IEnumerable<Fact> Waiting(ApplicationRecord application, EnvironmentSpec environment, PromotionStep step)
    {
        if (step.Waiting is not { } waiting) yield break;
        yield return new Fact
        {
            At = time.GetUtcNow(),
            Kind = FactKind.ReleaseWaiting,
            Application = application.Name,
            Environment = environment.Name,
            Release = waiting,
            Text = $"{waiting} {step.Reason}",
        };
    }

    private PromotionCandidate? Candidate(ApplicationRecord application, EnvironmentSpec environment)
    {
        if (application.Ladder.Below(environment.Name) is not { } below)
            return store.RecentRuns(application.Name, LookBack).FirstOrDefault(r => r.State == RunState.Succeeded) is { Release: { } shipped } run
                ? new PromotionCandidate(shipped, run.Id)
                : null;
        // A way back is no news for the environment above: what was there before has been considered there.
        return store.Current(application.Name, below.Name) is { } current && store.Value(application.Name, below.Name, BackKey(current.Deployment)) is null
            ? new PromotionCandidate(current.Release, current.Deployment)
            : null;
    }

    private void Change(string application, string environment, Func<PromotionState, PromotionState> change) => InTurn(() =>
    {
        var known = Load(application, environment);
        store.ChangeValues(application, [known.To(change(known.State))]);
        return true;
    });

    /// <summary>Looks, decides and stores; once more where another control plane changed meanwhile what was looked at.</summary>
    private T InTurn<T>(Func<T> act)
    {
        const int tries = 5;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                lock (_turn) return act();
            }
            catch (StaleValueException) when (attempt < tries)
            {
            }
        }
    }

    private Known Load(string application, string environment)
    {
        var text = store.Value(application, environment, Key);
        var state = text is null ? null : JsonSerializer.Deserialize(text, PromotionJson.Default.PromotionState);
        return new Known(environment, text, state ?? PromotionState.Initial);
    }

    /// <summary>What an environment remembers, with the text that it was read from: what is stored must still be that when it is changed.</summary>
    private sealed record Known(string Environment, string? Text, PromotionState State)
    {
        public ValueChange To(PromotionState next) => new(Environment, Key, Text, JsonSerializer.Serialize(next, PromotionJson.Default.PromotionState));
    }

    [JsonSerializable(typeof(PromotionState))]
    private sealed partial class PromotionJson : JsonSerializerContext;
}
