using Towpath.Core.Applications;
using Towpath.Core.Journal;
using Towpath.Core.Rollouts;
using Towpath.Server.Storage;
using Towpath.Simulation.Runs;
using Towpath.Simulation.Time;
using Towpath.Simulation.World;

namespace Towpath.Simulation.Checks;

/// <summary>Reads the gates of an environment a second time, from the ledger, the journal and what is in the world.</summary>
internal sealed class GateReading(Ledger ledger, MachineWorld machine, ObjectiveReading objectives, PaperReading papers)
{
    // Counters hold whole requests.
    private const double Rounding = 0.02;

    private readonly HashSet<(string Application, string Environment, string Release)> _failing = [];

    private VirtualClock Clock => machine.Clock;

    /// <summary>Takes news of verifications. A deployment that succeeds has just passed one.</summary>
    public void Told(Fact fact)
    {
        objectives.Told(fact);
        if (fact is not { Environment: { } environment, Release: { } release }) return;
        if (fact.Kind == FactKind.VerificationFailed && fact.Deployment is null) _failing.Add((fact.Application, environment, release));
        if (fact.Kind is FactKind.VerificationPassed or FactKind.DeploymentSucceeded) _failing.Remove((fact.Application, environment, release));
    }

    /// <summary>Why a release may not enter now, or null.</summary>
    public string? Closed(string application, EnvironmentSpec environment, string release)
    {
        if (ledger.Rejected.Contains((application, release))) return "it was rejected";
        var store = ledger.Store;
        if (store.RunOfRelease(application, release) is not { } run || store.Run(run)?.State != RunState.Succeeded) return "its pipeline was not green";
        if (papers.Unsigned(application, release) is { } unsigned) return unsigned;
        if (HasRun(application, environment.Name, release)) return null;
        if (papers.Closed(application, environment, release) is { } lacks) return lacks;
        var gates = environment.Gates;
        if (gates.Request && !ledger.Requested.Contains((application, environment.Name, release))) return "no deploy request was handed in";
        if (gates.Confirmation is { } confirmation && Missing(application, environment.Name, release, confirmation) is { } role) return $"nobody confirmed it as {role}";
        if (gates.Window is { } window && !IsOpen(window, Clock.Now)) return "the window is closed";
        if (gates is { Lead: { } lead, LeadFrom: not DeliveryKind.Final } && store.Release(application, release)!.CreatedAt + lead > Clock.Now) return "it was delivered too late";
        if (gates.Image is { } image && WrongImage(application, release, image) is { } wrong) return wrong;
        if (gates.Budget is { } budget && environment.Slo is { } slo && objectives.MostLeft(machine.Environment(application, environment.Name), slo) < budget - Rounding)
            return $"too little of the error budget of {environment.Name} is left";
        var below = store.Release(application, release)!.Application.Ladder.Below(environment.Name);
        return below is null ? null : ClosedBelow(application, below, environment.Gates, release);
    }

    /// <summary>Why it may not come up from the environment below, or null.</summary>
    private string? ClosedBelow(string application, EnvironmentSpec below, GateSpecs gates, string release)
    {
        if (Lived(application, below.Name, release) is not { } lived) return $"it has never run in {below.Name}";
        if (lived < gates.Soak) return $"it has run in {below.Name} for {lived} of the {gates.Soak} asked";
        if (gates.Soak > TimeSpan.Zero && below.Slo is { } slo && objectives.IsBroken(machine.Environment(application, below.Name), slo, release))
            return $"{below.Name} did not keep its objectives";
        return _failing.Contains((application, below.Name, release)) && ledger.Store.Current(application, below.Name)?.Release == release
            ? $"its verification fails in {below.Name}" : null;
    }

    /// <summary>Why an image of a release is not as asked, or null.</summary>
    private string? WrongImage(string application, string release, ImageGateSpec asked)
    {
        foreach (var service in ledger.Store.Release(application, release)!.Images.Keys)
        {
            if (!ledger.Images.TryGetValue((application, release, service), out var image)) return $"nobody looked at the image of {service}";
            if (!image.IsThere) return $"the image of {service} was not there";
            if (image.Bytes > asked.MostBytes) return $"the image of {service} has {image.Bytes} bytes";
            if (asked.NonRoot && image.User is (null or "" or "root" or "0" or "root:app")) return $"the image of {service} runs as root";
            if (asked.HasSignature && image.Key != ledger.Papers.Key) return $"the image of {service} was not signed";
        }
        return null;
    }

    private bool HasRun(string application, string environment, string release) => Lived(application, environment, release) is not null;

    /// <summary>How long a release ran in an environment, in its longest stay; null where it never did.</summary>
    private TimeSpan? Lived(string application, string environment, string release)
    {
        TimeSpan? longest = null;
        var until = Clock.Now;
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
            .Where(c => c.Application == application && c.Environment == environment && c.Release == release && (asked.ValidFor is not { } valid || c.At + valid > Clock.Now)).ToList();
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

    /// <summary>Zones of simulated windows do not change their distance from UTC while a simulation lasts.</summary>
    private static bool IsOpen(WindowSpec window, DateTimeOffset now)
    {
        var local = (now + GateDraw.Zones[window.Zone]).UtcDateTime;
        var (today, time) = (DateOnly.FromDateTime(local), TimeOnly.FromDateTime(local));
        if (window.Freezes.Any(f => f.First <= today && today <= f.Last)) return false;
        if (window.From < window.Until) return window.Days.Contains(today.DayOfWeek) && time >= window.From && time < window.Until;
        return (time >= window.From && window.Days.Contains(today.DayOfWeek)) || (time < window.Until && window.Days.Contains(today.AddDays(-1).DayOfWeek));
    }
}
