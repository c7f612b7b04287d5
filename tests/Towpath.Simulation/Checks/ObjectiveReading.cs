using Towpath.Core.Applications;
using Towpath.Core.Journal;
using Towpath.Simulation.Time;
using Towpath.Simulation.World;

namespace Towpath.Simulation.Checks;

/// <summary>
/// Whether objectives are kept and how much of a budget is left, by what users really saw. A control plane counts a little later, and
/// never what a gateway took with it: only what it must have counted is held against it.
/// </summary>
internal sealed class ObjectiveReading(Ledger ledger, MachineWorld machine)
{
    // Counters hold whole requests.
    private const double Slack = 0.01;

    private static readonly TimeSpan Look = TimeSpan.FromSeconds(5);

    // A control plane that is killed comes back after 20 s, and one that is held up after 90.
    private static readonly TimeSpan Looks = TimeSpan.FromSeconds(150);

    // Of the minute into which the beginning of the objective's window falls, all is counted.
    private static readonly TimeSpan Bucket = TimeSpan.FromSeconds(70);
    private readonly Dictionary<EnvironmentWorld, TimeSpan> _restsSince = [];
    private readonly Dictionary<(string Application, string Environment), (string Release, TimeSpan At)> _stays = [];

    // Before its first release an environment promises nothing.
    private readonly Dictionary<(string Application, string Environment), TimeSpan> _first = [];

    private VirtualClock Clock => machine.Clock;

    /// <summary>Watches for ever.</summary>
    public void Begin() => Clock.After(Look, () =>
    {
        foreach (var world in machine.Environments)
        {
            world.Flow();
            if (ledger.Active(world) is not null || ledger.Store.Current(world.Application, world.Name) is null) _restsSince.Remove(world);
            else if (!_restsSince.TryAdd(world, Clock.Elapsed)) Settle(world);
        }
        Begin();
    });

    /// <summary>Takes news of releases that came in.</summary>
    public void Told(Fact fact)
    {
        if (fact is not { Kind: FactKind.DeploymentSucceeded, Environment: { } environment, Release: { } release }) return;
        _stays[(fact.Application, environment)] = (release, Clock.Elapsed);
        _first.TryAdd((fact.Application, environment), Clock.Elapsed);
    }

    /// <summary>At most so much of a budget is left; null where nobody can say.</summary>
    public double? MostLeft(EnvironmentWorld world, SloSpec slo) => !IsReadable(slo) ? null : Left(
        slo, world.History.CountedSince(Later(world, Clock.Elapsed - slo.Window)), world.History.Since(Clock.Elapsed - slo.Window - Bucket).Requests);

    /// <summary>So much of it is left by all that users saw, also before the first release: whether that counts hangs on when somebody looked; null where nobody can say.</summary>
    public double? ReallyLeft(EnvironmentWorld world, SloSpec slo) => !IsReadable(slo) ? null
        : Left(slo, world.History.Since(Clock.Elapsed - slo.Window - Bucket));

    /// <summary>A time, but not before the first release was looked at for certain.</summary>
    private TimeSpan Later(EnvironmentWorld world, TimeSpan time) =>
        _first.TryGetValue((world.Application, world.Name), out var first) && first + Looks > time ? first + Looks : time;

    /// <summary>A release did not keep the objectives since it came in, by any reading.</summary>
    public bool IsBroken(EnvironmentWorld world, SloSpec slo, string release)
    {
        if (!_stays.TryGetValue((world.Application, world.Name), out var stay) || stay.Release != release || ledger.ClockJumpedAt > stay.At) return false;
        // It is looked at for the first time a little later.
        var counted = world.History.CountedSince(stay.At + Looks);
        var all = world.History.Since(stay.At - Bucket).Requests;
        return IsOver(counted.Errors, all, slo.Availability) || (slo.Latency is not null && IsOver(counted.Slow, all, slo.LatencyShare));
    }

    private static bool IsOver(double wrong, double all, double? promised) => promised is { } share && wrong / Math.Max(1, all) > 1 - share + Slack;

    private void Settle(EnvironmentWorld world)
    {
        if (Clock.Elapsed - _restsSince[world] > Looks) world.History.Settle(Clock.Elapsed - Looks);
    }

    /// <summary>Windows of minutes can't be told from the wall clock once that has jumped.</summary>
    private bool IsReadable(SloSpec slo) => slo.Window > TimeSpan.FromHours(3) || ledger.ClockJumpedAt is null;

    private static double Left(SloSpec slo, (double Requests, double Errors, double Slow) seen) => Left(slo, seen, seen.Requests);

    private static double Left(SloSpec slo, (double Requests, double Errors, double Slow) wrong, double requests)
    {
        var availability = slo.Availability is { } share ? 1 - (wrong.Errors / Math.Max(1, requests) / (1 - share)) : 1;
        var latency = slo.Latency is not null ? 1 - (wrong.Slow / Math.Max(1, requests) / (1 - slo.LatencyShare)) : 1;
        return Math.Clamp(Math.Min(availability, latency), 0, 1);
    }
}
