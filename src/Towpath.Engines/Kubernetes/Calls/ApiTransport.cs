using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Net.WebSockets;
using System.Security.Cryptography.X509Certificates;
using Towpath.Core.Diagnostics;
using Towpath.Engines.Kubernetes.Kubeconfig;

namespace Towpath.Engines.Kubernetes.Calls;

/// <summary>
/// HTTP to one API server: shows credentials and renews them once when they are refused, limits calls per second, bounds each in time and size, tries again
/// what may be tried again, and turns each failure into a <see cref="KubernetesException"/>.
/// </summary>
internal sealed class ApiTransport : IDisposable
{
    /// <summary>Largest answer that is read whole, in bytes. The API server itself takes objects of 1.5 MB, and a page has 500 of them at most.</summary>
    public const int MaxAnswer = 128 * 1024 * 1024;

    private const int MaxRefusal = 256 * 1024;

    private static readonly TimeSpan BackgroundPause = TimeSpan.FromMilliseconds(50);

    private readonly ClusterAccess _access;
    private readonly TimeProvider _time;
    private readonly Func<double> _chance;
    private readonly CredentialKeeper _credentials;
    private readonly Func<ClientCertificate?, HttpMessageHandler> _handlers;
    private readonly CallBudget _budget = new(perSecond: 50, burst: 100);
    private readonly Turns _background = new();
    private readonly long _start;
    private readonly Lock _guard = new();
    private readonly Uri _base;
    private (ClientCertificate? Certificate, HttpClient Client)? _open;
    private HttpClient? _retired;

    /// <summary>A transport with its own connections.</summary>
    /// <param name="access">The server and the credentials.</param>
    /// <param name="time">Clock and pauses.</param>
    /// <param name="chance">Random numbers from 0 to 1.</param>
    /// <param name="handlers">What sends, in tests; null for the real thing.</param>
    public ApiTransport(ClusterAccess access, TimeProvider time, Func<double> chance, Func<ClientCertificate?, HttpMessageHandler>? handlers = null)
    {
        (_access, _time, _chance, _start) = (access, time, chance, time.GetTimestamp());
        _credentials = new CredentialKeeper(access, time);
        _handlers = handlers ?? Handler;
        _base = new Uri(access.Server.GetLeftPart(UriPartial.Path).TrimEnd('/'));
    }

    /// <summary>Address of the server, for messages.</summary>
    public string Server => _base.OriginalString;

    /// <summary>The context, for messages.</summary>
    public string Context => _access.Context;

