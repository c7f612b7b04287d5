using Towpath.Core.Diagnostics;
using Towpath.Core.Environments;
using Towpath.Core.Journal;
using Towpath.Core.Rollouts;
using Towpath.Server.Api;
using Towpath.Server.Storage;

namespace Towpath.Server.Desks;

// What a deployment under way is to do, what stands still, and what enters nowhere any more.
public sealed partial class DeliveryDesk
{
    /// <summary>Makes an environment's deployment stand still: what is under way ends, nothing new begins.</summary>
    public AskedAnswer Pause(string application, PauseRequest request)
    {
        var deployment = UnderWay(application, request.Environment);
        return Ask(deployment, CommandKind.Pause, request.Actor, request.Reason, $"{deployment.Release} stands still on its way into {deployment.Environment}");
    }

    /// <summary>Lets an environment go on: its deployment, and the environment itself where it was halted.</summary>
    public AskedAnswer Resume(string application, ResumeRequest request)
    {
        var environment = Lookup.Environment(_lookup.Application(application), request.Environment);
        var halted = store.Halts().Any(h => h.Application == application && h.Environment == environment.Name);
        var paused = Active(application, environment.Name) is { } active && IsPaused(active) ? active : null;
        if (!halted && paused is null)
            throw new DiagnosticException(ExitCode.NotFound, DeskDiagnostics.NothingStandsStill(environment.Name, Wider(application, environment.Name)));
        var first = store.LastSequence();
        if (halted) Unhalt(new HaltRequest(application, environment.Name, null, request.Actor));
        return paused is null
            ? new AskedAnswer(null, first, $"{environment.Name} goes on")
            : Ask(paused, CommandKind.Resume, request.Actor, null, $"{paused.Release} goes on into {environment.Name}") with { FirstFact = first };
    }

    /// <summary>Takes back what is on its way into an environment: what was done is undone, what waits is forgotten.</summary>
    public AskedAnswer Abort(string application, AbortRequest request)
    {
        var environment = Lookup.Environment(_lookup.Application(application), request.Environment);
        if (Active(application, environment.Name) is { } deployment)
            return Ask(deployment, CommandKind.Cancel, request.Actor, null, $"{deployment.Release} is taken back from {environment.Name}");
        if (ladder.WantedIn(application, environment.Name) is not { } wanted)
            throw new DiagnosticException(ExitCode.NotFound, DeskDiagnostics.NothingUnderWay(environment.Name));
        ladder.Forget(application, environment.Name);
        return new AskedAnswer(null, store.LastSequence(), $"{wanted} does not wait for {environment.Name} any more");
    }

    /// <summary>Lets weighted rollouts take their next step now, or all that is left.</summary>
    public AskedAnswer Proceed(string application, ProceedRequest request)
    {
        var deployment = UnderWay(application, request.Environment);
        var services = store.Release(application, deployment.Release)?.Application.Services.Select(s => s.Name).ToList() ?? [];
        if (request.Service is { } service && !services.Contains(service))
            throw new DiagnosticException(ExitCode.NotFound, DeskDiagnostics.UnknownService(deployment.Release, service, services));
        return Ask(
            deployment, CommandKind.Proceed, request.Actor, null,
            $"{request.Service ?? "every service"} takes {(request.Whole ? "all requests" : "its next step")} in {deployment.Environment}", request.Service, request.Whole);
    }

    /// <summary>Makes an environment stand still; an application without an environment; everything without either.</summary>
    public AskedAnswer Halt(HaltRequest request)
    {
        var (application, environment, reason, actor) = request;
        Check(application, environment);
        var first = store.LastSequence();
        var now = time.GetUtcNow();
        store.SetHalt(
            new HaltRecord(application, environment, actor, reason, now),
            FactOf(FactKind.WorldStopped, application, environment, actor, $"{actor} stops {Extent(application, environment)}{(reason is null ? "" : $": {reason}")}"));
        return new AskedAnswer(null, first, $"{Extent(application, environment)} stands still");
    }

