using System.Diagnostics;
using System.Globalization;
using Towpath.Cli.Terminal;
using Towpath.Core.Applications;
using Towpath.Core.Rollouts;
using Towpath.Engines.Containers;

namespace Towpath.Bench.Strategies;

/// <summary>
/// Deployments by one strategy, one after the other, on real Podman under load; in half of them something is killed at a random moment.
/// Every tenth is taken back by a rollback, which is timed apart.
/// </summary>
internal sealed class StrategyBench(string folder, BenchOptions options)
{
    private static readonly TimeSpan FirstGuess = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan RollbackLimit = TimeSpan.FromSeconds(5);

    // What comes of a kill at the very end of a deployment is to count in its round.
    private static readonly TimeSpan Aftermath = TimeSpan.FromSeconds(1);

    private static readonly Dictionary<string, StrategySpec> Strategies = new(StringComparer.Ordinal)
    {
        ["rolling"] = StrategySpec.Default,
        ["blue-green"] = new() { Kind = StrategyKind.BlueGreen },
        ["canary"] = new()
        {
            Kind = StrategyKind.Canary,
            Steps = [10, 50],
            Interval = TimeSpan.FromMilliseconds(500),
            Analysis = AnalysisSpec.Default with { LeastRequests = 3, Patience = TimeSpan.FromSeconds(30) },
        },
        ["recreate"] = new() { Kind = StrategyKind.Recreate },
    };

