using Towpath.Server.Reconcilers;
using Towpath.Server.Storage;
using Towpath.Simulation.Checks;
using Towpath.Simulation.Storage;
using Towpath.Simulation.Time;
using Towpath.Simulation.Users;
using Towpath.Simulation.World;

namespace Towpath.Simulation.Runs;

/// <summary>How a seed ended.</summary>
/// <param name="Violation">What was broken, or null.</param>
/// <param name="Journal">Hash of all facts, for comparing two runs of one seed.</param>
/// <param name="Steps">Pieces of work done.</param>
/// <param name="Lasted">Virtual time.</param>
internal sealed record SeedOutcome(string? Violation, long Journal, long Steps, TimeSpan Lasted)
{
    /// <summary>Gates that rightly stayed closed to the end, in words; null for none.</summary>
    public string? Closed { get; init; }
}

/// <summary>
/// One seed from its beginning to its end: a storm in which things go wrong while people work, then quiet, in which a good release must come
/// everywhere within a bounded time; and then somebody stops a container by hand.
/// </summary>
internal sealed class SeedRun
{
    /// <summary>When simulations begin: on a Monday morning.</summary>
    public static readonly DateTimeOffset Start = new(2026, 1, 5, 9, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Quiet = TimeSpan.FromMinutes(20);
    private static readonly TimeSpan Late = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan AskAgain = TimeSpan.FromSeconds(10);

    private readonly SimulationOptions _options;
    private readonly VirtualClock _clock;
    private readonly MachineWorld _machine;
    private readonly SimulationScene _scene;
    private readonly ControlPlanes _planes;
    private readonly ReplayCheck _replay;
    private readonly IReadOnlyList<Team> _teams;
    private readonly Wardens? _wardens;
    private readonly PaperWatch? _papers;
    private readonly List<string> _closed = [];
    private long _told;
    private long _journal;

    /// <summary>Puts a seed together.</summary>
    /// <param name="options">What it is about.</param>
    /// <param name="machines">Decisions.</param>
    /// <param name="store">What outlives control planes; null for one in memory.</param>
    /// <param name="trace">Takes a line for all that happens; null for nobody.</param>
    /// <param name="altered">What control planes have in the place of the store; null for the store itself.</param>
    public SeedRun(SimulationOptions options, Machines machines, IStore? store = null, Action<string>? trace = null, Func<IStore, IStore>? altered = null)
    {
        _options = options;
        var random = new Random(options.Seed);
        _clock = new VirtualClock(new Random(random.Next()), options.Start);
        _machine = new MachineWorld(_clock, new Random(random.Next()), trace is null ? null : line => trace($"{_clock.Elapsed.TotalSeconds,9:0.000} {line}")) { Faults = options.Faults };
        store ??= new MemoryStore();
        var ledger = new Ledger(store, _machine);
        var violated = (Action<string>)_machine.Checks.Violate;
        var objectives = new ObjectiveReading(ledger, _machine);
        var papers = new PaperReading(ledger, _clock) { IsSigning = options.Papers is { Signing: true } };
        var paperCheck = new PaperCheck(ledger, _machine) { Violated = violated };
        var admission = new AdmissionCheck(ledger, _machine, objectives, papers) { Violated = violated };
        var shares = new ShareCheck(ledger, _clock) { Violated = violated };
        _scene = new SimulationScene(_machine, store, new WriteSignal(), ledger, new DecisionWatch(_clock, violated).Watch(machines), admission, shares, objectives)
        {
            Papers = papers,
            PaperCheck = paperCheck,
            Altered = altered ?? (inner => inner),
        };
        _replay = new ReplayCheck(ledger) { Violated = violated };
        foreach (var check in new WorldCheck[]
        {
            _replay, new PatienceCheck(ledger, _machine, _clock) { Violated = violated }, admission, shares, new StateCheck(ledger) { Violated = violated }, new ExclusiveCheck(ledger) { Violated = violated },
            new ServingCheck(ledger, _clock) { Violated = violated }, new WarmCheck(ledger, _clock) { Violated = violated },
            new JournalCheck(ledger, _machine) { Violated = violated }, new StandstillCheck(ledger, _clock) { Violated = violated },
            paperCheck,
        })
            _machine.Checks.Add(check);
        _planes = new ControlPlanes(_scene, options.ControlPlanes, new Random(random.Next()));
        _teams = [.. options.Applications.Select(application => new Team(application, options.Papers, _scene, _planes, random))];
        if (options.Papers is null) return;
        _wardens = new Wardens(options.Papers, _scene, _planes);
        _papers = new PaperWatch(_scene, _planes, violated);
    }

    /// <summary>Runs it to its end.</summary>
    public SeedOutcome Run()
    {
        var context = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            Storm();
            if (_machine.Checks.Violation is null) CalmDown();
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(context);
        }
        return new SeedOutcome(_machine.Checks.Violation, _journal, _clock.Steps, _clock.Elapsed) { Closed = _closed.Count == 0 ? null : string.Join("; ", _closed) };
    }

