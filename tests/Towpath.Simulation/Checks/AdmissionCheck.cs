using Towpath.Core.Applications;
using Towpath.Core.Rollouts;
using Towpath.Server.Storage;
using Towpath.Simulation.Time;
using Towpath.Simulation.World;

namespace Towpath.Simulation.Checks;

/// <summary>
/// No gate is skipped, and nothing runs that was not let in. Gates are judged here a second time, by the ledger: at the moments at which the
/// control plane judges them, since a gate that held then may rightly have closed when the first effect comes.
/// </summary>
internal sealed class AdmissionCheck(Ledger ledger, VirtualClock clock) : WorldCheck
{
    private readonly Dictionary<(string Application, string Environment, string Release), (TimeSpan At, string? Why)> _judged = [];
    private readonly HashSet<(string Application, string Environment, string Release)> _admitted = [];

    /// <summary>A control plane judges the gates of an environment for a release.</summary>
    public void Judges(string application, EnvironmentSpec environment, string release) =>
        _judged[(application, environment.Name, release)] = (clock.Elapsed, Closed(application, environment, release));

    /// <inheritdoc/>
    public override void Prepared(EnvironmentWorld world, DeploymentPlan plan)
    {
        var key = (world.Application, world.Name, plan.Target.Release);
        if (!_judged.TryGetValue(key, out var judged)) Violated($"{plan.Id} brought {plan.Target.Release} into {world.Name} and nobody had judged its gates");
        else if (judged.Why is { } why) Violated($"{plan.Id} brought {plan.Target.Release} into {world.Name} although {why}");
        _admitted.Add(key);
    }

    /// <inheritdoc/>
    public override void Started(EnvironmentWorld world, SimulatedContainer container)
    {
        if (!_admitted.Contains((world.Application, world.Name, container.Release)))
            Violated($"{container.Name} of {container.Release} was started in {world.Name}, where that release was never let in");
    }

    /// <summary>Why a release may not enter now, or null.</summary>
    private string? Closed(string application, EnvironmentSpec environment, string release)
    {
        if (ledger.Rejected.Contains((application, release))) return "it was rejected";
        var store = ledger.Store;
        if (store.RunOfRelease(application, release) is not { } run || store.Run(run)?.State != RunState.Succeeded) return "its pipeline was not green";
        if (HasRun(application, environment.Name, release)) return null;
        var gates = environment.Gates;
        if (gates.Request && !ledger.Requested.Contains((application, environment.Name, release))) return "no deploy request was handed in";
        if (gates.Confirmation is { } confirmation && Missing(application, environment.Name, release, confirmation) is { } role) return $"nobody confirmed it as {role}";
        if (gates.Window is { } window && !IsOpen(window, clock.Now)) return "the window is closed";
        if (gates.Lead is { } lead && store.Release(application, release)!.CreatedAt + lead > clock.Now) return "it was delivered too late";
        var below = store.Application(application)!.Ladder.Below(environment.Name);
        return below is not null && Lived(application, below.Name, release) is var lived && (lived is null || lived < gates.Soak)
            ? $"it has run in {below.Name} for {lived} of the {gates.Soak} asked" : null;
    }

    private bool HasRun(string application, string environment, string release) => Lived(application, environment, release) is not null;

    /// <summary>How long a release ran in an environment, in its longest stay; null where it never did.</summary>
    private TimeSpan? Lived(string application, string environment, string release)
    {
        TimeSpan? longest = null;
        var until = clock.Now;
        foreach (var good in ledger.Store.RecentDeployments(application, environment, int.MaxValue).Where(d => d.Phase == nameof(DeploymentPhase.Succeeded)))
        {
            if (good.Release == release && !(longest > until - good.UpdatedAt)) longest = until - good.UpdatedAt;
            until = good.UpdatedAt;
        }
        return longest;
    }

    private string? Missing(string application, string environment, string release, ConfirmationSpec asked)
    {
        var given = ledger.Confirmed
            .Where(c => c.Application == application && c.Environment == environment && c.Release == release && (asked.ValidFor is not { } valid || c.At + valid > clock.Now)).ToList();
        var missing = asked.Roles.FirstOrDefault(role => !given.Exists(c => c.Role == role));
        if (missing is not null || !asked.Distinct) return missing;
        // With two roles and few people: any way to give each role a person of its own.
        return CanFill(asked.Roles, 0, given.Select(c => (c.Role, c.Actor)).ToList(), []) ? null : "distinct people";
    }

    private static bool CanFill(IReadOnlyList<string> roles, int from, List<(string Role, string Actor)> given, HashSet<string> taken) =>
        from == roles.Count || given.Where(c => c.Role == roles[from]).Any(c =>
        {
            if (!taken.Add(c.Actor)) return false;
            var filled = CanFill(roles, from + 1, given, taken);
            taken.Remove(c.Actor);
            return filled;
        });

    /// <summary>Simulated windows are in UTC, within one day, without freezes.</summary>
    private static bool IsOpen(WindowSpec window, DateTimeOffset now) =>
        window.Days.Contains(now.UtcDateTime.DayOfWeek) && TimeOnly.FromDateTime(now.UtcDateTime) is var time && time >= window.From && time < window.Until;
}