    /// <summary>Takes a halt of exactly that extent back.</summary>
    public AskedAnswer Unhalt(HaltRequest request)
    {
        var (application, environment, _, actor) = request;
        Check(application, environment);
        if (!store.Halts().Any(h => h.Application == application && h.Environment == environment))
            throw new DiagnosticException(ExitCode.NotFound, DeskDiagnostics.NothingStandsStill(Extent(application, environment), null));
        var first = store.LastSequence();
        store.RemoveHalt(
            application, environment, FactOf(FactKind.WorldResumed, application, environment, actor, $"{actor} lets {Extent(application, environment)} go on"));
        return new AskedAnswer(null, first, $"{Extent(application, environment)} goes on");
    }

    /// <summary>Rejects a release for good: nothing brings it into an environment any more, and what is bringing it in takes it back.</summary>
    public AskedAnswer Reject(string application, RejectRequest request)
    {
        var known = _lookup.Application(application);
        var release = _lookup.Release(application, request.Release);
        if (string.IsNullOrWhiteSpace(request.Reason)) throw new DiagnosticException(ExitCode.Usage, GateDiagnostics.NoReason(release.Id));
        var first = store.LastSequence();
        // Before the rejection, so that none goes on unnoticed if this is killed in between; and after it for those that came meanwhile.
        TakeBack(application, release.Id, request);
        store.RejectRelease(
            new RejectionRecord(application, release.Id, request.Actor, request.Reason, time.GetUtcNow()),
            FactOf(FactKind.ReleaseRejected, application, null, request.Actor, $"{request.Actor} rejects {release.Id}: {request.Reason}") with { Release = release.Id });
        TakeBack(application, release.Id, request);
        foreach (var environment in known.Ladder.Environments.Where(e => ladder.WantedIn(application, e.Name) == release.Id))
            ladder.Forget(application, environment.Name);
        return new AskedAnswer(null, first, $"{release.Id} enters no environment any more");
    }

    private void TakeBack(string application, string release, RejectRequest request)
    {
        foreach (var open in store.OpenDeployments(application, null).Where(d => d.Release == release))
            if (!store.Commands(open.Id, 0).Any(c => c.Kind == CommandKind.Cancel))
                store.AddCommand(open.Id, CommandKind.Cancel, request.Actor, request.Reason, null, false, time.GetUtcNow());
    }

    private AskedAnswer Ask(
        DeploymentRecord deployment, CommandKind kind, string actor, string? reason, string text, string? service = null, bool whole = false)
    {
        var first = store.LastSequence();
        store.AddCommand(deployment.Id, kind, actor, reason, service, whole, time.GetUtcNow());
        return new AskedAnswer(deployment.Id, first, text);
    }

    private DeploymentRecord UnderWay(string application, string name)
    {
        var environment = Lookup.Environment(_lookup.Application(application), name);
        return Active(application, environment.Name)
            ?? throw new DiagnosticException(ExitCode.NotFound, DeskDiagnostics.NothingUnderWay(environment.Name));
    }

    private DeploymentRecord? Active(string application, string environment) => store.OpenDeployments(application, environment).InTurn();

    /// <summary>Paused, or about to be: the request may not have been taken up yet.</summary>
    private bool IsPaused(DeploymentRecord deployment)
    {
        var state = RolloutsJson.Read(deployment.State);
        return store.Commands(deployment.Id, state.LastAsked).LastOrDefault(c => c.Kind is CommandKind.Pause or CommandKind.Resume) is { } asked
            ? asked.Kind == CommandKind.Pause
            : state.Paused is not null;
    }

    /// <summary>What keeps an environment from going on although nothing of its own does, in words; null for nothing.</summary>
    private string? Wider(string application, string environment) =>
        store.HaltOver(application, environment) is { } halt ? Extent(halt.Application, halt.Environment) : null;

    private void Check(string? application, string? environment)
    {
        if (application is not null && _lookup.Application(application) is { } known && environment is not null) Lookup.Environment(known, environment);
    }

    private static string Extent(string? application, string? environment) => (application, environment) switch
    {
        (null, _) => "everything",
        (_, null) => $"all of {application}",
        _ => $"{environment} of {application}",
    };

    private Fact FactOf(string kind, string? application, string? environment, string actor, string text) => new()
    {
        At = time.GetUtcNow(),
        Kind = kind,
        Application = application ?? "",
        Environment = environment,
        Actor = actor,
        Text = text,
    };
}
