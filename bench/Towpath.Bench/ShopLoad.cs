using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text.Json;
using Towpath.Load;

namespace Towpath.Bench;

/// <summary>What users do to the shop, and what they were promised.</summary>
internal sealed class ShopLoad
{
    /// <summary>Kind of request whose latency is compared.</summary>
    public const string Compared = "products, kept";

    private static readonly int[] Weights = [8, 4, 2, 4, 2, 1, 1];
    private readonly ConcurrentDictionary<long, long> _accepted = new();
    private readonly string _key = Guid.NewGuid().ToString("N");
    private readonly byte[] _upload = new byte[150_000];
    private long _unanswered;

    /// <summary>Orders that were answered with 201: id in the shop by the request's number.</summary>
    public IReadOnlyDictionary<long, long> Accepted => _accepted;

    /// <summary>Orders that were sent and got no good answer: each of them may be stored or not.</summary>
    public long Unanswered => Interlocked.Read(ref _unanswered);

    /// <summary>The plan of a run.</summary>
    /// <param name="port">Where the application's public port is.</param>
    /// <param name="rate">Requests that start in a second.</param>
    /// <param name="seed">Order of the kinds.</param>
    public LoadPlan Plan(int port, int rate, int seed) => new()
    {
        Target = new Uri($"http://127.0.0.1:{port}"),
        ArrivalsPerSecond = rate,
        MaxInFlight = 5000,
        Seed = seed,
        Duration = TimeSpan.FromHours(6),
        Observe = Observe,
        Requests =
        [
            new LoadRequest { Name = Compared, Path = "/api/products", Weight = Weights[0] },
            new LoadRequest { Name = "products, fresh", Path = "/api/products", Weight = Weights[1], Connection = LoadConnectionKind.Fresh },
            new LoadRequest { Name = "page, kept", Path = "/", Weight = Weights[2] },
            Order("order, kept", Weights[3], LoadConnectionKind.Kept),
            Order("order, fresh", Weights[4], LoadConnectionKind.Fresh),
            new LoadRequest { Name = "slow 0.5 s", Path = "/api/slow?seconds=0.5", Weight = Weights[5] },
            new LoadRequest
            {
                Name = "upload 150 KB", Method = "POST", Path = "/api/upload", Weight = Weights[6],
                Body = _ => _upload, ContentType = "application/octet-stream",
            },
        ],
    };

    private LoadRequest Order(string name, int weight, LoadConnectionKind connection) => new()
    {
        Name = name,
        Method = "POST",
        Path = "/api/orders",
        Weight = weight,
        Connection = connection,
        Expected = [201],
        Body = sequence => JsonSerializer.SerializeToUtf8Bytes(new { product = 1 + (sequence % 3), quantity = 1 }),
        Headers = sequence => ImmutableArray.Create(("Idempotency-Key", $"{_key}-{sequence}")),
    };

    private void Observe(LoadOutcome outcome)
    {
        if (!outcome.Request.Path.EndsWith("/orders", StringComparison.Ordinal)) return;
        if (outcome.IsAccepted) _accepted[outcome.Sequence] = IdOf(outcome.Body);
        else Interlocked.Increment(ref _unanswered);
    }

    private static long IdOf(ReadOnlyMemory<byte> body)
    {
        using var answer = JsonDocument.Parse(body);
        return answer.RootElement.GetProperty("id").GetInt64();
    }
}
