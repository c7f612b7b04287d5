using System.Diagnostics;
using Towpath.Cli.Terminal;
using Towpath.Core.Compose;
using Towpath.Engines.Git;

namespace Towpath.Bench;

/// <summary>
/// <c>bench/compose</c>: what it costs to read a Compose project, check it and print it canonically, next to <c>docker-compose config</c> on the
/// same file in the same run; how that grows from 10 to 10 000 services; and what is left of it in a process that is warm.
/// </summary>
internal static class ComposeBench
{
    /// <summary>CPU time next to docker-compose's that is promised for 1000 services.</summary>
    private const double PromisedRatio = 0.08;

    /// <summary>Peak memory that is promised for 1000 services.</summary>
    private const long PromisedBytes = 92L * 1024 * 1024;

    /// <summary>Most that ten times the services may allocate; 10 is linear.</summary>
    private const double PromisedGrowth = 11;

    private const int PromisedServices = 1000;
    private static readonly int[] Sizes = [5, 10, 100, PromisedServices, 10_000];

    /// <summary>Runs it and prints the tables.</summary>
    /// <returns>0, or 1 where a promise was broken.</returns>
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        var options = BenchOptions.Parse(arguments, "--runs", "--peer-runs");
        var runs = Math.Max(options.Number("--runs", 7), 1);
        var peerRuns = options.Number("--peer-runs", 3);
        var home = Environment.GetEnvironmentVariable("TOWPATH_HOME") ?? throw new BenchException("TOWPATH_HOME is not set: start it by bench/compose");
        var program = Path.Combine(home, "artifacts", "towpath", "towpath");
        var root = Directory.CreateTempSubdirectory("towpath-bench-compose-").FullName;
        try
        {
            var rows = new List<Row>();
            foreach (var size in Sizes)
            {
                var folder = Directory.CreateDirectory(Path.Combine(root, $"{size}")).FullName;
                var lines = BigProject.Write(folder, size);
                var own = await MedianAsync(program, ["config", "--format", "json"], folder, runs, cancellationToken);
                // The peer needs a minute and a gigabyte for the largest: its growth is not our question.
                var peer = peerRuns == 0 || size > PromisedServices ? null : await MedianAsync("docker-compose", ["config"], folder, peerRuns, cancellationToken);
                var (warm, allocated) = Warm(folder, cancellationToken);
                rows.Add(new Row(size, lines, own, peer, warm, allocated));
                await Console.Error.WriteLineAsync($"{size} services: {own.Cpu.TotalMilliseconds:0} ms of CPU");
            }

            return Report(rows);
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    private static async Task<Measured> MedianAsync(string program, IReadOnlyList<string> arguments, string folder, int runs, CancellationToken cancellationToken)
    {
        var measured = new List<Measured>();
        for (var i = 0; i < runs; i++) measured.Add(await Measured.RunAsync(program, arguments, folder, cancellationToken));
        return new Measured(
            measured.Select(m => m.Cpu).Order().ElementAt(runs / 2),
            measured.Select(m => m.Elapsed).Order().ElementAt(runs / 2),
            measured.Max(m => m.PeakBytes),
            measured[0].OutputBytes);
    }

    // In this process, the code compiled and the files in the cache: what a control plane pays for a commit.
    private static (TimeSpan Time, long Allocated) Warm(string folder, CancellationToken cancellationToken)
    {
        const int Rounds = 9;
        var request = new ComposeRequest { ProjectDirectory = folder, Root = folder };
        var times = new List<TimeSpan>();
        var before = GC.GetTotalAllocatedBytes();
        for (var i = 0; i < Rounds; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var clock = Stopwatch.StartNew();
            var reading = ComposeLoader.Load(request, new FolderFiles(folder));
            times.Add(clock.Elapsed);
            if (reading.Project is null) throw new BenchException($"the project was not read: {reading.Diagnostics[0].Headline}");
        }

        return (times.Order().ElementAt(Rounds / 2), (GC.GetTotalAllocatedBytes() - before) / Rounds);
    }

    private static int Report(List<Row> rows)
    {
        var table = new TextTable("SERVICES", "LINES", "CPU", "TIME", "MEMORY", "WARM", "PEER CPU", "PEER MEMORY", "RATIO");
        foreach (var row in rows)
        {
            table.Add(
                $"{row.Services}", $"{row.Lines}", Seconds(row.Own.Cpu), Seconds(row.Own.Elapsed), Megabytes(row.Own), $"{row.Warm.TotalMilliseconds:0.0} ms",
                row.Peer is { } peer ? Seconds(peer.Cpu) : "-", row.Peer is { } p ? Megabytes(p) : "-", row.Ratio is { } ratio ? $"{ratio:0.000}" : "-");
        }

        table.Write(Console.Out);
        var promised = rows.Single(r => r.Services == PromisedServices);
        var growth = (double)rows[^1].Allocated / promised.Allocated;
        var cost = (rows[^1].Own.Cpu - rows[0].Own.Cpu) / (promised.Own.Cpu - rows[0].Own.Cpu);
        Console.WriteLine($"ratio:  {(promised.Ratio is { } r ? $"{r:0.000}" : "not measured")} of the CPU time of docker-compose config for {PromisedServices} services (promised {PromisedRatio})");
        Console.WriteLine($"memory: {Megabytes(promised.Own)} for {PromisedServices} services (promised {PromisedBytes >> 20} MiB)");
        Console.WriteLine($"growth: ten times the services allocate {growth:0.0} times as much (promised {PromisedGrowth}), and take {cost:0.0} times the CPU time beyond start-up");
        return promised.Ratio > PromisedRatio || promised.Own.PeakBytes > PromisedBytes || growth > PromisedGrowth ? 1 : 0;
    }

    private static string Seconds(TimeSpan time) => $"{time.TotalSeconds:0.00} s";

    private static string Megabytes(Measured run) => $"{run.PeakBytes / 1048576.0:0} MiB";

    private sealed record Row(int Services, int Lines, Measured Own, Measured? Peer, TimeSpan Warm, long Allocated)
    {
        public double? Ratio => Peer is null ? null : Own.Cpu / Peer.Cpu;
    }
}