    private readonly int _rounds = options.Number("--rounds", 20);
    private readonly int _port = options.Number("--port", 8391);
    private readonly int _rate = options.Number("--rate", 100);
    private readonly Random _random = new(options.Number("--seed", 1));
    private readonly Victim[] _victims = StrategyKills.Parse(options.Text("--kill", "control"));
    private readonly StrategySpec _strategy = Strategies.TryGetValue(options.Text("--strategy", "rolling"), out var known)
        ? known : throw new BenchException($"--strategy is one of {string.Join(", ", Strategies.Keys)}");
    private readonly List<string> _faults = [];
    private readonly List<TimeSpan> _times = [];
    private readonly List<TimeSpan> _rollbacks = [];

    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        var options = BenchOptions.Parse(arguments, "--strategy", "--rounds", "--rate", "--seed", "--kill", "--port");
        var folder = Directory.CreateTempSubdirectory("towpath-strategy-").FullName;
        try
        {
            return await new StrategyBench(folder, options).RunAsync(cancellationToken);
        }
        finally
        {
            await StrategyStage.Service(folder).StopAsync(CancellationToken.None);
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>One life of the control plane, in a process of its own: goes on with a deployment until it has ended.</summary>
    public static async Task<int> LiveAsync(string folder, int port, string deployment, CancellationToken cancellationToken)
    {
        await using var stage = await StrategyStage.OpenAsync(folder, port, cancellationToken);
        await stage.RunAsync(deployment, cancellationToken);
        return 0;
    }

    private async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        await using var stage = await StrategyStage.OpenAsync(folder, _port, cancellationToken);
        // As the control plane does: what was killed of Podman's own is started again.
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var watch = Task.WhenAll(
            StrategyStage.Service(folder).WatchAsync(Console.Error.WriteLine, over.Token),
            PodmanNameServer.Find(TimeProvider.System, Console.Error.WriteLine)?.RunAsync(over.Token) ?? Task.CompletedTask);
        try
        {
            var digest = await stage.PrepareAsync(cancellationToken);
            stage.AddRelease("r0", digest, _strategy);
            await DeployAsync(stage, "r0", null, cancellationToken);
            await using var tally = new StrategyTally(_port, _rate, _strategy.Kind == StrategyKind.Recreate);
            for (var round = 1; round <= _rounds; round++) await RoundAsync(stage, tally, digest, round, cancellationToken);
            _faults.AddRange(await tally.CloseAsync());
            WriteTimes();
        }
        finally
        {
            await stage.RemoveAsync();
            await over.CancelAsync();
            await watch.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        foreach (var fault in _faults) Console.WriteLine($"FAULT: {fault}");
        return _faults.Count == 0 ? 0 : 1;
    }

    private async Task RoundAsync(StrategyStage stage, StrategyTally tally, string digest, int round, CancellationToken cancellationToken)
    {
        var victim = round % 2 == 0 && _victims.Length > 0 ? _victims[_random.Next(_victims.Length)] : (Victim?)null;
        tally.Begin(victim?.ToString() ?? StrategyTally.Calm);
        var before = stage.Current();
        stage.AddRelease($"r{round}", digest, _strategy);
        var took = await DeployAsync(stage, $"r{round}", victim, cancellationToken);
        if (victim is null) _times.Add(took);
        else await Task.Delay(Aftermath, cancellationToken);
        Tell(tally, $"round {round}: {Plain.Duration(took)}, {victim?.ToString() ?? StrategyTally.Calm} killed");
        if (round % 10 != 9) return;
        tally.Begin(StrategyTally.Back);
        _rollbacks.Add(await DeployAsync(stage, before, null, cancellationToken));
        Tell(tally, $"rollback: {Plain.Duration(_rollbacks[^1])}");
    }

    private static void Tell(StrategyTally tally, string what)
    {
        var (failed, lasted) = tally.End();
        Console.Error.WriteLine($"{TimeProvider.System.GetLocalNow():HH:mm:ss} {what}, {failed} failed{(failed > 0 ? $" within {Plain.Duration(lasted)}" : "")}");
    }

    /// <summary>Brings a release in by as many lives as it takes.</summary>
    private async Task<TimeSpan> DeployAsync(StrategyStage stage, string release, Victim? victim, CancellationToken cancellationToken)
    {
        var deployment = stage.Request(release);
        var started = TimeProvider.System.GetTimestamp();
        var typical = _times.Count == 0 ? FirstGuess : _times[^1];
        var moment = typical * (0.95 * _random.NextDouble());
        if (victim is null or not Victim.Control)
        {
            var killing = victim is { } other ? KillLaterAsync(stage, other, moment, cancellationToken) : Task.CompletedTask;
            await stage.RunAsync(deployment, cancellationToken);
            await killing;
        }
        else
        {
            // The first life is killed, the second goes on from what the first one stored.
            using (var first = Start(deployment))
            {
                await Task.Delay(moment, cancellationToken);
                first.Kill();
                await first.WaitForExitAsync(cancellationToken);
            }

            using var second = Start(deployment);
            await second.WaitForExitAsync(cancellationToken);
        }

        var phase = stage.Store.Deployment(deployment)!.Phase;
        // A new replica that is killed looks like one that crashes: its release is taken back, and that is right.
        if (phase != nameof(DeploymentPhase.Succeeded) && !(victim == Victim.Replica && phase == nameof(DeploymentPhase.Failed)))
        {
            var failure = RolloutsJson.Read(stage.Store.Deployment(deployment)!.State).Failure;
            _faults.Add($"{release}: {phase}, {failure?.Headline}: {string.Join(" ", failure?.Notes ?? [])}");
        }

        return TimeProvider.System.GetElapsedTime(started);
    }

    private async Task KillLaterAsync(StrategyStage stage, Victim victim, TimeSpan moment, CancellationToken cancellationToken)
    {
        await Task.Delay(moment, cancellationToken);
        await StrategyKills.KillAsync(stage, victim, _random, cancellationToken);
    }

    private Process Start(string deployment) =>
        Process.Start(new ProcessStartInfo(System.Environment.ProcessPath!, ["strategy-life", folder, _port.ToString(CultureInfo.InvariantCulture), deployment]) { UseShellExecute = false })!;

    private void WriteTimes()
    {
        Console.WriteLine($"{_strategy.Kind}: {_rounds} deployments, {Median(_times)} each where nothing was killed; {_rollbacks.Count} rollbacks, {Median(_rollbacks)} each, {Plain.Duration(_rollbacks.DefaultIfEmpty().Max())} at most");
        if (_rollbacks.DefaultIfEmpty().Max() > RollbackLimit) _faults.Add($"a rollback took longer than {Plain.Duration(RollbackLimit)}");
    }

    private static string Median(List<TimeSpan> times) => times.Count == 0 ? "-" : Plain.Duration(times.Order().ElementAt(times.Count / 2));
}
