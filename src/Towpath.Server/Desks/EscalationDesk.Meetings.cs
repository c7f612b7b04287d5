using Towpath.Core.Applications;
using Towpath.Core.Diagnostics;
using Towpath.Core.Environments;
using Towpath.Core.Journal;
using Towpath.Core.Releases;
using Towpath.Server.Api;
using Towpath.Server.Storage;

namespace Towpath.Server.Desks;

// What meetings come to, and what documents say.
internal sealed partial class EscalationDesk
{
    private const int MostText = 4000;
    private const int LeastDigits = 8;
    private const int LookBack = 5000;
    private const int MostHistory = 60;

    /// <summary>Writes down what a meeting came to. It may be written anew until another side has confirmed it.</summary>
    public EscalationAnswer WriteOutcome(string application, OutcomeRequest request)
    {
        var (known, environment, found) = Find(application, request.Environment, request.Release);
        var text = request.Text.Trim();
        if (text.Length is 0 or > MostText) throw new DiagnosticException(ExitCode.Usage, PeopleDiagnostics.BadOutcome(text.Length, MostText));
        if (!found.State.Steps.Any(s => s.Level == EscalationLevel.Meeting)) throw new DiagnosticException(ExitCode.GateClosed, PeopleDiagnostics.NoMeeting(environment.Name, found.Release));
        if (found.State.Outcome is { ConfirmedBy: { } confirmer }) throw Stands(found, $"{confirmer} has confirmed it already");
        var outcome = new MeetingOutcome(text, request.Side, request.Actor, time.GetUtcNow());
        return Answer(known, Stored(With(found, outcome, FactKind.EscalationOutcome, request.Actor, request.Side, $"{request.Actor} writes down for {request.Side} what the meeting about {found.Release} for {environment.Name} came to: {text}")));
    }

    /// <summary>Confirms it: another person, for another team.</summary>
    public EscalationAnswer ConfirmOutcome(string application, OutcomeConfirmRequest request)
    {
        var (known, environment, found) = Find(application, request.Environment, request.Release);
        if (found.State.Outcome is not { } outcome) throw new DiagnosticException(ExitCode.GateClosed, PeopleDiagnostics.NoMeeting(environment.Name, found.Release));
        if (outcome.ConfirmedBy is { } confirmer) throw Stands(found, $"{confirmer} has confirmed it already");
        if (outcome.Actor == request.Actor || outcome.Side == request.Side)
            throw new DiagnosticException(ExitCode.GateClosed, PeopleDiagnostics.SameSide(request.Actor, request.Side, outcome.Actor, outcome.Side));
        if (request.Hash.Length < LeastDigits || !outcome.Hash().StartsWith(request.Hash, StringComparison.Ordinal)) throw Stands(found, "another text was read than the one that stands there");
        var confirmed = outcome with { ConfirmedSide = request.Side, ConfirmedBy = request.Actor, ConfirmedAt = time.GetUtcNow() };
        return Answer(known, Stored(With(found, confirmed, FactKind.EscalationConfirmed, request.Actor, request.Side, $"{request.Actor} confirms for {request.Side} what the meeting about {found.Release} for {environment.Name} came to")));
    }

    private (EscalationRecord Next, Fact Fact) With(EscalationRecord before, MeetingOutcome outcome, string kind, string actor, string side, string text)
    {
        var next = before with { Version = before.Version + 1, State = before.State with { Outcome = outcome } };
        return (next, FactOf(kind, next, actor, text) with { Role = side, Covers = outcome.Hash() });
    }

    private static DiagnosticException Stands(EscalationRecord found, string why) => new(ExitCode.GateClosed, PeopleDiagnostics.OutcomeStands(found.Environment, found.Release, why));

    private EscalationSubject Subject(EscalationRecord escalation, EnvironmentSpec environment, Release release, DeployRequestRecord request)
    {
        var last = store.LastSequence();
        return new EscalationSubject(
            escalation.Application, environment.Name, release.Id, request.Actor, request.Fields, [.. gates.Judge(release, environment)], [.. History(escalation, last)], escalation.State,
            last > 0 && journal.Sealed(last - 1, 1) is [var fact] ? new SealAnchor(fact.Sequence, fact.Seal) : null);
    }

    /// <summary>The newest facts about the release in this environment, or in none, with their seals.</summary>
    private IEnumerable<ProvenFact> History(EscalationRecord escalation, long last) => store.Facts(escalation.Application, Math.Max(0, last - LookBack), LookBack)
        .Where(f => f.Release == escalation.Release && (f.Environment is null || f.Environment == escalation.Environment)).TakeLast(MostHistory)
        .Select(f => new ProvenFact(f, journal.Sealed(f.Sequence - 1, 1) is [var found] && found.Sequence == f.Sequence ? found.Seal : "no seal"));
}
