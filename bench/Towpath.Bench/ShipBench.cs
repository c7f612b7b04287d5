using System.Globalization;
using Towpath.Cli.Terminal;

namespace Towpath.Bench;

/// <summary>
/// Time from <c>towpath ship</c> to running, next to <c>podman build</c> and <c>podman run</c> of the same services in the same run. Layers
/// are in the engine's cache on both sides; Towpath runs the tests too (from the cache where nothing changed), and verifies.
/// </summary>
internal sealed class ShipBench(Ground ground, int port, int rounds)
{
    private const string Application = "benchshop";
    private const string BareImage = "localhost/benchshop-bare-";
    private readonly TextTable _table = new("CHANGE", "SHIP", "BARE", "RATIO", "REPLACED", "SHIPS");
    private readonly List<string> _faults = [];

    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        var options = BenchOptions.Parse(arguments, "--rounds", "--port");
        await using var ground = await Ground.MakeAsync("ship", cancellationToken);
        return await new ShipBench(ground, options.Number("--port", 8183), Math.Max(1, options.Number("--rounds", 3))).RunAsync(cancellationToken);
    }

    private async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var repository = await Repository.MakeAsync(ground, Application, cancellationToken);
        var source = new ShopSource(ground, repository, Application, port);
        await using var bare = await NaiveShop.PrepareAsync(
            ground, $"{Application}-bare", port + 1,
            new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["web"] = $"{BareImage}web",
                ["api"] = $"{BareImage}api",
                ["worker"] = $"{BareImage}worker",
                ["db"] = "docker.io/library/postgres:15",
                ["queue"] = "docker.io/library/rabbitmq:3.10",
            },
            cancellationToken);
        try
        {
            await StartAsync(repository, bare, cancellationToken);
            await MeasureAsync("nothing (an empty commit)", [], _ => { }, repository, bare, cancellationToken);
            await MeasureAsync("one service (web, a file)", ["web"],
                round => repository.Write("web/html/round.txt", $"{round}\n"), repository, bare, cancellationToken);
            await MeasureAsync("three services (web, api, worker, a variable)", ShopSource.Stateless,
                round => source.Turn(round, ShopSource.Stateless), repository, bare, cancellationToken);
        }
        finally
        {
            await ground.PodmanAsync(["rmi", "--force", "--ignore", .. ShopSource.Stateless.Select(s => BareImage + s)], CancellationToken.None);
        }

        _table.Write(Console.Out);
        foreach (var fault in _faults) Console.WriteLine($"FAULT: {fault}");
        return _faults.Count == 0 ? 0 : 1;
    }

    /// <summary>From nothing to a running application: another application with the same files goes first, so that all layers are there.</summary>
    private async Task StartAsync(Repository repository, NaiveShop bare, CancellationToken cancellationToken)
    {
        Say("filling the cache");
        var warm = await Repository.MakeAsync(ground, "warm", cancellationToken);
        _ = new ShopSource(ground, warm, $"{Application}-warm", port + 1);
        await warm.CommitAsync("Open the shop", cancellationToken);
        await ShipAsync(warm, cancellationToken);
        await ground.Plane.RemoveApplicationAsync($"{Application}-warm", cancellationToken);
        await BuildBareAsync(repository, ShopSource.Stateless, cancellationToken);

        await repository.CommitAsync("Open the shop", cancellationToken);
        var ship = await ShipAsync(repository, cancellationToken);
        var hand = await TimeAsync(async () =>
        {
            await BuildBareAsync(repository, ShopSource.Stateless, cancellationToken);
            await bare.StartAsync(cancellationToken);
        });
        Tell("the whole application, from nothing", [ship], [hand], "all");
    }

    private async Task MeasureAsync(
        string change, string[] services, Action<int> make, Repository repository, NaiveShop bare, CancellationToken cancellationToken)
    {
        var ships = new List<TimeSpan>();
        var hands = new List<TimeSpan>();
        var replaced = new SortedSet<string>(StringComparer.Ordinal);
        for (var round = 1; round <= rounds; round++)
        {
            make(round);
            await repository.CommitAsync($"{change}, {round}", cancellationToken);
            var before = await ContainersAsync(cancellationToken);
            ships.Add(await ShipAsync(repository, cancellationToken));
            var after = await ContainersAsync(cancellationToken);
            var changed = after.Where(c => before.GetValueOrDefault(c.Key) != c.Value).Select(c => c.Value).ToHashSet(StringComparer.Ordinal);
            replaced.UnionWith(changed);
            if (!changed.SetEquals(services))
                _faults.Add($"{change}: expected new containers of [{string.Join(", ", services)}], saw [{string.Join(", ", changed)}]");
            var number = round;
            hands.Add(await TimeAsync(async () =>
            {
                await BuildBareAsync(repository, services.Length == 0 ? ShopSource.Stateless : services, cancellationToken);
                await bare.ReplaceAsync(number, services, cancellationToken);
            }));
        }

        Tell(change, ships, hands, replaced.Count == 0 ? "none" : string.Join(", ", replaced));
    }

    private async Task<TimeSpan> ShipAsync(Repository repository, CancellationToken cancellationToken) =>
        await TimeAsync(() => ground.TowpathAsync(["ship", "--path", repository.Folder], cancellationToken));

    private async Task BuildBareAsync(Repository repository, IEnumerable<string> services, CancellationToken cancellationToken)
    {
        foreach (var service in services)
        {
            string[] where = service == "web" ? [Path.Combine(repository.Folder, "web")] : ["--target", service, Path.Combine(repository.Folder, "backend")];
            await ground.PodmanAsync(["build", "--quiet", "--tag", BareImage + service, .. where], cancellationToken);
        }
    }

    /// <summary>Service by container: an identifier that stays means that the container was not touched.</summary>
    private async Task<Dictionary<string, string>> ContainersAsync(CancellationToken cancellationToken)
    {
        const string Format = "{{.ID}} {{index .Labels \"towpath.service\"}}";
        var lines = await ground.PodmanAsync(
            ["ps", "--no-trunc", "--filter", $"label=towpath.application={Application}", "--filter", "label=towpath.role=replica", "--format", Format], cancellationToken);
        return lines.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l.Split(' ')).ToDictionary(l => l[0], l => l[1], StringComparer.Ordinal);
    }

    private void Tell(string change, IReadOnlyCollection<TimeSpan> ships, IReadOnlyCollection<TimeSpan> hands, string replaced)
    {
        var ratio = (Median(ships) / Median(hands)).ToString("0.0", CultureInfo.InvariantCulture);
        _table.Add(change, Plain.Duration(Median(ships)), Plain.Duration(Median(hands)), ratio, replaced, string.Join(", ", ships.Select(Plain.Duration)));
        Say($"{change}: ship {Plain.Duration(Median(ships))}, by hand {Plain.Duration(Median(hands))}, replaced {replaced}");
    }

    private static TimeSpan Median(IReadOnlyCollection<TimeSpan> times) => times.Order().ElementAt(times.Count / 2);

    private static async Task<TimeSpan> TimeAsync(Func<Task> work)
    {
        var started = TimeProvider.System.GetTimestamp();
        await work();
        return TimeProvider.System.GetElapsedTime(started);
    }

    private static void Say(string text) => Console.Error.WriteLine($"{TimeProvider.System.GetLocalNow():HH:mm:ss} {text}");
}
