using System.Collections.Immutable;
using Towpath.Core.Applications;
using Towpath.Core.Diagnostics;

namespace Towpath.Core.Environments;

/// <summary>How an environment came to a port.</summary>
public enum PortStanding
{
    /// <summary>Towpath found a free one.</summary>
    Chosen,

    /// <summary>A commit says <c>port:</c>, and nobody else had it.</summary>
    Declared,

    /// <summary>An operator gave it: stronger than what a commit says.</summary>
    Assigned,
}

/// <summary>A port of the machine that the gateway of an environment has, on all addresses.</summary>
/// <param name="Port">1 to 65535; no two environments have one.</param>
/// <param name="Application">Application.</param>
/// <param name="Environment">Environment.</param>
/// <param name="Standing">How it came to it.</param>
/// <param name="Actor">Who did that; empty for Towpath itself.</param>
/// <param name="At">When.</param>
public sealed record PortHolding(int Port, string Application, string Environment, PortStanding Standing, string Actor, DateTimeOffset At)
{
    /// <summary>Whether it is that environment's.</summary>
    public bool IsOf(string application, string environment) => Application == application && Environment == environment;
}

/// <summary>What operators say about ports: <c>ports</c> in <c>server.yaml</c>.</summary>
/// <param name="First">First port that Towpath may give out.</param>
/// <param name="Last">Last one.</param>
/// <param name="OperatorsOnly">A commit may only ask for a port that an operator assigned to it.</param>
public sealed record PortPolicy(int First, int Last, bool OperatorsOnly)
{
    /// <summary>What holds where nothing is said.</summary>
    public static PortPolicy Default { get; } = new(18080, 18998, OperatorsOnly: false);
}

/// <summary>What is to become of the ports.</summary>
/// <param name="Taken">Holdings that begin, or stand otherwise from now on.</param>
/// <param name="Freed">Ports that nobody has any more.</param>
/// <param name="Problems">Why not; then nothing is taken and nothing freed.</param>
public sealed record PortChange(ImmutableArray<PortHolding> Taken, ImmutableArray<int> Freed, ImmutableArray<Diagnostic> Problems)
{
    /// <summary>Nothing changes.</summary>
    public static PortChange None { get; } = new([], [], []);

    /// <summary>Nothing changes, for these reasons.</summary>
    public static PortChange Refused(params ImmutableArray<Diagnostic> problems) => new([], [], problems);
}

/// <summary>Who has which port: decides what a commit, an operator or an environment without one gets. All that is held is given to it.</summary>
public sealed class PortRegistry(IReadOnlyList<PortHolding> held, PortPolicy policy)
{
    private const int Proposed = 3;

    /// <summary>Who has a port, or null.</summary>
    public PortHolding? HolderOf(int port) => held.FirstOrDefault(h => h.Port == port);

    /// <summary>What an operator gave an environment, or null.</summary>
    public PortHolding? AssignedTo(string application, string environment) => held.FirstOrDefault(h => h.Standing == PortStanding.Assigned && h.IsOf(application, environment));

    /// <summary>Ports that nobody has, lowest first.</summary>
    /// <param name="count">At most so many.</param>
    public ImmutableArray<int> Free(int count = Proposed)
    {
        var taken = held.Select(h => h.Port).ToHashSet();
        return [.. Enumerable.Range(policy.First, policy.Last - policy.First + 1).Where(p => !taken.Contains(p)).Take(count)];
    }

    /// <summary>
    /// The port of an environment as a release describes it: the assigned one, else the declared one, else the chosen one; null where one has to be chosen.
    /// </summary>
    public (int? Port, Diagnostic? Problem) PortOf(string application, EnvironmentSpec environment)
    {
        if (AssignedTo(application, environment.Name) is { } assigned) return (assigned.Port, null);
        if (environment.Port is not { } declared) return (held.FirstOrDefault(h => h.Standing == PortStanding.Chosen && h.IsOf(application, environment.Name))?.Port, null);
        return HolderOf(declared) is { } holder && !holder.IsOf(application, environment.Name)
            ? (null, PortDiagnostics.Taken(environment.PortLocation, declared, environment.Name, Free()))
            : (declared, null);
    }