    private void Storm()
    {
        foreach (var team in _teams) team.FirstRelease();
        _scene.Objectives.Begin();
        _planes.Begin();
        foreach (var team in _teams) team.Begin(_options.Storm);
        _wardens?.Begin(_options.Storm);
        _papers?.Begin();
        new Chaos(_machine, _scene.Ledger).Begin(_options.Storm);
        _clock.Run(_options.Storm + TimeSpan.FromSeconds(1), AfterStep);
    }

    /// <summary>Nothing goes wrong any more, requests come in, and a good release is asked for until it is everywhere.</summary>
    private void CalmDown()
    {
        _machine.Trace?.Invoke("the storm is over");
        foreach (var world in _machine.Environments) world.Load = Math.Max(20, world.Load);
        foreach (var team in _teams) team.Shipments.Ship(mustBeGood: true);
        var deadline = _clock.Elapsed + Quiet;
        var longest = deadline + Quiet;
        while (_clock.Elapsed < deadline && _machine.Checks.Violation is null)
        {
            if (_teams.All(team => team.IsDone))
            {
                Drift();
                return;
            }
            foreach (var team in _teams) team.PressOn();
            _wardens?.ImportAll();
            _papers?.LookForWaiting();
            // A budget may come back in the last moments: what is on its way then may end.
            if (_clock.Elapsed + Late > deadline && deadline < longest && _teams.Any(team => team.IsOnItsWay)) deadline += AskAgain;
            _clock.Run(_clock.Elapsed + AskAgain, AfterStep);
        }
        foreach (var team in _teams)
        {
            if (_machine.Checks.Violation is not null || team.Missing is not { } missing) continue;
            if (team.Convergence.Closed(team.Shipments.All[^1]) is { } closed) _closed.Add(closed);
            else _machine.Checks.Violate($"{team.Name} has not converged {Quiet.TotalMinutes:0} minutes after the storm: {missing}");
        }
    }

    private void Drift()
    {
        foreach (var team in _teams) team.LastDrift.Cause();
        var deadline = _clock.Elapsed + Quiet;
        while (_machine.Checks.Violation is null && _clock.Elapsed < deadline && _teams.Any(team => team.LastDrift.Unseen() is not null))
            _clock.Run(_clock.Elapsed + AskAgain, AfterStep);
        if (_teams.Select(team => team.LastDrift.Unseen() ?? team.LastDrift.Meddled()).FirstOrDefault(what => what is not null) is { } wrong) _machine.Checks.Violate(wrong);
    }

    private bool AfterStep()
    {
        var last = _scene.Store.LastSequence();
        if (last > _told)
        {
            foreach (var fact in _scene.Store.Facts(null, _told, int.MaxValue))
            {
                _journal = (_journal * 1_000_003) ^ Hash(fact.Kind) ^ (Hash(fact.Text) * 31) ^ fact.At.Ticks;
                _machine.Trace?.Invoke($"fact: {fact.Environment} {fact.Deployment} {fact.Kind}: {fact.Text}");
                _machine.Checks.Told(fact);
            }
            _told = last;
            _replay.CaughtUp();
        }
        if (_planes.Failure is { } failure) _machine.Checks.Violate($"a control plane ended by itself: {failure}");
        return _machine.Checks.Violation is not null;
    }

    /// <summary>A number for a text: the same in each process, as the runtime's own is not.</summary>
    public static long Hash(string text)
    {
        var hash = 17L;
        foreach (var one in text) hash = (hash * 31) + one;
        return hash;
    }
}
