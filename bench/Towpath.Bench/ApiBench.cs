using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using Towpath.Cli.Terminal;
using Towpath.Core.Configuration;
using Towpath.Server.Api;
using Towpath.Server.Backups;

namespace Towpath.Bench;

/// <summary>
/// <c>bench/api</c>: what lists and single things cost on a control plane with many applications, and how that grows from a tenth of them; and when the last of many readers
/// has what just happened. With SQLite and, where its server is installed, with PostgreSQL.
/// </summary>
internal static class ApiBench
{
    /// <summary>Most that ten times the applications may make a request slower that is about one of them, or about a page of them, at the median.</summary>
    private const double PromisedGrowth = 2;

    private const int WarmUp = 100;

    private static readonly (string What, string Path, bool Grows)[] Questions =
    [
        ("applications, a page", "/applications", false),
        ("accounts, a page", "/accounts", true),
        ("tokens, a page", "/tokens", true),
        ("status", $"/applications/{ApiStock.Application}/status", false),
        ("releases, a page", $"/applications/{ApiStock.Application}/releases", false),
        ("runs, a page", $"/applications/{ApiStock.Application}/runs", false),
        ("deployments, a page", $"/applications/{ApiStock.Application}/environments/{ApiStock.Environment}/deployments", false),
        ("one run", $"/applications/{ApiStock.Application}/runs/p-1", false),
        ("one deployment", $"/applications/{ApiStock.Application}/deployments/d-1", false),
        ("journal, of one", $"/journal?application={ApiStock.Application}", false),
        ("journal, of all", "/journal?limit=50", false),
    ];

    /// <summary>Runs it and prints the tables.</summary>
    /// <returns>0, or 1 where a promise was broken.</returns>
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        var options = BenchOptions.Parse(arguments, "--applications", "--releases", "--requests", "--streams");
        var sizes = new Sizes(Math.Max(options.Number("--applications", 1000), 10), options.Number("--releases", 50), options.Number("--requests", 200), options.Number("--streams", 200));

