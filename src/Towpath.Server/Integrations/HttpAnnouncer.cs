using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using Towpath.Core.Announcements;
using Towpath.Core.Configuration;

namespace Towpath.Server.Integrations;

/// <summary>
/// POSTs to webhooks. Certificates are verified, redirects are not followed, cookies are not kept; an attempt takes no longer than its time, and of an answer
/// no more than a few kilobytes are read.
/// </summary>
internal sealed class HttpAnnouncer : IDisposable
{
    /// <summary>How long an attempt may take, unless a test says otherwise: less than what is left of a lease when it begins.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private const int MostOfAnswer = 4096;
    private readonly HttpClient _http = OutsideHttp.Client();

    private readonly TimeProvider _time;
    private readonly TimeSpan _patience;

    /// <summary>An announcer with its own connections.</summary>
    public HttpAnnouncer(TimeProvider time, TimeSpan? patience = null)
    {
        (_time, _patience) = (time, patience ?? Patience);
        var version = typeof(HttpAnnouncer).Assembly.GetName().Version?.ToString(3) ?? "0";
        _http.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("towpath", version));
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    /// <inheritdoc cref="IAnnouncer.SendAsync"/>
    public async Task<DeliveryAttempt> SendAsync(HttpChannel channel, Announcement announcement, string key, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(_patience, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        using var request = Request(channel, announcement, key);
        try
        {
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            var words = ReceiverWords.Of(await BodyAsync(response, either.Token), channel.Url, channel.Key);
            var status = (int)response.StatusCode;
            return DeliveryAttempt.OfStatus(
                status,
                string.Create(CultureInfo.InvariantCulture, $"HTTP {status}{(words.Length > 0 ? ": " : "")}{words}"),
                response.Headers.TryGetValues("Retry-After", out var wait) ? wait.FirstOrDefault() : null,
                _time.GetUtcNow());
        }
        catch (HttpRequestException exception)
        {
            return new DeliveryAttempt(DeliveryResult.Failed, Words(exception.HttpRequestError));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new DeliveryAttempt(DeliveryResult.Failed, string.Create(CultureInfo.InvariantCulture, $"no answer within {_patience.TotalSeconds} s"));
        }
    }

    private HttpRequestMessage Request(HttpChannel channel, Announcement announcement, string key)
    {
        var body = channel.Kind switch
        {
            ChannelKind.Discord => DiscordMessage.Of(announcement),
            ChannelKind.Slack => SlackMessage.Of(announcement),
            ChannelKind.Teams => TeamsMessage.Of(announcement),
            _ => WebhookMessage.Of(announcement, key),
        };
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(channel.Url.Reveal())) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        if (channel.Kind != ChannelKind.Webhook) return request;
        request.Headers.Add(WebhookMessage.DeliveryHeader, key);
        request.Headers.Add(WebhookMessage.EventHeader, announcement.Event);
        if (channel.Key is { } secret) request.Headers.Add(WebhookMessage.SignatureHeader, WebhookMessage.Sign(secret.Reveal(), _time.GetUtcNow(), body));
        return request;
    }

    private static async Task<string> BodyAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var buffer = new byte[MostOfAnswer];
        try
        {
            await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
            var read = await body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
            return Encoding.UTF8.GetString(buffer, 0, read);
        }
        catch (Exception exception) when (exception is IOException or HttpRequestException or OperationCanceledException)
        {
            // The status says it all, and was there already; the words beside it are only for people.
            return "";
        }
    }

    /// <summary>What went wrong, in words: the exception's own message may name what is secret.</summary>
    internal static string Words(HttpRequestError error) => error switch
    {
        HttpRequestError.NameResolutionError => "its name can't be resolved",
        HttpRequestError.ConnectionError => "no connection",
        HttpRequestError.SecureConnectionError => "no safe connection: its certificate is not accepted, or it speaks no TLS",
        HttpRequestError.ProxyTunnelError => "the proxy does not let it through",
        _ => "the connection broke before there was an answer",
    };
}
