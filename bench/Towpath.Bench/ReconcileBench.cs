using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Text.Json.Nodes;
using Towpath.Engines.Containers;
using Towpath.Engines.Kubernetes;
using Towpath.Engines.Kubernetes.Kubeconfig;
using Towpath.Engines.Kubernetes.Watching;
using Towpath.Server;
using Towpath.Server.Backups;

namespace Towpath.Bench;

/// <summary>
/// <c>bench/reconcile</c>: a control plane keeps many applications in step on a real cluster. How long it takes to bring them about, how many calls
/// the API server gets from it at rest and what memory that takes, and how long a change behind its back lasts. The cluster is that of <c>KUBECONFIG</c>.
/// </summary>
internal static class ReconcileBench
{
    private const string Selector = "app.kubernetes.io/managed-by=towpath";
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestStart = TimeSpan.FromMinutes(30);
    private static readonly TimeSpan LongestRepair = TimeSpan.FromMinutes(2);

    /// <summary>Runs it and prints the figures.</summary>
    /// <returns>0, or 1 where something was not mended.</returns>
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        var options = BenchOptions.Parse(arguments, "--applications", "--changes");
        var (applications, changes) = (Math.Clamp(options.Number("--applications", 1000), 1, 9999), options.Number("--changes", 30));
        var folder = Directory.CreateTempSubdirectory("towpath-bench-reconcile-").FullName;
        using var client = new KubernetesClient(KubeconfigLoader.Load(KubeconfigInputs.OfProcess()), TimeProvider.System, () => 0.5);
        var jobs = await client.KindAsync("batch/v1", "CronJob", cancellationToken);
        await using var seen = client.Keep(jobs, new ObjectFilter(null, Selector));
        try
        {
            await using var registry = await EveryImage.StartAsync();
            ReconcileStock.Fill(Path.Combine(folder, StateArchive.StoreFile), applications, registry.Host, EveryImage.Image);
            return await MeasureAsync(folder, client, jobs, seen, applications, changes, cancellationToken);
        }
        finally
        {
            await RemoveAsync(client, applications);
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<int> MeasureAsync(
        string folder, KubernetesClient client, ApiKind jobs, WatchedObjects seen, int applications, int changes, CancellationToken cancellationToken)
    {
        using var count = new CallCount(new Uri(client.Server).Port);
        var plane = ControlPlaneFactory.Create(new ControlPlaneOptions(folder, "none", "bench", line => Console.Error.WriteLine(line)), DispatchProxy.Create<IContainerEngine, ImagesOnlyEngine>(), TimeProvider.System);
        try
        {
            var watch = Stopwatch.StartNew();
            plane.Start();
            await seen.UntilAsync(s => Ours(s) >= applications, cancellationToken).WaitAsync(LongestStart, cancellationToken);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"brought about: {applications} applications in {watch.Elapsed.TotalSeconds:0} s, {count.Calls} calls"));
            await QuietAsync(count, cancellationToken);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"compared:      every object with what is wanted, after {watch.Elapsed.TotalSeconds:0} s, {count.Calls} calls"));
            var (cpu, calls) = (Environment.CpuUsage.TotalTime, count.Calls);
            await Task.Delay(Rest, cancellationToken);
            var used = (Environment.CpuUsage.TotalTime - cpu).TotalSeconds / Rest.TotalSeconds;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"at rest:       {(count.Calls - calls) / Rest.TotalMinutes:0} calls a minute, {used * 100:0} % of one core"));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"memory:        {GC.GetTotalMemory(forceFullCollection: true) >> 20} MiB of objects, {Environment.WorkingSet >> 20} MiB resident, those of the measuring side included"));
            var spans = await ChangeAsync(client, jobs, seen, applications, changes, cancellationToken);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"repair:        {spans.Count} of {changes} deleted CronJobs came back, half of them within {spans[spans.Count / 2]:0.0} s, the last after {spans[^1]:0.0} s"));
            return spans.Count == changes ? 0 : 1;
        }
        finally
        {
            if (plane is IAsyncDisposable disposable) await disposable.DisposeAsync();
        }
    }

    /// <summary>Deletes CronJobs one after the other, spread over all applications; how long each was away, in seconds, sorted.</summary>
    private static async Task<List<double>> ChangeAsync(
        KubernetesClient client, ApiKind kind, WatchedObjects seen, int applications, int changes, CancellationToken cancellationToken)
    {
        var spans = new List<double>();
        for (var i = 0; i < changes; i++)
        {
            var key = new ObjectKey($"{ReconcileStock.Name(i * 37 % applications)}-{ReconcileStock.Environment}", ReconcileStock.Service);
            var before = Of(seen.Current.Items[key], "uid");
            var began = Stopwatch.GetTimestamp();
            await client.DeleteAsync(kind, key.Namespace, key.Name, new DeleteOptions(Propagation.Background), cancellationToken);
            using var bound = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            bound.CancelAfter(LongestRepair);
            try
            {
                await seen.UntilAsync(s => s.Items.TryGetValue(key, out var item) && Of(item, "uid") != before, bound.Token);
                spans.Add(Stopwatch.GetElapsedTime(began).TotalSeconds);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                await Console.Error.WriteLineAsync($"{key.Namespace} was not mended within {LongestRepair.TotalSeconds:0} s");
            }
        }

        spans.Sort();
        return spans.Count > 0 ? spans : throw new BenchException("nothing was mended");
    }

    /// <summary>Waits until next to nothing is asked any more: whoever has just done something looks closely for a while.</summary>
    private static async Task QuietAsync(CallCount count, CancellationToken cancellationToken)
    {
        for (var began = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(began) < LongestStart;)
        {
            var before = count.Calls;
            await Task.Delay(Quiet, cancellationToken);
            if (count.Calls - before < Quiet.TotalSeconds) return;
        }

        throw new BenchException("it never comes to rest");
    }

    private static string Of(JsonObject item, string field) => item["metadata"]![field]!.GetValue<string>();

    private static int Ours(ObjectCache seen) => seen.Items.Keys.Count(k => k.Namespace.StartsWith("bench", StringComparison.Ordinal));

    private static async Task RemoveAsync(KubernetesClient client, int applications)
    {
        await Console.Error.WriteLineAsync("removing the namespaces");
        var namespaces = await client.KindAsync("v1", "Namespace", CancellationToken.None);
        var all = await client.ListAsync(namespaces, new ObjectFilter(null, Selector), CancellationToken.None);
        var ours = Enumerable.Range(0, applications).Select(a => $"{ReconcileStock.Name(a)}-{ReconcileStock.Environment}").ToHashSet(StringComparer.Ordinal);
        foreach (JsonObject space in all.Items.Where(s => ours.Contains(Of(s, "name"))))
        {
            await client.DeleteAsync(namespaces, null, Of(space, "name"), new DeleteOptions(Propagation.Background), CancellationToken.None);
        }
    }
}