        // In memory where that can be: filling waits for no disk, and what is read often would be in memory anyway.
        var folder = Path.Combine(Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath(), $"towpath-bench-api-{System.Environment.ProcessId}");
        Directory.CreateDirectory(folder);
        try
        {
            return await RunAsync(folder, sizes, cancellationToken);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<int> RunAsync(string folder, Sizes sizes, CancellationToken cancellationToken)
    {
        var (few, many) = (sizes.Applications / 10, sizes.Applications);
        var file = Path.Combine(folder, StateArchive.StoreFile);
        using var postgres = ApiPostgres.Programs is null ? null : await ApiPostgres.StartAsync(Path.Combine(folder, "postgres"), cancellationToken);
        if (postgres is null) await Console.Error.WriteLineAsync("PostgreSQL is left out: its server is not installed (apt-get install postgresql)");

        await FillAsync(file, 0, few, sizes.Releases);
        var sizeOfFew = new FileInfo(file).Length;
        var fewOfSqlite = await AtAsync(folder, null, few, sizes with { Streams = 0 }, cancellationToken);
        var fewOfPostgres = postgres is null ? null : await AtAsync(folder, postgres.Copy(file, "few"), few, sizes with { Streams = 0 }, cancellationToken);
        await FillAsync(file, few, many, sizes.Releases);
        var growth = (double)new FileInfo(file).Length / sizeOfFew;
        var copy = postgres?.Copy(file, "many");
        var worst = Report("SQLite", fewOfSqlite, await AtAsync(folder, null, many, sizes, cancellationToken));
        if (copy is not null) worst = Math.Max(worst, Report("PostgreSQL", fewOfPostgres!, await AtAsync(folder, copy, many, sizes, cancellationToken)));

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"store:   SQLite's file is {growth:0.0} times as large, {new FileInfo(file).Length >> 20} MiB"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"ratio:   ten times the applications make a request for one of them, or for a page, {worst:0.0} times as slow at most (promised {PromisedGrowth:0})"));
        return worst <= PromisedGrowth ? 0 : 1;
    }

    private static async Task FillAsync(string file, int from, int to, int releases)
    {
        var filling = Stopwatch.StartNew();
        ApiStock.Fill(file, from, to, releases);
        await Console.Error.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{to} applications are stored, after {filling.Elapsed.TotalSeconds:0} s"));
    }

    private static async Task<Figures> AtAsync(string folder, Secret? postgres, int applications, Sizes sizes, CancellationToken cancellationToken)
    {
        // The first start also compiles.
        await (await ApiGround.StartAsync(folder, postgres, sizes.Streams, cancellationToken)).DisposeAsync();
        await using var ground = await ApiGround.StartAsync(folder, postgres, sizes.Streams, cancellationToken);
        var spans = new List<double[]>();
        foreach (var question in Questions) spans.Add(await AskAsync(ground.Http, Routes.Root + question.Path, sizes.Requests, cancellationToken));
        var memory = Memory();
        var arrival = sizes.Streams == 0 ? [] : await FollowAsync(ground.Http, sizes.Streams, cancellationToken);
        return new Figures(applications, ground.Start, memory, spans, arrival);
    }

    private static async Task<double[]> AskAsync(HttpClient http, string path, int requests, CancellationToken cancellationToken)
    {
        var spans = new double[requests];
        for (var i = -WarmUp; i < requests; i++)
        {
            var watch = Stopwatch.GetTimestamp();
            using var response = await http.GetAsync(new Uri(path, UriKind.Relative), cancellationToken);
            if (!response.IsSuccessStatusCode) throw new BenchException($"{path}: {await response.Content.ReadAsStringAsync(cancellationToken)}");
            if (i >= 0) spans[i] = Stopwatch.GetElapsedTime(watch).TotalMilliseconds;
        }

        Array.Sort(spans);
        return spans;
    }

    /// <summary>How long after it was asked for each of many readers has a fact, in ms, sorted.</summary>
    private static async Task<double[]> FollowAsync(HttpClient http, int streams, CancellationToken cancellationToken)
    {
        var readers = new List<StreamReader>();
        for (var i = 0; i < streams; i++)
        {
            var response = await http.GetAsync(new Uri(Routes.Root + "/events", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            response.EnsureSuccessStatusCode();
            readers.Add(new StreamReader(await response.Content.ReadAsStreamAsync(cancellationToken)));
        }

        var begun = Stopwatch.GetTimestamp();
        var arrivals = readers.Select(reader => Task.Run(() => ArrivalAsync(reader, begun, cancellationToken), cancellationToken)).ToList();
        using var halt = await http.PostAsJsonAsync(new Uri(Routes.Root + "/halt", UriKind.Relative), new HaltRequest(ApiStock.Application, null, null, "bench"), ApiJson.Options, cancellationToken);
        halt.EnsureSuccessStatusCode();
        var spans = await Task.WhenAll(arrivals).WaitAsync(TimeSpan.FromSeconds(30), cancellationToken);
        readers.ForEach(reader => reader.Dispose());
        Array.Sort(spans);
        return spans;
    }

    private static async Task<double> ArrivalAsync(StreamReader reader, long begun, CancellationToken cancellationToken)
    {
        while (await reader.ReadLineAsync(cancellationToken) is { } line)
            if (line.StartsWith("data: ", StringComparison.Ordinal)) return Stopwatch.GetElapsedTime(begun).TotalMilliseconds;
        throw new BenchException("a stream of events ended");
    }

    /// <summary>Prints a store's figures.</summary>
    /// <returns>The worst growth of what should not grow.</returns>
    private static double Report(string store, Figures few, Figures many)
    {
        var table = new TextTable(store.ToUpperInvariant(), $"P50, {few.Applications}", "P99", $"P50, {many.Applications}", "P99", "GROWTH");
        var worst = 0.0;
        for (var i = 0; i < Questions.Length; i++)
        {
            var growth = At(many.Spans[i], 50) / At(few.Spans[i], 50);
            if (!Questions[i].Grows) worst = Math.Max(worst, growth);
            table.Add(Questions[i].What, Ms(At(few.Spans[i], 50)), Ms(At(few.Spans[i], 99)), Ms(At(many.Spans[i], 50)), Ms(At(many.Spans[i], 99)), growth.ToString("0.0", CultureInfo.InvariantCulture));
        }

        table.Write(Console.Out);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"start:   {few.Start.TotalMilliseconds:0} ms with {few.Applications} applications, {many.Start.TotalMilliseconds:0} ms with {many.Applications}"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"memory:  {few.Memory} KiB and {many.Memory} KiB of objects are alive, those of the asking side included"));
        if (many.Arrival is [.., var last])
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"streams: all {many.Arrival.Length} had the fact, half of them within {At(many.Arrival, 50):0} ms, the last after {last:0} ms"));
        Console.WriteLine();
        return worst;
    }

    private static string Ms(double span) => span.ToString("0.0 ms", CultureInfo.InvariantCulture);

    private static double At(double[] sorted, int percent) => sorted[Math.Min(sorted.Length - 1, sorted.Length * percent / 100)];

    private static long Memory() => GC.GetTotalMemory(forceFullCollection: true) >> 10;

    private sealed record Sizes(int Applications, int Releases, int Requests, int Streams);

    private sealed record Figures(int Applications, TimeSpan Start, long Memory, List<double[]> Spans, double[] Arrival);
}
