using System.Globalization;
using Towpath.Core.Applications;
using Towpath.Core.Diagnostics;
using Towpath.Core.Environments;
using Towpath.Core.Journal;
using Towpath.Server.Api;
using Towpath.Server.Storage;

namespace Towpath.Server.Desks;

/// <summary>Keeps the ports of environments apart: takes what commits declare, and lets operators assign.</summary>
internal sealed class PortDesk(IStore store, PortPolicy policy, TimeProvider time)
{
    private const int KeptReleases = 100;
    private readonly Lookup _lookup = new(store);

    /// <summary>Takes over what applications declared before there was a registry, as far as nobody has it yet.</summary>
    public void TakeOver()
    {
        // One at a time: two that declared one port are told when they are shipped.
        foreach (var application in store.Applications())
            foreach (var environment in application.Ladder.Environments.Where(e => e.Port is not null))
                store.ChangePorts(held => new PortRegistry(held, policy with { OperatorsOnly = false }).Declare(application.Name, new Ladder([environment]), (_, _) => true, "", time.GetUtcNow()));
    }

    /// <summary>A commit comes.</summary>
    /// <exception cref="DiagnosticException">TP4840, TP4841, TP4842: it asks for a port that it does not get; nothing is taken.</exception>
    public void Declare(Application application, string actor)
    {
        var kept = store.Releases(application.Name, KeptReleases).SelectMany(r => r.Application.Ladder.Environments).Select(e => (e.Name, e.Port)).ToHashSet();
        var change = store.ChangePorts(held => new PortRegistry(held, policy).Declare(
            application.Name, application.Ladder, (environment, port) => kept.Contains((environment, port)), actor, time.GetUtcNow()));
        if (!change.Problems.IsEmpty) throw new DiagnosticException(ExitCode.InvalidInput, change.Problems);
    }

    /// <summary>All ports, and free ones.</summary>
    public PortsAnswer All()
    {
        var held = store.Ports();
        return new PortsAnswer(
            [.. held.Select(h => new PortAnswer(h.Port, h.Application, h.Environment, h.Standing.ToString().ToLowerInvariant(), h.Actor.Length == 0 ? null : h.Actor))],
            [.. new PortRegistry(held, policy).Free()], policy.First, policy.Last, policy.OperatorsOnly);
    }

    /// <summary>Gives an environment a port.</summary>
    /// <exception cref="DiagnosticException">TP4841, TP4843.</exception>
    public PortAnswer Assign(string application, PortRequest request)
    {
        var environment = Lookup.Environment(_lookup.Application(application), request.Environment).Name;
        var change = store.ChangePorts(
            held => new PortRegistry(held, policy).Assign(application, environment, request.Port, request.Actor, time.GetUtcNow()),
            change => [Told(application, environment, FactKind.PortAssigned, request.Actor, string.Create(CultureInfo.InvariantCulture, $"{request.Actor} assigned port {change.Taken[0].Port} to {environment}"))]);
        if (!change.Problems.IsEmpty) throw new DiagnosticException(ExitCode.Busy, change.Problems);
        return new PortAnswer(change.Taken[0].Port, application, environment, "assigned", request.Actor);
    }

    /// <summary>Takes an assignment back; the environment gets what its commits declare, or what Towpath chooses.</summary>
    public void Release(string application, string environment, string actor)
    {
        var known = Lookup.Environment(_lookup.Application(application), environment).Name;
        store.ChangePorts(
            held => new PortRegistry(held, policy).Release(application, known),
            change => change.Freed.IsEmpty ? [] : [Told(application, known, FactKind.PortFreed, actor, string.Create(CultureInfo.InvariantCulture, $"{actor} took port {change.Freed[0]} back from {known}"))]);
    }

    private Fact Told(string application, string environment, string kind, string actor, string text) =>
        new() { At = time.GetUtcNow(), Kind = kind, Application = application, Environment = environment, Actor = actor, Text = text };
}
