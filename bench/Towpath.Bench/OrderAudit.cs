using System.Net.Http.Json;
using System.Text.Json.Serialization;

namespace Towpath.Bench;

/// <summary>Holds the shop to its word: each accepted order is stored once and processed once.</summary>
internal static class OrderAudit
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>Waits until the queue is empty, then compares.</summary>
    /// <returns>What is wrong; nothing when all is well.</returns>
    public static async Task<(OrderCount Count, IReadOnlyList<string> Faults)> RunAsync(int port, ShopLoad load, CancellationToken cancellationToken)
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = new Uri($"http://127.0.0.1:{port}/api/") };
        var count = await SettledAsync(http, cancellationToken);
        var faults = new List<string>();
        var accepted = load.Accepted;
        Expect(accepted.Values.Distinct().Count() == accepted.Count, "two accepted orders have one id");
        Expect(count.Total >= accepted.Count && count.Total <= accepted.Count + load.Unanswered,
            $"{count.Total} orders are stored, {accepted.Count} were accepted and {load.Unanswered} more were sent");
        Expect(count.Duplicates == 0, $"{count.Duplicates} orders are stored or booked twice");
        Expect(count.Processed == count.Total && count.Processings == count.Total && count.Unpublished == 0,
            $"of {count.Total} orders {count.Processed} are processed in {count.Processings} bookings; {count.Unpublished} wait to be published");
        var missing = 0;
        await Parallel.ForEachAsync(accepted.Values, new ParallelOptions { MaxDegreeOfParallelism = 4, CancellationToken = cancellationToken }, async (id, token) =>
        {
            var order = await http.GetFromJsonAsync<StoredOrder>($"orders/{id}", token);
            if (order is not { State: "processed" } || order.Id != id) Interlocked.Increment(ref missing);
        });
        Expect(missing == 0, $"{missing} accepted orders can't be found, or are not processed");
        return (count, faults);

        void Expect(bool holds, string fault)
        {
            if (!holds) faults.Add(fault);
        }
    }

    private static async Task<OrderCount> SettledAsync(HttpClient http, CancellationToken cancellationToken)
    {
        var giveUp = TimeProvider.System.GetUtcNow() + Patience;
        while (true)
        {
            var count = await http.GetFromJsonAsync<OrderCount>("orders/count", cancellationToken) ?? throw new BenchException("the shop does not count its orders");
            if ((count.Processed == count.Total && count.Unpublished == 0) || TimeProvider.System.GetUtcNow() > giveUp) return count;
            await Task.Delay(TimeSpan.FromMilliseconds(500), cancellationToken);
        }
    }

    private sealed record StoredOrder([property: JsonPropertyName("id")] long Id, [property: JsonPropertyName("state")] string State);
}

/// <summary>The shop's own count of its orders.</summary>
internal sealed record OrderCount(long Total, long Processed, long Keys, long Processings, long Duplicates, long Unpublished);
