using System.Diagnostics;
using System.Globalization;
using Towpath.Cli.Terminal;
using Towpath.Core.Kubernetes;
using Towpath.Core.Kubernetes.Manifests;

namespace Towpath.Bench;

/// <summary>
/// <c>bench/render</c>: what it costs to compile an application to objects of Kubernetes and to print them, how that grows from 5 to 10 000 services, and next to
/// <c>kubectl kustomize</c>, which only reads and prints the same objects.
/// </summary>
internal static class RenderBench
{
    /// <summary>CPU time next to that of kubectl that is promised.</summary>
    private const double PromisedRatio = 0.2;

    /// <summary>Most that ten times the services may allocate; 10 is linear.</summary>
    private const double PromisedGrowth = 11;

    private const int PromisedServices = 1000;

    // The time of the other side grows with the square of the services: 1000 take it minutes.
    private static readonly TimeSpan PeerPatience = TimeSpan.FromMinutes(20);
    private static readonly TimeSpan UsualPatience = TimeSpan.FromMinutes(5);

    // What one file of a user may hold.
    private const int MostInFiles = 500;
    private static readonly int[] Sizes = [5, 100, MostInFiles, PromisedServices, 10_000];

    /// <summary>Runs it and prints the tables.</summary>
    /// <returns>0, or 1 where a promise was broken.</returns>
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        var options = BenchOptions.Parse(arguments, "--runs", "--peer-runs");
        var (runs, peerRuns) = (Math.Max(options.Number("--runs", 5), 1), options.Number("--peer-runs", 1));
        var home = Environment.GetEnvironmentVariable("TOWPATH_HOME") ?? throw new BenchException("TOWPATH_HOME is not set: start it by bench/render");
        var root = Directory.CreateTempSubdirectory("towpath-bench-render-").FullName;
        try
        {
            var rows = new List<Row>();
            foreach (var size in Sizes)
            {
                var folder = Directory.CreateDirectory(Path.Combine(root, $"{size}")).FullName;
                var own = await MedianAsync(Environment.ProcessPath!, ["render-print", $"{size}"], folder, runs, cancellationToken);
                var whole = size <= MostInFiles ? await WholeAsync(home, folder, size, runs, cancellationToken) : null;
                var peer = peerRuns == 0 || size > PromisedServices ? null : await PeerAsync(folder, size, peerRuns, cancellationToken);
                var (warm, allocated) = Warm(size, cancellationToken);
                rows.Add(new Row(size, own, whole, peer, warm, allocated));
                await Console.Error.WriteLineAsync($"{size} services: {own.Cpu.TotalMilliseconds:0} ms of CPU");
            }

            return Report(rows);
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    /// <summary>Compiles and prints once, as a process of its own that another one measures.</summary>
    public static int Print(int services)
    {
        using var output = new StreamWriter(Console.OpenStandardOutput());
        Write(services, output);
        return 0;
    }

    private static void Write(int services, TextWriter output)
    {
        var application = BigApplication.Of(services);
        var request = SourceImages.Request(application, application.Ladder.Environments[0], BigApplication.Files, "1", KubernetesVersion.Current);
        var objects = KubernetesCompiler.Compile(request).Objects;
        for (var i = 0; i < objects.Length; i++)
        {
            output.Write(i == 0 ? "" : ManifestText.Between);
            output.Write(ManifestText.Yaml(objects[i]));
        }
    }

    private static async Task<Measured> WholeAsync(string home, string folder, int size, int runs, CancellationToken cancellationToken)
    {
        var files = Directory.CreateDirectory(Path.Combine(folder, "files")).FullName;
        BigApplication.Write(files, size);
        await Measured.RunAsync("git", ["init", "-q"], files, cancellationToken);
        return await MedianAsync(Path.Combine(home, "artifacts", "towpath", "towpath"), ["render"], files, runs, cancellationToken);
    }

    private static async Task<Measured> PeerAsync(string folder, int size, int runs, CancellationToken cancellationToken)
    {
        await using (var all = new StreamWriter(Path.Combine(folder, "all.yaml")))
        {
            Write(size, all);
        }

        await File.WriteAllTextAsync(Path.Combine(folder, "kustomization.yaml"), "resources: [all.yaml]\n", cancellationToken);
        return await MedianAsync("kubectl", ["kustomize", folder], folder, runs, cancellationToken, PeerPatience);
    }

    private static async Task<Measured> MedianAsync(string program, IReadOnlyList<string> arguments, string folder, int runs, CancellationToken cancellationToken, TimeSpan? patience = null)
    {
        var measured = new List<Measured>();
        for (var i = 0; i < runs; i++) measured.Add(await Measured.RunAsync(program, arguments, folder, patience ?? UsualPatience, cancellationToken));
        return new Measured(
            measured.Select(m => m.Cpu).Order().ElementAt(runs / 2), measured.Select(m => m.Elapsed).Order().ElementAt(runs / 2), measured.Max(m => m.PeakBytes), measured[0].OutputBytes);
    }

    // In this process, the code compiled: what a control plane pays.
    private static (TimeSpan Time, long Allocated) Warm(int size, CancellationToken cancellationToken)
    {
        const int Rounds = 5;
        var times = new List<TimeSpan>();
        Write(size, TextWriter.Null);
        var before = GC.GetTotalAllocatedBytes();
        for (var i = 0; i < Rounds; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var clock = Stopwatch.StartNew();
            Write(size, TextWriter.Null);
            times.Add(clock.Elapsed);
        }

        return (times.Order().ElementAt(Rounds / 2), (GC.GetTotalAllocatedBytes() - before) / Rounds);
    }

    private static int Report(List<Row> rows)
    {
        var table = new TextTable("SERVICES", "OUTPUT", "CPU", "MEMORY", "WARM", "WITH READING", "KUBECTL CPU", "MEMORY", "RATIO");
        foreach (var row in rows)
        {
            table.Add(
                $"{row.Services}", $"{row.Own.OutputBytes / 1024} KiB", Seconds(row.Own), Megabytes(row.Own), $"{row.Warm.TotalMilliseconds:0.0} ms", row.Whole is { } whole ? Seconds(whole) : "-",
                row.Peer is { } peer ? Seconds(peer) : "-", row.Peer is { } p ? Megabytes(p) : "-", row.Ratio is { } ratio ? $"{ratio:0.000}" : "-");
        }

        table.Write(Console.Out);
        var promised = rows.Single(r => r.Services == PromisedServices);
        var growth = (double)rows[^1].Allocated / promised.Allocated;
        var cost = rows[^1].Warm / promised.Warm;
        Console.WriteLine($"ratio:  {(promised.Ratio is { } r ? $"{r:0.000}" : "not measured")} of the CPU time of kubectl kustomize for {PromisedServices} services (promised {PromisedRatio})");
        Console.WriteLine($"growth: ten times the services allocate {growth:0.0} times as much (promised {PromisedGrowth}), and take {cost:0.0} times as long in a warm process");
        Console.WriteLine($"load:   {File.ReadAllText("/proc/loadavg").Split(' ')[0]} at the end");
        return promised.Ratio > PromisedRatio || growth > PromisedGrowth ? 1 : 0;
    }

    private static string Seconds(Measured run) => string.Create(CultureInfo.InvariantCulture, $"{run.Cpu.TotalSeconds:0.00} s");

    private static string Megabytes(Measured run) => $"{run.PeakBytes / 1048576.0:0} MiB";

    private sealed record Row(int Services, Measured Own, Measured? Whole, Measured? Peer, TimeSpan Warm, long Allocated)
    {
        public double? Ratio => Peer is null ? null : Own.Cpu / Peer.Cpu;
    }
}
