using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Towpath.Core.Diagnostics;
using Towpath.Load;

namespace Towpath.EndToEnd;

/// <summary>The sample application under a name and ports of its own, and the people who use it. One for all tests of the story.</summary>
public sealed class ShopFixture : IAsyncLifetime
{
    /// <summary>Name of the application.</summary>
    public const string Name = "e2e-shop";

    private static readonly TimeSpan GateLimit = TimeSpan.FromSeconds(60);
    private readonly ConcurrentBag<long> _orders = [];
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = TimeSpan.FromSeconds(20) };
    private LoadGenerator? _load;

    /// <summary>Port of each environment.</summary>
    public IReadOnlyDictionary<string, int> Port { get; } =
        new[] { "development", "staging", "acceptance", "production" }.ToDictionary(name => name, _ => Ports.Next(), StringComparer.Ordinal);

    public Installation Towpath { get; } = new();

    public SourceTree Source { get; private set; } = null!;

    /// <summary>Releases by the number of their commit.</summary>
    public Dictionary<int, string> Releases { get; } = [];

    /// <summary>The chapter that failed first: what comes after it has no ground to stand on.</summary>
    public string? Broken { get; set; }

    /// <summary>Orders that the shop said it took.</summary>
    public IReadOnlyCollection<long> Orders => _orders;

    public async ValueTask InitializeAsync()
    {
        if (Installation.SkipReason is not null)
        {
            return;
        }

        Source = await SourceTree.InitAsync(Towpath.Place("shop"));
        Source.Copy("examples/shop").Replace("towpath.yaml", "application: shop", $"application: {Name}").Replace("compose.yaml", "name: shop", $"name: {Name}");
        foreach (var (old, environment) in new[] { (8081, "development"), (8082, "staging"), (8083, "acceptance"), (8084, "production") })
        {
            Source.Replace("towpath.yaml", $"port: {old}", string.Create(CultureInfo.InvariantCulture, $"port: {Port[environment]}"));
        }

        await Source.CommitAsync("Open the shop");
    }

    public async ValueTask DisposeAsync()
    {
        if (_load is not null)
        {
            await _load.DisposeAsync();
        }

        _http.Dispose();
        await Towpath.DisposeAsync();
    }

    /// <summary>Runs a verb in the repository.</summary>
    public Task<Outcome> RunAsync(params string[] arguments) => Towpath.RunAsync(Source.Folder, arguments);

    /// <summary>Runs a verb that must do well and gives its JSON.</summary>
    public async Task<JsonElement> JsonAsync(params string[] arguments) =>
        (await RunAsync([.. arguments, "--output", "json"])).ShouldEndWith(ExitCode.Success).Json;

    /// <summary>Asks an environment's gateway.</summary>
    public async Task<JsonElement> GetAsync(string environment, string path)
    {
        var text = await _http.GetStringAsync(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{Port[environment]}{path}"));
        return JsonDocument.Parse(text).RootElement;
    }

    /// <summary>State of one environment.</summary>
    public async Task<JsonElement> StatusAsync(string environment) =>
        (await JsonAsync("status")).GetProperty("environments").EnumerateArray().Single(e => e.GetProperty("name").GetString() == environment);

    /// <summary>Waits until a release runs in an environment, and the deployment that brought it has ended.</summary>
    public async Task UntilRunsAsync(string environment, string release)
    {
        var now = await UntilAsync(environment, e => Text(e, "release") == release && Text(e, "phase") == "Succeeded");
        Text(now, "release").ShouldBe(release, now.ToString());
        Text(now, "phase").ShouldBe("Succeeded", now.ToString());
    }

    /// <summary>Waits for a state of an environment, up to a minute.</summary>
    public async Task<JsonElement> UntilAsync(string environment, Func<JsonElement, bool> holds)
    {
        using var limit = new CancellationTokenSource(GateLimit);
        while (true)
        {
            var now = await StatusAsync(environment);
            if (holds(now) || limit.IsCancellationRequested)
            {
                return now;
            }

            await Task.Delay(200);
        }
    }

    /// <summary>A text of a JSON object, or null.</summary>
    public static string? Text(JsonElement element, string name) => element.TryGetProperty(name, out var value) ? value.GetString() : null;

    /// <summary>Identifiers of an environment's containers by service.</summary>
    public async Task<ILookup<string, string>> ContainersAsync(string environment)
    {
        using var engine = await Towpath.EngineAsync();
        var containers = await engine.ListContainersAsync(
            [$"towpath.application={Name}", $"towpath.environment={environment}", "towpath.role=replica"], CancellationToken.None);
        return containers.ToLookup(c => c.Labels["towpath.service"], c => c.Id);
    }

    /// <summary>People begin to use production: a steady stream of pages, questions and orders, on old connections and new ones.</summary>
    public void OpenDoors() => _load = LoadGenerator.Start(
        new LoadPlan
        {
            Target = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{Port["production"]}")),
            ArrivalsPerSecond = 40,
            Requests =
            [
                new LoadRequest { Name = "page", Path = "/", Weight = 3 },
                new LoadRequest { Name = "products", Path = "/api/products", Weight = 3 },
                new LoadRequest { Name = "products on a new connection", Path = "/api/products", Connection = LoadConnectionKind.Fresh, Weight = 2 },
                new LoadRequest { Name = "order", Method = "POST", Path = "/api/orders", Body = Order, Expected = [201], Weight = 2 },
            ],
            Observe = Remember,
        },
        TimeProvider.System);

    /// <summary>The last customers are served.</summary>
    public Task<LoadReport> CloseDoorsAsync() => _load!.StopAsync();

    private static ReadOnlyMemory<byte> Order(long sequence) =>
        Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $$"""{"product": 1, "quantity": {{1 + (sequence % 5)}}}"""));

    private void Remember(LoadOutcome outcome)
    {
        if (outcome is { IsAccepted: true, Request.Name: "order" })
        {
            _orders.Add(JsonDocument.Parse(outcome.Body).RootElement.GetProperty("id").GetInt64());
        }
    }
}
