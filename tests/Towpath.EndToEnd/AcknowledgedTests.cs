using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using Towpath.Core.Diagnostics;
using Towpath.Core.Identity;
using Towpath.Server.Api;

namespace Towpath.EndToEnd;

/// <summary>The real program, killed while many write: what it said yes to is there.</summary>
public sealed class AcknowledgedTests : IAsyncDisposable
{
    private const int Writers = 8;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private readonly Installation _towpath = new();

    public ValueTask DisposeAsync() => _towpath.DisposeAsync();

    [Fact]
    public async Task Accounts_AddedByManyUntilItIsKilled_AreThereAsFarAsAcknowledged()
    {
        Assert.SkipWhen(Installation.SkipReason is not null, Installation.SkipReason ?? "");
        var folder = _towpath.Place("acknowledged");
        (await _towpath.RunAsync(folder, "up")).ShouldEndWith(ExitCode.Success);
        using var http = await _towpath.ClientAsync();
        var acknowledged = new ConcurrentBag<string>();
        var writers = Enumerable.Range(0, Writers).Select(w => WriteAsync(http, w, acknowledged)).ToList();
        while (acknowledged.Count < 50) await Task.Delay(1, Cancel);
        await _towpath.KillAsync();
        await Task.WhenAll(writers);

        (await _towpath.RunAsync(folder, "up")).ShouldEndWith(ExitCode.Success);
        var stored = new List<string>();
        for (string? cursor = ""; cursor is not null;)
        {
            var page = JsonDocument.Parse(await http.GetStringAsync(new Uri("accounts?limit=200" + cursor, UriKind.Relative), Cancel)).RootElement;
            stored.AddRange(page.GetProperty("items").EnumerateArray().Select(a => a.GetProperty("name").GetString()!));
            cursor = page.TryGetProperty("next", out var next) ? $"&cursor={next.GetString()}" : null;
        }

        acknowledged.Except(stored).ShouldBeEmpty();

        // Each writer may have had one more under way, whose answer never came.
        stored.Count.ShouldBeInRange(acknowledged.Count, acknowledged.Count + Writers);
        (await _towpath.RunAsync(folder, "audit", "verify")).ShouldEndWith(ExitCode.Success);
    }

    private static async Task WriteAsync(HttpClient http, int writer, ConcurrentBag<string> acknowledged)
    {
        for (var n = 0; n < 100; n++)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"writer{writer}-{n}");
            try
            {
                using var response = await http.PostAsJsonAsync(new Uri("accounts", UriKind.Relative), new AccountRequest(name, AccountKind.Person, null, "ada"), ApiJson.Options, Cancel);
                if (response.IsSuccessStatusCode) acknowledged.Add(name);
            }
            catch (HttpRequestException)
            {
                return;
            }
        }
    }
}
