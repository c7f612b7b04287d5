using System.Globalization;
using Towpath.Cli.Terminal;
using Towpath.Core.Journal;
using Towpath.Load;
using Towpath.Server.Api;

namespace Towpath.Bench;

/// <summary>
/// Replaces a whole application again and again under load, half of the times with the control plane killed on the way, and counts what
/// users noticed. Then the same by hand in the usual order, for comparison.
/// </summary>
internal sealed class RolloutBench(Ground ground, BenchOptions options)
{
    private const string Application = "benchshop";
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan FirstGuess = TimeSpan.FromSeconds(8);

    private readonly int _port = options.Number("--port", 8181);
    private readonly int _rate = options.Number("--rate", 50);
    private readonly int _rounds = options.Number("--rounds", 20);
    private readonly int _naiveRounds = options.Number("--naive-rounds", 3);
    private readonly int _seed = options.Number("--seed", 1);
    // Every so many rounds database and queue are replaced too.
    private readonly int _stateful = options.Number("--stateful-every", 4);
    private readonly List<string> _faults = [];

    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        var options = BenchOptions.Parse(arguments, "--rounds", "--naive-rounds", "--rate", "--seed", "--port", "--stateful-every");
        await using var ground = await Ground.MakeAsync("rollout", cancellationToken);
        try
        {
            return await new RolloutBench(ground, options).RunAsync(cancellationToken);
        }
        catch (BenchException e)
        {
            throw new BenchException($"{e.Message}\nwhat explains it is in {await ground.KeepEvidenceAsync()}");
        }
    }

    private async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var repository = await Repository.MakeAsync(ground, Application, cancellationToken);
        var source = new ShopSource(ground, repository, Application, _port);
        Say($"shipping the first release of {Application} (the first time builds images)");
        var first = await Shipment.SendAsync(ground.Plane, repository, await repository.CommitAsync("Open the shop", cancellationToken), _ => { }, cancellationToken);
        Say($"{first.Release} runs: pipeline {Plain.Duration(first.Pipeline)}, deployment {Plain.Duration(first.Deployment)}");

        var ours = new Replacements("towpath", new ShopLoad());
        await using (var load = LoadGenerator.Start(ours.Load.Plan(_port, _rate, _seed), TimeProvider.System))
        {
            ours.Begin(load);
            await Task.Delay(Rest * 3, cancellationToken);
            await ReplaceAsync(repository, source, ours, cancellationToken);
            ours.Total = await load.StopAsync();
        }

        await AuditAsync(ours, _port, cancellationToken);
        if (ours.Total.Total.Failed > 0) _faults.Add($"{ours.Total.Total.Failed} requests failed: {string.Join("; ", ours.Total.Samples)}");

        var naive = _naiveRounds > 0 ? await RunNaiveAsync(cancellationToken) : null;
        new RolloutReport(ours, naive).Write(Console.Out);
        foreach (var fault in _faults) Console.WriteLine($"FAULT: {fault}");
        return _faults.Count == 0 ? 0 : 1;
    }

    private async Task ReplaceAsync(Repository repository, ShopSource source, Replacements ours, CancellationToken cancellationToken)
    {
        // Randomness with a seed: the moments of the kills can be repeated.
        var random = new Random(_seed);
        var typical = FirstGuess;
        for (var round = 1; round <= _rounds; round++)
        {
            var whole = _stateful > 0 && round % _stateful == 0;
            source.Turn(round, whole ? [.. ShopSource.Stateless, .. ShopSource.Stateful] : ShopSource.Stateless);
            var commit = await repository.CommitAsync($"Round {round}", cancellationToken);
            var kill = round % 2 == 0 ? typical * (0.95 * random.NextDouble()) : (TimeSpan?)null;
            var before = ours.Failed;
            ours.Enter(whole);
            var killer = Task.FromResult("runs");
            var shipment = await Shipment.SendAsync(ground.Plane, repository, commit, fact =>
            {
                if (fact.Kind == FactKind.DeploymentRequested && kill is { } moment) killer = KillAsync(moment, cancellationToken);
            }, cancellationToken);
            var killed = await killer;
            await Task.Delay(TimeSpan.FromSeconds(1), cancellationToken);
            ours.Leave();
            // A killed round takes longer, and would move later kills behind the end.
            if (kill is null && !whole) typical = shipment.Deployment;
            ours.Rounds.Add(new Round(round, whole ? "all 5 services" : "web, api, worker", killed, shipment.Pipeline, shipment.Deployment, ours.Failed - before));
            Say($"round {round}: {ours.Rounds[^1].What}, pipeline {Plain.Duration(shipment.Pipeline)}, deployment {Plain.Duration(shipment.Deployment)}, control plane {killed}, {ours.Failed - before} failed");
            await Task.Delay(Rest, cancellationToken);
        }
    }

    private async Task<string> KillAsync(TimeSpan moment, CancellationToken cancellationToken)
    {
        await Task.Delay(moment, cancellationToken);
        await ground.KillAsync(cancellationToken);
        await ground.UpAsync(cancellationToken);
        return string.Create(CultureInfo.InvariantCulture, $"killed at {moment.TotalSeconds:0.00} s");
    }

    private async Task<Replacements> RunNaiveAsync(CancellationToken cancellationToken)
    {
        Say("the same by hand: stop the old, start the new");
        var naive = new Replacements("stop old, start new", new ShopLoad());
        var release = (await ground.Plane.ReleasesAsync(Application, new PageRequest(), cancellationToken)).Items.MaxBy(r => r.CreatedAt)!;
        await using var shop = await NaiveShop.PrepareAsync(ground, $"{Application}-naive", _port + 1, release.Images, cancellationToken);
        await shop.StartAsync(cancellationToken);
        await using (var load = LoadGenerator.Start(naive.Load.Plan(shop.Port, _rate, _seed), TimeProvider.System))
        {
            naive.Begin(load);
            await Task.Delay(Rest * 3, cancellationToken);
            for (var round = 1; round <= _naiveRounds; round++)
            {
                var before = naive.Failed;
                naive.Enter(whole: false);
                var started = TimeProvider.System.GetTimestamp();
                await shop.ReplaceAsync(round, ShopSource.Stateless, cancellationToken);
                var took = TimeProvider.System.GetElapsedTime(started);
                await Task.Delay(TimeSpan.FromSeconds(1), cancellationToken);
                naive.Leave();
                naive.Rounds.Add(new Round(round, "web, api, worker", "-", TimeSpan.Zero, took, naive.Failed - before));
                Say($"round {round}: took {Plain.Duration(took)}, {naive.Failed - before} failed");
                await Task.Delay(Rest, cancellationToken);
            }

            naive.Total = await load.StopAsync();
        }

        return naive;
    }

    private async Task AuditAsync(Replacements ours, int port, CancellationToken cancellationToken)
    {
        var (count, faults) = await OrderAudit.RunAsync(port, ours.Load, cancellationToken);
        ours.Count = count;
        _faults.AddRange(faults);
    }

    private static void Say(string text) => Console.Error.WriteLine($"{TimeProvider.System.GetLocalNow():HH:mm:ss} {text}");
}
