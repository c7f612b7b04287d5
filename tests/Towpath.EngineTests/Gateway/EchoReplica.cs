using System.Net;
using System.Net.WebSockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Towpath.Core.Containers;

namespace Towpath.EngineTests.Gateway;

/// <summary>A replica in this process: answers what it was asked, so that a test sees what reached it.</summary>
internal sealed class EchoReplica : IAsyncDisposable
{
    /// <summary>Bytes of an answer under <c>/download</c>.</summary>
    public const int DownloadLength = 48 << 20;

    private static int _count;

    private readonly WebApplication _app;
    private readonly string _address;
    private int _requests;

    private EchoReplica(string service, string address, WebApplication app)
    {
        _address = address;
        Service = service;
        Name = $"{service}-{Interlocked.Increment(ref _count)}";
        _app = app;
    }

    public string Service { get; }

    public string Name { get; }

    public bool Ready { get; set; } = true;

    public int Requests => _requests;

    public GatewayServer Server => new(Service, Name, _address, new Uri(_app.Urls.First()).Port);

    /// <param name="service">Which one it belongs to.</param>
    /// <param name="address">Where it listens: loopback, or this machine's end of a bridge.</param>
    public static async Task<EchoReplica> StartAsync(string service, string address = "127.0.0.2")
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(k =>
        {
            k.Listen(IPAddress.Parse(address), 0);
            k.Limits.MaxRequestBodySize = null;
        });
        var app = builder.Build();
        var replica = new EchoReplica(service, address, app);
        app.UseWebSockets();
        app.Run(replica.AnswerAsync);
        await app.StartAsync();
        return replica;
    }

    /// <summary>Ends at once and breaks its connections off, as a killed process does.</summary>
    public Task KillAsync() => _app.StopAsync(new CancellationToken(canceled: true));

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        var request = context.Request;
        if (request.Path == "/healthz")
        {
            context.Response.StatusCode = Ready ? 200 : 503;
            return;
        }

        Interlocked.Increment(ref _requests);
        if (context.WebSockets.IsWebSocketRequest)
        {
            await EchoMessagesAsync(context);
            return;
        }

        if (request.Path.Value!.EndsWith("/stream", StringComparison.Ordinal))
        {
            await StreamAsync(context);
            return;
        }

        if (request.Path.Value!.EndsWith("/download", StringComparison.Ordinal))
        {
            await DownloadAsync(context);
            return;
        }

        if (request.Path.Value!.EndsWith("/fail", StringComparison.Ordinal)) context.Response.StatusCode = 500;
        if (request.Path.Value.EndsWith("/broken", StringComparison.Ordinal)) context.Abort();
        if (request.Path.Value.EndsWith("/slow", StringComparison.Ordinal)) await Task.Delay(500, context.RequestAborted);
        long body = 0;
        var buffer = new byte[64 * 1024];
        int read;
        while ((read = await request.Body.ReadAsync(buffer, context.RequestAborted)) > 0) body += read;
        await context.Response.WriteAsJsonAsync(new Echo(
            Service,
            Name,
            request.Path + request.QueryString,
            request.Headers["X-Request-Id"].ToString(),
            request.Headers["X-Forwarded-Prefix"].ToString(),
            request.Headers["X-Forwarded-For"].ToString(),
            body));
    }

    private static async Task EchoMessagesAsync(HttpContext context)
    {
        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        var buffer = new byte[1024];
        while (await socket.ReceiveAsync(buffer, context.RequestAborted) is { MessageType: not WebSocketMessageType.Close } message)
            await socket.SendAsync(buffer.AsMemory(0, message.Count), message.MessageType, message.EndOfMessage, context.RequestAborted);
        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, context.RequestAborted);
    }

    /// <summary>More than all buffers on the way hold, so that it lasts for as long as its client takes.</summary>
    private static async Task DownloadAsync(HttpContext context)
    {
        context.Response.ContentLength = DownloadLength;
        var piece = new byte[1 << 20];
        for (var sent = 0; sent < DownloadLength; sent += piece.Length) await context.Response.Body.WriteAsync(piece, context.RequestAborted);
    }

    /// <summary>Server-sent events of three seconds.</summary>
    private static async Task StreamAsync(HttpContext context)
    {
        context.Response.ContentType = "text/event-stream";
        for (var number = 0; number < 60; number++)
        {
            await context.Response.WriteAsync($"data: {number}\n\n", context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
            await Task.Delay(50, context.RequestAborted);
        }
    }
}

internal sealed record Echo(string Service, string Name, string Path, string Id, string Prefix, string For, long Body);
