using Towpath.Core.Applications;
using Towpath.Core.Diagnostics;
using Towpath.Core.Environments;
using Towpath.Core.Journal;
using Towpath.Core.Releases;
using Towpath.Server.Api;
using Towpath.Server.Reconcilers;
using Towpath.Server.Storage;

namespace Towpath.Server.Desks;

/// <summary>Blocked deploy requests climb: by themselves when their times have come, and by people who can wait no longer. Each step is stored with its fact, once.</summary>
internal sealed partial class EscalationDesk(IStore store, ISealedJournal journal, GateKeeper gates, TimeProvider time)
{
    private const int MostLooked = 20;
    private const int MostListed = 50;

    private readonly Lookup _lookup = new(store);

    /// <summary>One look at all requests of an application.</summary>
    public void Look(ApplicationRecord application)
    {
        foreach (var environment in application.Ladder.Environments.Where(e => e.Escalation is not null))
        {
            foreach (var request in store.DeployRequests(application.Name, environment.Name, MostLooked))
            {
                if (store.Release(application.Name, request.Release) is { } release) Look(application.Name, environment, release, request);
            }
        }
    }

    /// <summary>How far blocked requests have climbed.</summary>
    public IReadOnlyList<EscalationAnswer> List(string application, string? environment)
    {
        var known = _lookup.Application(application);
        if (environment is not null) Lookup.Environment(known, environment);
        return [.. store.Escalations(application, environment, MostListed).Select(e => Answer(known, e))];
    }

    /// <summary>Takes the next step by hand.</summary>
    public EscalationAnswer Raise(string application, RaiseRequest request)
    {
        var (known, environment, found) = Find(application, request.Environment, request.Release);
        if (found.State.EndedAt is not null) throw new DiagnosticException(ExitCode.NotFound, PeopleDiagnostics.NothingBlocked(environment.Name, found.Release));
        if (found.State.NextLevel != request.To)
            throw new DiagnosticException(
                ExitCode.GateClosed, PeopleDiagnostics.StepTooEarly(PeopleDiagnostics.Word(request.To), found.State.NextLevel is { } next ? PeopleDiagnostics.Word(next) : null));
        var release = store.Release(application, found.Release) ?? throw new DiagnosticException(ExitCode.NotFound, GateDiagnostics.UnknownRelease(application, found.Release));
        var handedIn = store.DeployRequest(application, environment.Name, found.Release)!;
        return Answer(known, Stored(Taken(found, request.To, request.Actor, environment, release, handedIn)));
    }

    private void Look(string application, EnvironmentSpec environment, Release release, DeployRequestRecord request)
    {
        var record = store.Escalation(application, environment.Name, release.Id);
        var blocked = Blocked(environment, release, request);
        if (Escalation.Next(environment.Escalation!, record?.State, blocked, time.GetUtcNow()) is not { } decision) return;
        var next = new EscalationRecord(application, environment.Name, release.Id, (record?.Version ?? 0) + 1, decision.Next);
        if (decision.Take is { } level)
        {
            var (taken, fact) = Taken(record!, level, null, environment, release, request);
            store.SaveEscalation(taken, fact);
        }
        else if (decision.Moved)
        {
            store.SaveEscalation(next, FactOf(FactKind.EscalationEnded, next, null, $"the request of {release.Id} for {environment.Name} moves again"));
        }
        else
        {
            store.SaveEscalation(next);
        }
    }

    private BlockedRequest Blocked(EnvironmentSpec environment, Release release, DeployRequestRecord request)
    {
        var verdicts = gates.Judge(release, environment);
        var evidence = request.Evidence();
        return BlockedRequest.Of(request.At, RequestStanding.Of(evidence, gates.Stay(request.Application, request.Environment, request.Release), verdicts), DeployRequestTemplate.Told(evidence.Missing), verdicts);
    }

    /// <summary>A step with what is written for it, and what there is to tell.</summary>
    private (EscalationRecord Next, Fact Fact) Taken(
        EscalationRecord before, EscalationLevel level, string? actor, EnvironmentSpec environment, Release release, DeployRequestRecord request)
    {
        var now = time.GetUtcNow();
        var document = level switch
        {
            EscalationLevel.Meeting => EscalationDocuments.Agenda(Subject(before, environment, release, request), now),
            EscalationLevel.Supervisor => EscalationDocuments.Dossier(Subject(before, environment, release, request), now),
            _ => null,
        };
        var next = before with { Version = before.Version + 1, State = before.State with { Steps = before.State.Steps.Add(new EscalationTaken(level, now, actor, document)) } };
        var what = level switch
        {
            EscalationLevel.Channel => $"{release.Id} is blocked on its way into {environment.Name}",
            EscalationLevel.Meeting => $"{release.Id} for {environment.Name} needs a meeting; `towpath escalation {environment.Name} --agenda` prints its agenda",
            _ => $"{release.Id} for {environment.Name} goes to a supervisor; `towpath escalation {environment.Name} --dossier` prints the proof of the steps before",
        };
        return (next, FactOf(FactKind.EscalationStep, next, actor, $"{what}. Waited for: {string.Join("; ", before.State.Blocking)}") with { Step = PeopleDiagnostics.Word(level) });
    }

    private EscalationRecord Stored((EscalationRecord Next, Fact Fact) change) => store.SaveEscalation(change.Next, change.Fact)
        ? change.Next
        : throw new DiagnosticException(ExitCode.GateClosed, RequestDiagnostics.ChangedMeanwhile(change.Next.Environment));

    private (ApplicationRecord Application, EnvironmentSpec Environment, EscalationRecord Escalation) Find(string application, string name, string? release)
    {
        var known = _lookup.Application(application);
        var environment = Lookup.Environment(known, name);
        var id = release is null ? null : _lookup.Release(application, release).Id;
        return store.Escalations(application, environment.Name, MostListed).FirstOrDefault(e => id is null ? e.State.EndedAt is null : e.Release == id) is { } found
            ? (known, environment, found)
            : throw new DiagnosticException(ExitCode.NotFound, PeopleDiagnostics.NothingBlocked(environment.Name, id));
    }

    private static EscalationAnswer Answer(ApplicationRecord application, EscalationRecord escalation)
    {
        var state = escalation.State;
        var next = state.EndedAt is null ? state.NextLevel : null;
        return new EscalationAnswer(
            escalation.Environment, escalation.Release, state.Since, [.. state.Blocking], [.. state.Steps.Select(s => new EscalationStepAnswer(s.Level, s.At, s.Actor, s.Document))],
            next, next is { } level && application.Ladder.Environment(escalation.Environment)?.Escalation is { } spec ? Escalation.Due(spec, state, level) : null,
            state.Outcome is { } o ? new OutcomeAnswer(o.Text, o.Hash(), o.Side, o.Actor, o.At, o.ConfirmedSide, o.ConfirmedBy, o.ConfirmedAt) : null, state.EndedAt);
    }

    private Fact FactOf(string kind, EscalationRecord escalation, string? actor, string text) => new()
    {
        At = time.GetUtcNow(),
        Kind = kind,
        Application = escalation.Application,
        Environment = escalation.Environment,
        Release = escalation.Release,
        Actor = actor,
        Text = text,
    };
}
