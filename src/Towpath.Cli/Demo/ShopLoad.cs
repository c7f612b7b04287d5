using System.Collections.Immutable;
using Towpath.Load;

namespace Towpath.Cli.Demo;

/// <summary>
/// The shop's customers, in each environment: they look at the page and the products and order things, at a steady rate whether or not the
/// ones before them were served.
/// </summary>
internal sealed class ShopLoad(TimeProvider time) : IDemoLoad
{
    private const double ArrivalsPerSecond = 40;

    private static readonly byte[] Order = """{"product": 1, "quantity": 1}"""u8.ToArray();

    private static readonly ImmutableArray<LoadRequest> Requests =
    [
        new LoadRequest { Name = "page", Path = "/", Weight = 2 },
        new LoadRequest { Name = "products", Path = "/api/products", Weight = 4 },
        new LoadRequest { Name = "products, fresh connection", Path = "/api/products", Weight = 2, Connection = LoadConnectionKind.Fresh },
        new LoadRequest { Name = "order", Method = "POST", Path = "/api/orders", Body = _ => Order, Expected = [201], Weight = 2 },
    ];

    private readonly List<(string Environment, LoadGenerator Generator)> _running = [];

    /// <inheritdoc/>
    public void Start(string environment, Uri url)
    {
        lock (_running)
        {
            if (_running.Exists(r => r.Environment == environment)) return;
            _running.Add((environment, LoadGenerator.Start(
                new LoadPlan { Target = url, ArrivalsPerSecond = ArrivalsPerSecond, Requests = Requests }, time)));
        }
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<EnvironmentLoad>> StopAsync()
    {
        var loads = new List<EnvironmentLoad>();
        foreach (var (environment, generator) in _running)
        {
            var report = await generator.StopAsync();
            loads.Add(new EnvironmentLoad(environment, report.Total.Sent, report.Total.Failed, report.Total.P50, report.Total.P99, report.Samples));
        }
        return loads;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var (_, generator) in _running) await generator.DisposeAsync();
    }
}
