using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Towpath.Core.Journal;

namespace Towpath.Server.Api;

/// <summary>
/// Facts as server-sent events (HTML Living Standard, 9.2): each has its sequence as <c>id</c>, so that a reader who comes back loses nothing. Nothing is kept for a reader:
/// facts are read from the store as he takes them, and one who takes nothing for a while is cut off. Comments while nothing happens keep the connection known to be alive.
/// </summary>
internal sealed partial class EventStream(IHostApplicationLifetime lifetime, StreamPlaces places, HostOptions options, ILogger<EventStream> logger)
{
    /// <summary>Its media type.</summary>
    public const string MediaType = "text/event-stream";

    // What is refused is refused at once; an answer that waits for its first fact must not make its reader wait for the status.
    private static readonly TimeSpan RefusalPatience = TimeSpan.FromMilliseconds(100);
    private static readonly byte[] Beginning = "retry: 1000\n\n"u8.ToArray();
    private static readonly byte[] Comment = ": alive\n\n"u8.ToArray();

    /// <summary>Sends the facts that <paramref name="open"/> gives, until the reader or the server ends.</summary>
    public async Task SendAsync(HttpContext context, Func<CancellationToken, IAsyncEnumerable<Fact>> open)
    {
        using var place = places.Take(context);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);
        var facts = open(ended.Token).GetAsyncEnumerator(ended.Token);
        var next = facts.MoveNextAsync().AsTask();
        try
        {
            await Task.WhenAny(next, Task.Delay(RefusalPatience, ended.Token));
            if (next.IsFaulted) await next;
            await BeginAsync(context, ended.Token);
            while (await ArrivesAsync(context, next, ended.Token))
            {
                var fact = facts.Current;
                next = facts.MoveNextAsync().AsTask();
                await WriteAsync(context, Event(fact), flush: !next.IsCompleted, ended.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // The reader or the server ends, or the reader is cut off; the stream just stops, and a reader that still lives asks again.
        }
        catch (Exception exception) when (context.Response.HasStarted)
        {
            LogBroken(exception, context.TraceIdentifier);
            var (status, problem) = Problems.Of(exception, context.TraceIdentifier);
            await WriteAsync(context, Event("problem", null, JsonSerializer.Serialize(problem.At(status), ApiJson.Options)), flush: true, ended.Token);
        }
        finally
        {
            await ended.CancelAsync();
            await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await facts.DisposeAsync();
        }
    }

    /// <summary>An event as it is sent. JSON has no line breaks of its own, so one line of data is enough.</summary>
    internal static byte[] Event(string name, long? id, string json) =>
        Encoding.UTF8.GetBytes(id is null ? $"event: {name}\ndata: {json}\n\n" : $"id: {id}\nevent: {name}\ndata: {json}\n\n");

    private static byte[] Event(Fact fact) => Event("fact", fact.Sequence, JsonSerializer.Serialize(fact, ApiJson.Options));

    private Task BeginAsync(HttpContext context, CancellationToken cancellationToken)
    {
        context.Response.ContentType = MediaType;
        context.Response.Headers.CacheControl = "no-store";
        return WriteAsync(context, Beginning, flush: true, cancellationToken);
    }

    private async Task<bool> ArrivesAsync(HttpContext context, Task<bool> next, CancellationToken cancellationToken)
    {
        while (!next.IsCompleted)
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var first = await Task.WhenAny(next, Task.Delay(options.Heartbeat, patience.Token));
            await patience.CancelAsync();
            cancellationToken.ThrowIfCancellationRequested();
            if (first != next) await WriteAsync(context, Comment, flush: true, cancellationToken);
        }

        return await next;
    }

    private async Task WriteAsync(HttpContext context, byte[] text, bool flush, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(options.SlowestReader);
        try
        {
            await context.Response.Body.WriteAsync(text, limit.Token);
            if (flush) await context.Response.Body.FlushAsync(limit.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            LogCut(context.TraceIdentifier);
            context.Abort();
            throw;
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "a stream of events broke under trace {Trace}")]
    private partial void LogBroken(Exception exception, string trace);

    [LoggerMessage(Level = LogLevel.Warning, Message = "a stream of events was cut under trace {Trace}: its reader took nothing")]
    private partial void LogCut(string trace);
}
