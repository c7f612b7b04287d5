using System.Collections.Immutable;
using Towpath.Core.Applications;
using Towpath.Core.Diagnostics;
using Towpath.Simulation.Clusters.World;

namespace Towpath.Simulation.Clusters.Runs;

/// <summary>What one seed of a cluster is about, drawn from the seed.</summary>
internal sealed record ClusterOptions
{
    private static readonly Location Here = new("towpath.yaml", 1, 1, 1, 2);

    /// <summary>The seed.</summary>
    public required int Seed { get; init; }

    /// <summary>Virtual time for which faults come and people act.</summary>
    public required TimeSpan Storm { get; init; }

    /// <summary>Control planes at once.</summary>
    public required int ControlPlanes { get; init; }

    /// <summary>They keep watches on the cluster.</summary>
    public required bool HasView { get; init; }

    /// <summary>The environments of the application.</summary>
    public required Ladder Ladder { get; init; }

    /// <summary>Services beside its API.</summary>
    public required ImmutableArray<string> Services { get; init; }

    /// <summary>Replicas.</summary>
    public required int Replicas { get; init; }

    /// <summary>How the API's migration may be taken back; null without a migration.</summary>
    public required (bool Reversible, bool CanRevert)? Migration { get; init; }

    /// <summary>Share of images with something wrong.</summary>
    public required double BadImages { get; init; }

    /// <summary>Acts of its people for each minute.</summary>
    public required double Acts { get; init; }

    /// <summary>How often what goes wrong.</summary>
    public required ClusterFaultRates Faults { get; init; }

    /// <summary>Draws all of it.</summary>
    public static ClusterOptions Draw(int seed)
    {
        var random = new Random(seed);
        var drawn = new ClusterOptions
        {
            Seed = seed,
            Storm = TimeSpan.FromSeconds(random.Next(60, 240)),
            ControlPlanes = random.Next(5) == 0 ? 2 : 1,
            HasView = random.Next(4) != 0,
            Ladder = new Ladder([.. Enumerable.Range(0, random.Next(1, 3)).Select(rung => Rung(random, rung))]),
            Services = [.. new[] { "web", "worker", "db", "setup" }.Where(_ => random.Next(2) == 0)],
            Replicas = random.Next(1, 4),
            Migration = random.Next(3) switch
            {
                0 => null,
                1 => (true, false),
                _ => (random.Next(2) == 0, random.Next(2) == 0),
            },
            BadImages = random.Next(3) == 0 ? 0 : random.NextDouble() * 0.5,
            Acts = random.Next(1, 6),
            Faults = random.Next(8) == 0 ? new ClusterFaultRates() : ClusterFaultRates.Draw(random),
        };
        return random.Next(3) == 0 ? drawn with { Faults = Dwells(random, drawn.Faults) } : drawn;
    }

    /// <inheritdoc/>
    public override string ToString() =>
        $"""
        seed {Seed} of a cluster: {Storm.TotalSeconds:0} s of storm, {ControlPlanes} control plane(s){(HasView ? " that watch" : "")}
          api {string.Join(' ', Services)}, {Replicas} replicas, migration {(Migration is { } m ? $"reversible={m.Reversible} revert={m.CanRevert}" : "none")}, {BadImages:P0} bad images, {Acts:0} acts a minute
        {string.Join('\n', Ladder.Environments.Select(e => $"    {e.Name}: {e.Strategy.Kind}, drift {e.Drift}, automatic={e.Automatic}, entry {e.Kubernetes!.Entry}"))}
          faults: {Faults}
        """;

    /// <summary>Where everything is drawn apart, what takes several rare things at once never comes up.</summary>
    private static ClusterFaultRates Dwells(Random random, ClusterFaultRates drawn) => random.Next(4) switch
    {
        // Who has just started asks a server that has just started.
        0 => drawn.With((ClusterFault.ServerAway, 1.5), (ClusterFault.Kill, 1.5)),
        // What was sent long ago is done now.
        1 => drawn.With((ClusterFault.SlowCall, 0.15), (ClusterFault.ReplyLost, 0.15)),
        2 => drawn.With((ClusterFault.NamespaceDeleted, 0.7), (ClusterFault.Kill, 1)),
        _ => drawn.With((ClusterFault.DeletedByHand, 4), (ClusterFault.WatchStale, 2), (ClusterFault.Forgotten, 2)),
    };

    private static EnvironmentSpec Rung(Random random, int rung) => new()
    {
        Name = rung == 0 ? "development" : "production",
        Location = Here,
        Engine = EngineKind.Kubernetes,
        Kubernetes = new KubernetesSpec { Entry = random.Next(2) == 0 ? EntryKind.Ingress : EntryKind.Proxy, Registry = "registry.example/shop", Location = Here },
        Automatic = rung == 0 || random.Next(2) == 0,
        Strategy = StrategySpec.Default with { Kind = random.Next(5) == 0 ? StrategyKind.Recreate : StrategyKind.Rolling },
        Drift = random.Next(4) == 0 ? DriftPolicy.Report : DriftPolicy.Mend,
        ReadyTimeout = TimeSpan.FromSeconds(120),
    };
}
