using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Towpath.Engines.Containers.Wire;

namespace Towpath.Engines.Containers;

/// <summary>HTTP over the engine's Unix socket: bounds each call in time and turns each failure into an <see cref="EngineException"/>.</summary>
internal sealed class EngineTransport : IDisposable
{
    /// <summary>For calls that only touch the engine's own records; a loaded machine needs a second or two.</summary>
    public static readonly TimeSpan Ordinary = TimeSpan.FromSeconds(60);

    private const int MostHalfRemoved = 8;

    private static readonly MediaTypeHeaderValue JsonType = new("application/json");
    private readonly HttpClient _client;
    private readonly string _socketPath;

    public EngineTransport(string socketPath)
    {
        _socketPath = socketPath;
        var handler = new SocketsHttpHandler
        {
            ConnectCallback = ConnectAsync,
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30),
        };

        // Each call carries its own bound: a build may take an hour, an inspection may not.
        _client = new HttpClient(handler) { BaseAddress = new Uri("http://engine/"), Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <summary>Sends a request and gives the answer once its head is there. The caller disposes it.</summary>
    /// <exception cref="EngineException">No answer, none in time, or one that is no success and not in <paramref name="accepted"/>.</exception>
    public async Task<HttpResponseMessage> SendAsync(
        HttpMethod method, string path, HttpContent? content, TimeSpan bound, CancellationToken cancellationToken, params HttpStatusCode[] accepted)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await SendOnceAsync(method, path, content, bound, cancellationToken, accepted);
            }
            catch (EngineException e) when (method == HttpMethod.Get && attempt <= MostHalfRemoved && (HalfRemoved.In(e.Message) is not null || HalfRemoved.IsNameless(e.Message)))
            {
                if (!await FinishRemovalAsync(HalfRemoved.In(e.Message), cancellationToken)) throw;
            }
        }
    }

    /// <summary>Finishes the removal of a container; of all that have begun to be removed, where Podman does not say which one it can't read.</summary>
    /// <returns>False where there was none.</returns>
    private async Task<bool> FinishRemovalAsync(string? container, CancellationToken cancellationToken)
    {
        string[] begun = container is not null ? [container] : [.. (await BeingRemovedAsync(cancellationToken)).Take(MostHalfRemoved)];
        foreach (var one in begun)
        {
            using var removed = await SendOnceAsync(
                HttpMethod.Delete, HalfRemoved.Route(one), content: null, Ordinary, cancellationToken, HttpStatusCode.NotFound);
        }

        return begun.Length > 0;
    }

    private async Task<IEnumerable<string>> BeingRemovedAsync(CancellationToken cancellationToken)
    {
        using var answer = await SendOnceAsync(HttpMethod.Get, HalfRemoved.List, content: null, Ordinary, cancellationToken);
        return (await ReadAsync(answer, EngineJson.Default.RemovingItemArray, Ordinary, cancellationToken)).Select(item => item.Id);
    }

    private async Task<HttpResponseMessage> SendOnceAsync(
        HttpMethod method, string path, HttpContent? content, TimeSpan bound, CancellationToken cancellationToken, params HttpStatusCode[] accepted)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        var response = await GuardAsync(
            token => _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, token), bound, cancellationToken);
        if (response.IsSuccessStatusCode || accepted.Contains(response.StatusCode))
        {
            return response;
        }

        using (response)
        {
            var body = await GuardAsync(response.Content.ReadAsStringAsync, bound, cancellationToken);
            throw EngineErrors.From(response.StatusCode, MessageOf(body));
        }
    }

    /// <summary>Sends a request whose answer does not matter.</summary>
    /// <returns>Status of the answer.</returns>
    public async Task<HttpStatusCode> CallAsync(
        HttpMethod method, string path, TimeSpan bound, CancellationToken cancellationToken, params HttpStatusCode[] accepted)
    {
        using var response = await SendAsync(method, path, content: null, bound, cancellationToken, accepted);
        return response.StatusCode;
    }

    /// <summary>Fetches an object, or null where the engine says that there is none.</summary>
    public async Task<T?> FindAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken cancellationToken)
        where T : class
    {
        using var response = await SendAsync(HttpMethod.Get, path, content: null, Ordinary, cancellationToken, HttpStatusCode.NotFound);
        return response.StatusCode == HttpStatusCode.NotFound ? null : await ReadAsync(response, type, Ordinary, cancellationToken);
    }

    /// <summary>Fetches an object that must be there.</summary>
    public async Task<T> GetAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(HttpMethod.Get, path, content: null, Ordinary, cancellationToken);
        return await ReadAsync(response, type, Ordinary, cancellationToken);
    }

    /// <summary>Posts a body and reads the answer.</summary>
    public async Task<TAnswer> PostAsync<TBody, TAnswer>(
        string path, TBody body, JsonTypeInfo<TBody> bodyType, JsonTypeInfo<TAnswer> answerType, CancellationToken cancellationToken)
    {
        using var content = JsonBody(body, bodyType);
        using var response = await SendAsync(HttpMethod.Post, path, content, Ordinary, cancellationToken);
        return await ReadAsync(response, answerType, Ordinary, cancellationToken);
    }

    /// <summary>Reads the whole answer as JSON.</summary>
    public static Task<T> ReadAsync<T>(HttpResponseMessage response, JsonTypeInfo<T> type, TimeSpan bound, CancellationToken cancellationToken) =>
        GuardAsync(
            async token =>
            {
                await using var stream = await response.Content.ReadAsStreamAsync(token);
                return await JsonSerializer.DeserializeAsync(stream, type, token)
                    ?? throw new EngineException(EngineError.Other, "The engine answered with nothing.");
            },
            bound,
            cancellationToken);

    /// <summary>A JSON body with a length, which both engines read without chunking.</summary>
    public static ByteArrayContent JsonBody<T>(T body, JsonTypeInfo<T> type)
    {
        var content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(body, type));
        content.Headers.ContentType = JsonType;
        return content;
    }

    /// <summary>Runs a step within its bound and turns the framework's exceptions into the engine's.</summary>
    public static async Task<T> GuardAsync<T>(Func<CancellationToken, Task<T>> step, TimeSpan bound, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        if (bound != Timeout.InfiniteTimeSpan)
        {
            limit.CancelAfter(bound);
        }

        try
        {
            return await step(limit.Token);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new EngineException(EngineError.TimedOut, $"The engine did not answer within {bound.TotalSeconds:0} s.", e);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or SocketException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw new EngineException(EngineError.Unreachable, $"The engine does not answer: {(e.InnerException ?? e).Message}", e);
        }
        catch (JsonException e)
        {
            throw new EngineException(EngineError.Other, "The engine's answer is no JSON that Towpath understands.", e);
        }
    }

    public void Dispose() => _client.Dispose();

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(_socketPath), cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static string MessageOf(string body)
    {
        try
        {
            return JsonSerializer.Deserialize(body, EngineJson.Default.ErrorAnswer)?.Message ?? body;
        }
        catch (JsonException)
        {
            return body;
        }
    }
}
