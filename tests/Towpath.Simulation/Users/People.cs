using Towpath.Core.Environments;
using Towpath.Core.Rollouts;
using Towpath.Server.Api;
using Towpath.Server.Desks;
using Towpath.Simulation.Runs;

namespace Towpath.Simulation.Users;

/// <summary>
/// People at work on one application: they ship, promote, confirm, roll back, reject, pause, abort and halt when it occurs to them, all at once and without
/// asking each other. What they did is in the ledger, so that promises can be measured by it.
/// </summary>
internal sealed class People(ApplicationOptions options, SimulationScene scene, Shipments shipments, ControlPlanes planes, Random random)
{
    private static readonly Dictionary<string, string> Complete = DeployRequestTemplate.Fields.ToDictionary(f => f.Name, f => f.Meaning, StringComparer.Ordinal);
    private static readonly string[] Names = ["ann", "bob", "cem"];

    private string Application => options.Name;

    /// <summary>They begin; each act is followed by the next, until a virtual time.</summary>
    public void Begin(TimeSpan until) => scene.Machine.Clock.After(scene.Machine.Between(0, 120 / options.Acts), () =>
    {
        if (scene.Machine.Clock.Elapsed >= until) return;
        Act();
        Begin(until);
    });

    /// <summary>Somebody ships a good commit and sees to it that it comes everywhere, however often it has to be asked.</summary>
    public void BringEverywhere(string release)
    {
        foreach (var environment in scene.Store.Application(Application)!.Ladder.Environments)
        {
            // A deployment that froze waits for somebody who brings in what is to run, also where that is what ran before.
            var isFrozen = scene.Store.RecentDeployments(Application, environment.Name, 1) is [{ Phase: nameof(DeploymentPhase.Frozen) }];
            var isOpen = scene.Store.OpenDeployments(Application, environment.Name).Count > 0;
            if (!isFrozen && !isOpen && scene.Store.Current(Application, environment.Name)?.Release == release) continue;
            Request(environment.Name, release, "cem");
            Confirm(environment.Name, release, "dev", "ann");
            Confirm(environment.Name, release, "ops", "bob");
            // What was promised to come as soon as the gates hold must come without being asked for again.
            if (!isOpen && shipments.Papers is not null && planes.Alive.Any(plane => plane.Ladder.WantedIn(Application, environment.Name) == release)) return;
            if (!isOpen) Promote(environment.Name, release, "ann");
            else Proceed(environment.Name, "ann", isWhole: true);
            return;
        }
    }

    /// <summary>Whatever stands still by somebody's will goes on.</summary>
    public void LetAllGoOn()
    {
        // One whose answer was lost is not in the ledger.
        foreach (var halt in scene.Store.Halts()) Unhalt(halt.Application, halt.Environment);
        foreach (var environment in options.Ladder.Environments)
            Resume(environment.Name, "ann");
    }

    private void Act()
    {
        var environment = options.Ladder.Environments[random.Next(options.Ladder.Environments.Length)].Name;
        var actor = Names[random.Next(Names.Length)];
        var release = shipments.All.Count == 0 ? null : shipments.All[^Math.Min(shipments.All.Count, 1 + random.Next(3))];
        if (release is not null && random.NextDouble() < options.Rejections)
        {
            Reject(release, actor);
            return;
        }
        switch (random.Next(19))
        {
            case < 5:
                shipments.Ship(mustBeGood: false);
                break;
            case < 9:
                Promote(environment, random.Next(2) == 0 ? null : release, actor);
                break;
            case < 12 when release is not null && random.Next(4) == 0:
                Request(environment, release, actor);
                break;
            case < 12 when release is not null:
                Confirm(environment, release, random.Next(2) == 0 ? "dev" : "ops", actor);
                break;
            case 12:
                Rollback(environment, actor);
                break;
            case 13:
                Ask("pause", d => d.Pause(Application, new PauseRequest(environment, "lunch", actor)));
                break;
            case 14 or 15:
                Resume(environment, actor);
                break;
            case 16:
                Ask("abort", d => d.Abort(Application, new AbortRequest(environment, actor)));
                break;
            case 17:
                Proceed(environment, actor, isWhole: random.Next(2) == 0);
                break;
            case 18:
                HaltOrUnhalt(environment, actor);
                break;
        }
    }

