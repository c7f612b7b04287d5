using System.Collections.Immutable;
using Towpath.Core.Applications;
using Towpath.Core.Diagnostics;
using Towpath.Core.Environments;
using Towpath.Core.Journal;
using Towpath.Core.Releases;
using Towpath.Server.Api;
using Towpath.Server.Storage;

namespace Towpath.Server.Desks;

// Deploy requests: handed in at once or field by field, looked at, refused.
public sealed partial class DeliveryDesk
{
    private const int MostRequests = 200;
    private const int MostTries = 5;

    /// <summary>Hands in the deploy request of a release for an environment, or adds to it what it does not say yet. One that was refused is begun anew.</summary>
    public RequestAnswer Request(string application, DeployRequest request)
    {
        var known = _lookup.Application(application);
        var environment = Lookup.Environment(known, request.Environment);
        var release = request.Release is { } name ? _lookup.Release(application, name) : Candidate(known, environment) ?? Below(known, environment);
        Admit(release, environment);
        var given = request.Fields.ToImmutableSortedDictionary(f => f.Key, f => f.Value.Trim(), StringComparer.Ordinal);
        Check(environment, given);
        var first = store.LastSequence();
        var stored = Store(application, environment, release, before => Handed(before, application, environment, release, request.Actor, given));
        return Answer(stored, environment, release, first);
    }

    /// <summary>The newest requests, of one environment or all.</summary>
    public IReadOnlyList<RequestAnswer> Requests(string application, string? environment)
    {
        var known = _lookup.Application(application);
        if (environment is not null) Lookup.Environment(known, environment);
        return
        [
            .. store.DeployRequests(application, environment, MostRequests)
                .Select(r => Answer(r, known.Ladder.Environment(r.Environment), store.Release(application, r.Release), null)),
        ];
    }

    /// <summary>Refuses a request. Its release stays out until another request is handed in.</summary>
    public RequestAnswer Refuse(string application, RefuseRequest request)
    {
        var known = _lookup.Application(application);
        var environment = Lookup.Environment(known, request.Environment);
        var release = request.Release is { } name ? _lookup.Release(application, name) : Candidate(known, environment) ?? Below(known, environment);
        var reason = request.Reason.Trim();
        if (reason.Length == 0) throw new DiagnosticException(ExitCode.Usage, RequestDiagnostics.NoReasonToRefuse(environment.Name));
        if (reason.Length > DeployRequestTemplate.MostText) throw new DiagnosticException(ExitCode.Usage, RequestDiagnostics.TooLong("reason", reason.Length));
        var first = store.LastSequence();
        var stored = Store(application, environment, release, before =>
        {
            if (WhyNotRefused(before, environment, release) is { } why)
                throw new DiagnosticException(ExitCode.NotFound, RequestDiagnostics.NothingToRefuse(environment.Name, release.Id, why));
            var fact = FactOf(FactKind.RequestRefused, release, environment, request.Actor, $"{request.Actor} refuses the deploy request of {release.Id} for {environment.Name}: {reason}");
            return (before! with { Version = before.Version + 1, Refusal = new RefusalEvidence(request.Actor, reason, time.GetUtcNow()) }, fact);
        });
        return Answer(stored, environment, release, first);
    }

    /// <summary>All that is wrong with what is given, in one go.</summary>
    private static void Check(EnvironmentSpec environment, ImmutableSortedDictionary<string, string> given)
    {
        var unknown = DeployRequestTemplate.Unknown(given);
        // Without a single word nothing is requested.
        if (!unknown.IsEmpty || given.Values.All(string.IsNullOrEmpty))
            throw new DiagnosticException(
                ExitCode.Usage, GateDiagnostics.RequestIncomplete(environment.Name, DeployRequestTemplate.Told(DeployRequestTemplate.Missing(given)), unknown));
        if (given.FirstOrDefault(f => f.Value.Length > DeployRequestTemplate.MostText) is { Key: { } name, Value: var text })
            throw new DiagnosticException(ExitCode.Usage, RequestDiagnostics.TooLong(name, text.Length));
    }

    /// <summary>The request as it is with what is given now, and what there is to tell of it.</summary>
    private (DeployRequestRecord Next, Fact Fact) Handed(
        DeployRequestRecord? before, string application, EnvironmentSpec environment, Release release, string actor, ImmutableSortedDictionary<string, string> given)
    {
        var now = time.GetUtcNow();
        var goesOn = before is { Refusal: null } ? before : null;
        var fields = (goesOn?.Fields ?? ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal)).SetItems(given);
        var missing = DeployRequestTemplate.Missing(fields);
        var text = missing.IsEmpty
            ? $"{actor} requests {release.Id} for {environment.Name}: {fields["what"]}"
            : $"{actor} begins a deploy request of {release.Id} for {environment.Name}; it does not say yet: {string.Join(", ", missing)}";
        var next = new DeployRequestRecord(application, environment.Name, release.Id, actor, fields, now)
        {
            OpenedAt = goesOn?.OpenedAt ?? After(before, now),
            Version = (before?.Version ?? 0) + 1,
        };
        return (next, FactOf(missing.IsEmpty ? FactKind.DeployRequested : FactKind.RequestOpened, release, environment, actor, text));
    }

    /// <summary>When a new request is begun: never when the one before it was, whatever the clock says, so that no yes is for both.</summary>
    private static DateTimeOffset After(DeployRequestRecord? before, DateTimeOffset now) =>
        before is not null && before.OpenedAt >= now ? before.OpenedAt.AddTicks(1) : now;

    private string? WhyNotRefused(DeployRequestRecord? request, EnvironmentSpec environment, Release release) => request switch
    {
        null => "nobody handed one in",
        { Refusal: { } refusal } => $"{refusal.Actor} refused it already: {refusal.Reason}",
        _ when Standing(request, environment, release).State == RequestState.Done => $"{release.Id} came into {environment.Name} already",
        _ => null,
    };

    /// <summary>Stores a change on top of what it was derived from; once more where somebody else was first, so that no refusal and no field is lost.</summary>
    private DeployRequestRecord Store(string application, EnvironmentSpec environment, Release release, Func<DeployRequestRecord?, (DeployRequestRecord Next, Fact Fact)> change)
    {
        for (var attempt = 0; attempt < MostTries; attempt++)
        {
            var (next, fact) = change(store.DeployRequest(application, environment.Name, release.Id));
            if (store.SaveDeployRequest(next, fact)) return next;
        }
        throw new DiagnosticException(ExitCode.GateClosed, RequestDiagnostics.ChangedMeanwhile(environment.Name));
    }

    private RequestStanding Standing(DeployRequestRecord request, EnvironmentSpec? environment, Release? release) => RequestStanding.Of(
        request.Evidence(),
        gates.Stay(request.Application, request.Environment, request.Release),
        environment is not null && release is not null ? gates.Judge(release, environment) : []);

    private RequestAnswer Answer(DeployRequestRecord request, EnvironmentSpec? environment, Release? release, long? first)
    {
        var standing = Standing(request, environment, release);
        return new RequestAnswer(
            request.Environment, request.Release, standing.State, request.Actor, request.OpenedAt, request.At, request.Fields, standing.Missing,
            request.Refusal is { } refusal && standing.State == RequestState.Refused ? new RefusalAnswer(refusal.Actor, refusal.Reason, refusal.At) : null)
        {
            FirstFact = first,
        };
    }
}
