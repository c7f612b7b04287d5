using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Towpath.Server.Api;

/// <summary>
/// Writes a sequence as one JSON document per line, each sent as it comes. It ends with the sequence, with the client, or with the
/// server. What fails before the first line is an ordinary problem; later the status is gone, so the last line is the problem.
/// </summary>
internal sealed partial class Lines(IHostApplicationLifetime lifetime, StreamPlaces places, ILogger<Lines> logger)
{
    private static readonly byte[] NewLine = "\n"u8.ToArray();

    /// <summary>Sends the sequence that <paramref name="open"/> gives.</summary>
    public async Task SendAsync<T>(HttpContext context, Func<CancellationToken, IAsyncEnumerable<T>> open)
    {
        using var place = places.Take(context);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);
        await using var reader = open(ended.Token).GetAsyncEnumerator(ended.Token);
        try
        {
            var any = await reader.MoveNextAsync();
            context.Response.ContentType = ApiJson.LinesMediaType;
            for (; any; any = await reader.MoveNextAsync())
            {
                await WriteAsync(context, reader.Current, ended.Token);
            }
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
            // The reader or the server ends; the stream just stops, and a follower that still lives asks again.
        }
        catch (Exception exception) when (context.Response.HasStarted)
        {
            LogBroken(exception, context.TraceIdentifier);
            var (status, problem) = Problems.Of(exception, context.TraceIdentifier);
            await WriteAsync(context, problem.At(status), ended.Token);
        }
    }

    private static async Task WriteAsync<T>(HttpContext context, T value, CancellationToken cancellationToken)
    {
        await context.Response.Body.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(value, ApiJson.Options), cancellationToken);
        await context.Response.Body.WriteAsync(NewLine, cancellationToken);
        await context.Response.Body.FlushAsync(cancellationToken);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "a stream broke under trace {Trace}")]
    private partial void LogBroken(Exception exception, string trace);
}