    private void Promote(string environment, string? release, string actor) => Ask("promote", d =>
    {
        if ((release ?? Below(environment)) is { } wanted) scene.Ledger.Wanted.Add((Application, environment, wanted));
        d.Promote(Application, new PromoteRequest(environment, release, actor));
    });

    /// <summary>What somebody means who names no release.</summary>
    private string? Below(string environment) => scene.Store.Application(Application)!.Ladder.Below(environment) is { } below
        ? scene.Store.Current(Application, below.Name)?.Release
        : shipments.All[^1];

    /// <summary>To whatever was good there before.</summary>
    private void Rollback(string environment, string actor) => Ask("rollback", d =>
    {
        foreach (var release in shipments.All)
            if (scene.Ledger.WasGood(scene.Machine.Environment(Application, environment), release)) scene.Ledger.Wanted.Add((Application, environment, release));
        d.Rollback(Application, new RollbackRequest(environment, null, actor));
    });

    private void Reject(string release, string actor) => Ask("reject", d =>
    {
        try
        {
            d.Reject(Application, new RejectRequest(release, "it is broken", actor));
        }
        finally
        {
            // Whoever is killed in the middle may have done it or not.
            if (scene.Store.Rejection(Application, release) is not null) scene.Ledger.Rejected.Add((Application, release));
        }
    });

    private void Request(string environment, string release, string actor) => Ask("request", d =>
    {
        // Whoever is killed in the middle may have done it or not.
        scene.Ledger.Requested.Add((Application, environment, release));
        d.Request(Application, new DeployRequest(environment, release, Complete, actor));
    });

    private void Confirm(string environment, string release, string role, string actor)
    {
        scene.Ledger.Confirmed.Add((Application, environment, release, role, actor, scene.Machine.Clock.Now));
        Ask("confirm", d => d.Confirm(Application, new ConfirmRequest(environment, release, role, actor)));
    }

    private void Proceed(string environment, string actor, bool isWhole)
    {
        foreach (var open in scene.Store.OpenDeployments(Application, environment)) scene.Shares.Proceeds(open.Id);
        Ask("proceed", d => d.Proceed(Application, new ProceedRequest(environment, null, isWhole, actor)));
    }

    private void HaltOrUnhalt(string environment, string actor)
    {
        if (scene.Ledger.Halts.Count > 0)
        {
            var (halted, within) = scene.Ledger.Halts.Keys.First();
            Unhalt(halted, within);
            return;
        }
        (string? Application, string? Environment) extent = random.Next(3) switch
        {
            0 => (null, null),
            1 => (Application, null),
            _ => (Application, environment),
        };
        Ask("halt", d =>
        {
            d.Halt(new HaltRequest(extent.Application, extent.Environment, "stop the world", actor));
            scene.Ledger.Halts.TryAdd(extent, scene.Machine.Clock.Elapsed);
        });
    }

    /// <summary>It lifts the halt of that very environment too.</summary>
    private void Resume(string environment, string actor) => Ask("resume", d =>
    {
        scene.Ledger.Halts.Remove((Application, environment));
        d.Resume(Application, new ResumeRequest(environment, actor));
    });

    private void Unhalt(string? application, string? environment) => Ask("unhalt", d =>
    {
        // Whoever is killed in the middle may have done it or not.
        scene.Ledger.Halts.Remove((application, environment));
        d.Unhalt(new HaltRequest(application, environment, null, "ann"));
    });

    private void Ask(string what, Action<DeliveryDesk> ask) => planes.Ask(what, plane => ask(plane.Desk));
}
