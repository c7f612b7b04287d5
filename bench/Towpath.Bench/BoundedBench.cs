using Towpath.Cli.Terminal;

namespace Towpath.Bench;

/// <summary>Ships many releases of a tiny application, each with a change, and compares what is held after the first few and at the end.</summary>
internal sealed class BoundedBench(Ground ground, int releases, int port)
{
    // Short: it is part of the path of a socket.
    private const string Application = "benchshop";

    // By then there are more releases and logs of runs than are kept, so that from here on nothing may grow.
    private const int WarmUp = 35;
    private const int Every = 10;
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(45);

    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        var options = BenchOptions.Parse(arguments, "--releases", "--port");
        var releases = Math.Max(options.Number("--releases", 100), WarmUp + 1);
        await using var ground = await Ground.MakeAsync("bounded", cancellationToken);
        return await new BoundedBench(ground, releases, options.Number("--port", 8183)).RunAsync(cancellationToken);
    }

    private async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var repository = await Repository.MakeAsync(ground, Application, cancellationToken);
        WriteFiles(repository);
        var table = new TextTable("RELEASES", "CONTAINERS", "NETWORKS", "VOLUMES", "IMAGES", "OPEN FILES", "PODMAN'S", "MEMORY", "PODMAN'S", "FILES", "STATE", "JOURNAL", "SHIP");
        Footprint? first = null;
        var last = first;
        for (var number = 1; number <= releases; number++)
        {
            repository.Write("index.html", $"<p>Release {number}</p>\n");
            var shipment = await Shipment.SendAsync(ground.Plane, repository, await repository.CommitAsync($"Release {number}", cancellationToken), _ => { }, cancellationToken);
            var isMark = number is WarmUp || number == releases;
            if (!isMark && number % Every != 0) continue;
            // What is no longer needed is cleared away from time to time, not at once.
            if (isMark) await Task.Delay(Settling, cancellationToken);
            last = await Footprint.TakeAsync(ground, Application, number, cancellationToken);
            if (number == WarmUp) first = last;
            table.Add(
                $"{number}", $"{last.Containers}", $"{last.Networks}", $"{last.Volumes}", $"{last.Images}", $"{last.Descriptors}", $"{last.ServiceDescriptors}",
                $"{last.Memory} MiB", $"{last.ServiceMemory} MiB", $"{last.Files}", $"{last.State} KiB", $"{last.Journal} KiB",
                Plain.Duration(shipment.Pipeline + shipment.Deployment));
            await Console.Error.WriteLineAsync($"{TimeProvider.System.GetLocalNow():HH:mm:ss} {last}");
        }

        table.Write(Console.Out);
        var grown = Grown(first!, last!).ToList();
        Console.WriteLine();
        Console.WriteLine(grown.Count == 0
            ? $"ratio: 1.0: from release {WarmUp} to {releases} nothing grew but the journal, by {(last!.Journal - first!.Journal) / (double)(releases - WarmUp):0.0} KiB for each release"
            : string.Join('\n', grown.Select(g => $"GREW: {g}")));
        return grown.Count == 0 ? 0 : 1;
    }

    private void WriteFiles(Repository repository)
    {
        repository.Write("Dockerfile", "FROM nginx:1.22\nCOPY index.html /usr/share/nginx/html/index.html\n");
        repository.Write("compose.yaml", $$"""
            name: {{Application}}
            services:
              web:
                build: .
                ports: ["80"]
                x-towpath: { owner: frontend, health: /, route: /, port: 80, test: { command: [nginx, -t] } }

            """);
        repository.Write("towpath.yaml", $$"""
            application: {{Application}}
            environments:
              production:
                port: {{port}}
                verify: [page]
            verify:
              page: { get: /, expect: 200, contains: Release, within: 20s }

            """);
    }

    private static IEnumerable<string> Grown(Footprint first, Footprint last)
    {
        if (last.Containers > first.Containers) yield return $"containers, {first.Containers} to {last.Containers}";
        if (last.Networks > first.Networks) yield return $"networks, {first.Networks} to {last.Networks}";
        if (last.Volumes > first.Volumes) yield return $"volumes, {first.Volumes} to {last.Volumes}";
        if (last.Images > first.Images) yield return $"images, {first.Images} to {last.Images}";
        // A connection more or less is no leak; one for each release would be.
        if (last.Descriptors > first.Descriptors + 10) yield return $"open files of the control plane, {first.Descriptors} to {last.Descriptors}";
        if (last.ServiceDescriptors > first.ServiceDescriptors + 10) yield return $"open files of Podman's service, {first.ServiceDescriptors} to {last.ServiceDescriptors}";
        // The runtime gives memory back when it sees fit: half as much again is its freedom.
        if (last.Memory > first.Memory * 1.5) yield return $"memory of the control plane, {first.Memory} to {last.Memory} MiB";
        if (last.Files > first.Files * 1.3) yield return $"files in the state folder, {first.Files} to {last.Files}";
        if (last.State > (first.State * 1.3) + 1024) yield return $"the state folder, {first.State} to {last.State} KiB";
    }
}
