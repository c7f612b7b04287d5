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
internal sealed record SeedOutcome(string? Violation, long Journal, long Steps, TimeSpan Lasted);

/// <summary>
/// One seed from its beginning to its end: a storm in which things go wrong while people work, then quiet, in which a good release must come
/// everywhere within a bounded time.
/// </summary>
internal sealed class SeedRun
{
    private static readonly DateTimeOffset Start = new(2026, 1, 5, 9, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Quiet = TimeSpan.FromMinutes(20);
    private static readonly TimeSpan AskAgain = TimeSpan.FromSeconds(10);

    private readonly SimulationOptions _options;
    private readonly VirtualClock _clock;
    private readonly MachineWorld _machine;
    private readonly SimulationScene _scene;
    private readonly ControlPlanes _planes;
    private readonly Shipments _shipments;
    private readonly People _people;
    private readonly Convergence _convergence;
    private readonly ReplayCheck _replay;
    private long _told;
    private long _journal;

    /// <summary>Puts a seed together.</summary>
    /// <param name="options">What it is about.</param>
    /// <param name="machines">Decisions.</param>
    /// <param name="store">What outlives control planes; null for one in memory.</param>
    /// <param name="trace">Takes a line for all that happens; null for nobody.</param>
    public SeedRun(SimulationOptions options, Machines machines, IStore? store = null, Action<string>? trace = null)
    {
        _options = options;
        var random = new Random(options.Seed);
        _clock = new VirtualClock(new Random(random.Next()), Start);
        _machine = new MachineWorld(_clock, new Random(random.Next()), trace is null ? null : line => trace($"{_clock.Elapsed.TotalSeconds,9:0.000} {line}")) { Faults = options.Faults };
        store ??= new MemoryStore();
        var ledger = new Ledger(store, _machine);
        var violated = (Action<string>)_machine.Checks.Violate;
        var admission = new AdmissionCheck(ledger, _clock) { Violated = violated };
        var shares = new ShareCheck(ledger, _clock) { Violated = violated };
        _scene = new SimulationScene(_machine, store, new WriteSignal(), ledger, new Restlessness(_clock).Watch(machines), admission, shares);
        _replay = new ReplayCheck(ledger) { Violated = violated };
        foreach (var check in new WorldCheck[]
        {
            _replay, new PatienceCheck(ledger, _machine, _clock) { Violated = violated }, admission, shares, new StateCheck(ledger) { Violated = violated }, new ExclusiveCheck(ledger) { Violated = violated },
            new ServingCheck(ledger, _clock) { Violated = violated }, new WarmCheck(ledger, _clock) { Violated = violated },
            new JournalCheck(ledger, _machine) { Violated = violated }, new StandstillCheck(ledger, _clock) { Violated = violated },
        })
            _machine.Checks.Add(check);
        _planes = new ControlPlanes(_scene, options.ControlPlanes, new Random(random.Next()));
        _shipments = new Shipments(options, _scene, new Random(random.Next()));
        _people = new People(options, _scene, _shipments, _planes, new Random(random.Next()));
        _convergence = new Convergence(options, _scene);
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
        return new SeedOutcome(_machine.Checks.Violation, _journal, _clock.Steps, _clock.Elapsed);
    }

    private void Storm()
    {
        _scene.Store.SaveApplication(Shipments.Application, "/repository", ".", _options.Ladder);
        foreach (var environment in _options.Ladder.Environments)
            _machine.Environment(Shipments.Application, environment.Name).Load = _options.Load;
        _shipments.Ship(mustBeGood: true);
        _planes.Begin();
        _people.Begin(_options.Storm);
        new Chaos(_machine, _scene.Ledger).Begin(_options.Storm);
        _clock.Run(_options.Storm + TimeSpan.FromSeconds(1), AfterStep);
    }

    /// <summary>Nothing goes wrong any more, requests come in, and a good release is asked for until it is everywhere.</summary>
    private void CalmDown()
    {
        _machine.Trace?.Invoke("the storm is over");
        foreach (var world in _machine.Environments) world.Load = Math.Max(20, world.Load);
        var release = _shipments.Ship(mustBeGood: true);
        var deadline = _clock.Elapsed + Quiet;
        while (_clock.Elapsed < deadline && _machine.Checks.Violation is null)
        {
            if (_convergence.Missing(release) is null) return;
            _people.LetAllGoOn();
            _people.BringEverywhere(release);
            _clock.Run(_clock.Elapsed + AskAgain, AfterStep);
        }
        if (_machine.Checks.Violation is null && _convergence.Missing(release) is { } missing) _machine.Checks.Violate($"not converged {Quiet.TotalMinutes:0} minutes after the storm: {missing}");
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

    /// <summary>The same in each process, as the runtime's own hash of a string is not.</summary>
    private static long Hash(string text)
    {
        var hash = 17L;
        foreach (var one in text) hash = (hash * 31) + one;
        return hash;
    }
}
