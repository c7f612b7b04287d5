using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Towpath.EndToEnd;

/// <summary>The teams' channel: a receiver of signed webhooks, as docs/guide/server-yaml.md tells people to write one.</summary>
internal sealed class ChatReceiver : IAsyncDisposable
{
    private readonly WebApplication _host;
    private readonly string _secret;
    private readonly ConcurrentDictionary<string, JsonElement> _heard = new(StringComparer.Ordinal);
    private int _forged;

    private ChatReceiver(string secret)
    {
        _secret = secret;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _host = builder.Build();
        _host.MapPost("/channel", TakeAsync);
    }

    /// <summary>Where it listens.</summary>
    public Uri Url => new(new Uri(_host.Urls.Single()), "/channel");

    /// <summary>Requests whose signature was wrong.</summary>
    public int Forged => _forged;

    /// <summary>What was announced, in order.</summary>
    public IReadOnlyList<JsonElement> Heard => [.. _heard.Values.OrderBy(m => m.GetProperty("sequence").GetInt64())];

    /// <summary>Starts one.</summary>
    public static async Task<ChatReceiver> StartAsync(string secret)
    {
        var receiver = new ChatReceiver(secret);
        await receiver._host.StartAsync();
        return receiver;
    }

    /// <summary>Waits up to half a minute for an announcement.</summary>
    public async Task<JsonElement> UntilAsync(string kind)
    {
        for (var i = 0; i < 300; i++)
        {
            if (Heard.LastOrDefault(m => m.GetProperty("event").GetString() == kind) is { ValueKind: JsonValueKind.Object } found) return found;
            await Task.Delay(100);
        }

        throw new TimeoutException($"{kind} was never announced; heard: {string.Join(", ", Heard.Select(m => m.GetProperty("event").GetString()))}");
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    private async Task TakeAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        var parts = context.Request.Headers["Towpath-Signature"].ToString().Split(',').Select(p => p.Split('=')).ToDictionary(p => p[0], p => p[1]);
        byte[] content = [.. Encoding.UTF8.GetBytes(parts["t"] + "."), .. body.ToArray()];
        var signed = HMACSHA256.HashData(Encoding.UTF8.GetBytes(_secret), content);
        var age = DateTimeOffset.UtcNow.ToUnixTimeSeconds() - long.Parse(parts["t"], CultureInfo.InvariantCulture);
        if (Convert.ToHexStringLower(signed) != parts["v1"] || Math.Abs(age) > 300)
        {
            Interlocked.Increment(ref _forged);
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return;
        }

        // Announced twice is heard once: that is what the key is for.
        _heard.TryAdd(context.Request.Headers["Towpath-Delivery"].ToString(), JsonDocument.Parse(body.ToArray()).RootElement);
    }
}