    /// <summary>A commit comes with a ladder.</summary>
    /// <param name="application">Application.</param>
    /// <param name="ladder">Its ladder.</param>
    /// <param name="keeps">Whether a release that may run yet declares that port for that environment: it is not freed.</param>
    /// <param name="actor">Who ships it.</param>
    /// <param name="now">The time.</param>
    public PortChange Declare(string application, Ladder ladder, Func<string, int, bool> keeps, string actor, DateTimeOffset now)
    {
        var declared = ladder.Environments.Where(e => e.Port is not null).ToList();
        ImmutableArray<Diagnostic> problems = [.. declared.Select(e => Objection(application, e)).OfType<Diagnostic>()];
        if (!problems.IsEmpty) return PortChange.Refused(problems);
        return new PortChange(
            [.. declared.Where(e => HolderOf(e.Port!.Value) is null).Select(e => new PortHolding(e.Port!.Value, application, e.Name, PortStanding.Declared, actor, now))],
            [.. held.Where(h => h.Application == application && h.Standing == PortStanding.Declared && declared.All(e => e.Port != h.Port || e.Name != h.Environment) && !keeps(h.Environment, h.Port)).Select(h => h.Port)],
            []);
    }

    /// <summary>An operator gives an environment a port; what Towpath had chosen for it, or another one had assigned, is free then.</summary>
    /// <param name="application">Application.</param>
    /// <param name="environment">Environment.</param>
    /// <param name="port">Which, or null for the first free one.</param>
    /// <param name="actor">Who.</param>
    /// <param name="now">The time.</param>
    public PortChange Assign(string application, string environment, int? port, string actor, DateTimeOffset now)
    {
        if ((port ?? (Free(1) is [var free] ? free : null)) is not { } chosen) return PortChange.Refused(PortDiagnostics.NoneFree(policy.First, policy.Last));
        if (HolderOf(chosen) is { } holder && !holder.IsOf(application, environment)) return PortChange.Refused(PortDiagnostics.Taken(null, chosen, environment, Free()));
        return new PortChange(
            [new PortHolding(chosen, application, environment, PortStanding.Assigned, actor, now)],
            [.. held.Where(h => h.Port != chosen && h.Standing != PortStanding.Declared && h.IsOf(application, environment)).Select(h => h.Port)],
            []);
    }

    /// <summary>An operator takes an assignment back; nothing happens where there is none.</summary>
    public PortChange Release(string application, string environment) =>
        AssignedTo(application, environment) is { } assigned ? PortChange.None with { Freed = [assigned.Port] } : PortChange.None;

    /// <summary>Towpath chooses one for an environment that has none.</summary>
    /// <param name="application">Application.</param>
    /// <param name="environment">Environment.</param>
    /// <param name="isFree">Whether the machine has it free, too.</param>
    /// <param name="now">The time.</param>
    public PortChange Choose(string application, string environment, Func<int, bool> isFree, DateTimeOffset now) =>
        Free(int.MaxValue).FirstOrDefault(isFree) is > 0 and var port
            ? PortChange.None with { Taken = [new PortHolding(port, application, environment, PortStanding.Chosen, "", now)] }
            : PortChange.Refused(PortDiagnostics.NoneFree(policy.First, policy.Last));

    private Diagnostic? Objection(string application, EnvironmentSpec environment)
    {
        var port = environment.Port!.Value;
        if (AssignedTo(application, environment.Name) is { } assigned) return assigned.Port == port ? null : PortDiagnostics.OtherAssigned(environment.PortLocation, environment.Name, port, assigned);
        return HolderOf(port) switch
        {
            { } holder when !holder.IsOf(application, environment.Name) => PortDiagnostics.Taken(environment.PortLocation, port, environment.Name, Free()),
            null when policy.OperatorsOnly => PortDiagnostics.NotAssigned(environment.PortLocation, port, environment.Name, Free()),
            _ => null,
        };
    }
}