    /// <summary>Makes a call and reads its answer whole.</summary>
    /// <exception cref="KubernetesException">It failed.</exception>
    public async Task<byte[]> CallAsync(ApiRequest request, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            // Its time counts from its turn on: a crowd that waits would otherwise give up all at once, and come again all at once.
            await TurnAsync(request, cancellationToken);
            try
            {
                return await WithinAsync(
                    request,
                    async token =>
                    {
                        using var answer = await SendAsync(request, token);
                        return await ReadAsync(answer, request, MaxAnswer, token);
                    },
                    cancellationToken);
            }
            catch (KubernetesException failure)
            {
                if (Wait(request, attempt, failure) is not { } wait) throw;
                await Task.Delay(wait, _time, cancellationToken);
            }
        }
    }

    /// <summary>Makes a call and gives its answer once its head is there; the caller disposes it.</summary>
    /// <exception cref="KubernetesException">It failed.</exception>
    public async Task<HttpResponseMessage> OpenAsync(ApiRequest request, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            await TurnAsync(request, cancellationToken);
            try
            {
                return await WithinAsync(request, token => SendAsync(request, token), cancellationToken);
            }
            catch (KubernetesException failure)
            {
                if (Wait(request, attempt, failure) is not { } wait) throw;
                await Task.Delay(wait, _time, cancellationToken);
            }
        }
    }

    /// <summary>Opens a WebSocket.</summary>
    /// <param name="request">Path and subject.</param>
    /// <param name="protocols">Subprotocols, the best first.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="KubernetesException">It failed.</exception>
    public async Task<WebSocket> ConnectAsync(ApiRequest request, IReadOnlyList<string> protocols, CancellationToken cancellationToken)
    {
        Credentials? refused = null;
        while (true)
        {
            var credentials = await CredentialsAsync(refused, cancellationToken);
            var socket = new ClientWebSocket();
            foreach (var protocol in protocols) socket.Options.AddSubProtocol(protocol);
            socket.Options.CollectHttpResponseDetails = true;
            socket.Options.KeepAliveInterval = TimeSpan.FromSeconds(20);
            if (credentials.Header is var (scheme, value)) socket.Options.SetRequestHeader("Authorization", $"{scheme} {value.Reveal()}");
            if (_access.ServerName is { } name) socket.Options.SetRequestHeader("Host", name);
            try
            {
                return await WithinAsync(
                    request,
                    async token =>
                    {
                        await socket.ConnectAsync(Socket(request.Path), ClientFor(credentials.Certificate), token);
                        return (WebSocket)socket;
                    },
                    cancellationToken);
            }
            catch (WebSocketException fault)
            {
                var code = (int)socket.HttpStatusCode;
                socket.Dispose();
                if (code == 401 && refused is null && _credentials.CanRenew)
                {
                    refused = credentials;
                    continue;
                }

                throw code >= 300 ? ApiFailures.From(new ApiStatus(code, "", ""), request.Subject, Context) : ApiFailures.From(fault, request.Subject, Server);
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _credentials.Dispose();
        _open?.Client.Dispose();
        _retired?.Dispose();
    }

    private TimeSpan? Wait(ApiRequest request, int attempt, KubernetesException failure)
    {
        if (attempt >= request.MostAttempts) return null;
        var fault = failure switch
        {
            { Failure: ApiFailure.Unreachable, InnerException: HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError } } => CallFault.NotTaken,
            { Failure: ApiFailure.Unreachable or ApiFailure.TimedOut } => CallFault.Unknown,

            // A server that says when to come again has not begun.
            { Status: { Code: 429 or >= 500, RetryAfter: not null } } => CallFault.NotTaken,
            { Status.Code: var code } => CallRetries.FaultOf(code),
            _ => CallFault.Final,
        };
        return CallRetries.After(attempt, fault, request.IsIdempotent, failure.Status?.RetryAfter, _chance());
    }

    private async Task<HttpResponseMessage> SendAsync(ApiRequest request, CancellationToken cancellationToken)
    {
        Credentials? refused = null;
        while (true)
        {
            var credentials = await CredentialsAsync(refused, cancellationToken);
            using var message = Message(request, credentials);
            var answer = await ClientFor(credentials.Certificate).SendAsync(message, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            if (answer.IsSuccessStatusCode) return answer;
            using (answer)
            {
                if (answer.StatusCode == HttpStatusCode.Unauthorized && refused is null && _credentials.CanRenew)
                {
                    refused = credentials;
                    continue;
                }

                var status = ApiStatus.Read((int)answer.StatusCode, await BeginningAsync(answer, cancellationToken), request.IsSecret);
                throw ApiFailures.From(status with { RetryAfter = CallRetries.Asked(answer.Headers.RetryAfter, _time.GetUtcNow()) ?? status.RetryAfter }, request.Subject, Context);
            }
        }
    }

    private HttpRequestMessage Message(ApiRequest request, Credentials credentials)
    {
        var message = new HttpRequestMessage(request.Method, new Uri(_base.OriginalString + request.Path))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        };
        message.Headers.UserAgent.Add(new ProductInfoHeaderValue("towpath", typeof(ApiTransport).Assembly.GetName().Version?.ToString(3) ?? "0"));
        message.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        if (_access.ServerName is { } name) message.Headers.Host = name;
        if (credentials.Header is var (scheme, value)) message.Headers.TryAddWithoutValidation("Authorization", $"{scheme} {value.Reveal()}");
        if (request.Body is not { } body) return message;
        message.Content = new ByteArrayContent(body);
        message.Content.Headers.ContentType = new MediaTypeHeaderValue(request.ContentType);
        return message;
    }

    private async Task TurnAsync(ApiRequest request, CancellationToken cancellationToken)
    {
        if (request.IsInBackground)
        {
            await BackgroundTurnAsync(cancellationToken);
            return;
        }

        TimeSpan wait;
        lock (_guard)
        {
            wait = _budget.Take(_time.GetElapsedTime(_start));
        }

        if (wait > TimeSpan.Zero) await Task.Delay(wait, _time, cancellationToken);
    }

    /// <summary>One after the other, and only while a call is left that nobody else waits for.</summary>
    private async Task BackgroundTurnAsync(CancellationToken cancellationToken)
    {
        using var turn = await _background.TakeAsync(cancellationToken);
        while (!IsLeft()) await Task.Delay(BackgroundPause, _time, cancellationToken);

        bool IsLeft()
        {
            lock (_guard) return _budget.TryTake(_time.GetElapsedTime(_start));
        }
    }

    private async ValueTask<Credentials> CredentialsAsync(Credentials? refused, CancellationToken cancellationToken)
    {
        try
        {
            return await _credentials.GetAsync(refused, cancellationToken);
        }
        catch (DiagnosticException fault)
        {
            throw new KubernetesException(ApiFailure.Unauthorized, fault.Diagnostics[0], inner: fault);
        }
    }

    private async Task<T> WithinAsync<T>(ApiRequest request, Func<CancellationToken, Task<T>> step, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(request.Bound, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            return await step(either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new KubernetesException(ApiFailure.TimedOut, KubernetesDiagnostics.TooSlow(request.Subject, request.Bound));
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw ApiFailures.From(fault, request.Subject, Server);
        }
    }

    private static async Task<byte[]> ReadAsync(HttpResponseMessage answer, ApiRequest request, long most, CancellationToken cancellationToken)
    {
        await using var stream = await answer.Content.ReadAsStreamAsync(cancellationToken);
        using var read = new MemoryStream();
        var buffer = new byte[32 * 1024];
        for (int length; (length = await stream.ReadAsync(buffer, cancellationToken)) > 0;)
        {
            if (read.Length + length > most) throw new KubernetesException(ApiFailure.BadAnswer, KubernetesDiagnostics.TooLarge(request.Subject, most));
            read.Write(buffer, 0, length);
        }

        return read.ToArray();
    }

    private static async Task<byte[]> BeginningAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        await using var stream = await answer.Content.ReadAsStreamAsync(cancellationToken);
        var buffer = new byte[MaxRefusal];
        var length = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
        return buffer[..length];
    }

    private Uri Socket(string path)
    {
        var address = _base.OriginalString + path;
        return new Uri(address.StartsWith("https", StringComparison.Ordinal) ? "wss" + address[5..] : "ws" + address[4..]);
    }

    // A connection keeps the certificate that it began with. With another one new connections are made; streams of the one before may go on.
    private HttpClient ClientFor(ClientCertificate? certificate)
    {
        lock (_guard)
        {
            if (_open is var (held, client) && ReferenceEquals(held, certificate)) return client;
            _retired?.Dispose();
            _retired = _open?.Client;
            _open = (certificate, new HttpClient(_handlers(certificate)) { Timeout = Timeout.InfiniteTimeSpan });
            return _open.Value.Client;
        }
    }

    private SocketsHttpHandler Handler(ClientCertificate? certificate)
    {
        var handler = new SocketsHttpHandler
        {
            UseCookies = false,
            AllowAutoRedirect = false, // a redirect would take the token elsewhere
            AutomaticDecompression = DecompressionMethods.GZip,
            ConnectTimeout = TimeSpan.FromSeconds(10),
            PooledConnectionIdleTimeout = TimeSpan.FromMinutes(1),
            EnableMultipleHttp2Connections = true,
            KeepAlivePingDelay = TimeSpan.FromSeconds(30),
            KeepAlivePingTimeout = TimeSpan.FromSeconds(15),
            SslOptions = new SslClientAuthenticationOptions { ClientCertificateContext = certificate?.Context, CertificateChainPolicy = Trust() },
        };
#pragma warning disable CA5359 // Asked for by insecure-skip-tls-verify.
        if (_access.IsInsecure) handler.SslOptions.RemoteCertificateValidationCallback = (_, _, _, _) => true;
#pragma warning restore CA5359
        if (_access.Proxy is { } proxy) handler.Proxy = Through(proxy);
        return handler;
    }

    private X509ChainPolicy? Trust()
    {
        if (_access.Authority is not { } pem || ClientCertificate.Authorities(pem) is not { } authorities) return null;
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true };
        policy.CustomTrustStore.AddRange(authorities);
        return policy;
    }

    private static WebProxy Through(Uri proxy)
    {
        var through = new WebProxy(new UriBuilder(proxy) { UserName = "", Password = "" }.Uri);
        if (proxy.UserInfo.Split(':', 2) is [{ Length: > 0 } user, .. var rest])
        {
            through.Credentials = new NetworkCredential(Uri.UnescapeDataString(user), Uri.UnescapeDataString(rest is [var password] ? password : ""));
        }

        return through;
    }
}
