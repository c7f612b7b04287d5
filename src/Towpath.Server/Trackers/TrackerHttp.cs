using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Towpath.Core.Announcements;
using Towpath.Core.Configuration;
using Towpath.Core.Trackers;
using Towpath.Server.Integrations;

namespace Towpath.Server.Trackers;

/// <summary>A tracker did not do what was asked, or nothing is known of it.</summary>
internal sealed class TrackerException(DeliveryAttempt attempt, int status = 0) : Exception(attempt.Detail)
{
    /// <summary>What it means: whether it may work later, in words without secrets, and how long is to be waited.</summary>
    public DeliveryAttempt Attempt { get; } = attempt;

    /// <summary>Status of the answer; 0 without one.</summary>
    public int Status { get; } = status;
}

/// <summary>A good answer.</summary>
/// <param name="Body">Its JSON; null where it has none.</param>
/// <param name="HasMore">It is a page, and there is another.</param>
/// <param name="Tag">Its tag, or null.</param>
/// <param name="IsUnchanged">The tag that was sent still holds.</param>
internal sealed record TrackerReply(JsonElement? Body, bool HasMore, string? Tag, bool IsUnchanged);

/// <summary>Requests to a tracker. Certificates are verified, redirects are not followed, since they would carry the token elsewhere; time and size have bounds.</summary>
internal sealed class TrackerHttp : IDisposable
{
    // Twenty issues with a million characters each, the most that GitLab takes, fit.
    private const int MostBytes = 48 * 1024 * 1024;
    private const int MostOfError = 4096;
    private const int MostDepth = 64;
    private static readonly TimeSpan Usual = TimeSpan.FromSeconds(10);

    private readonly HttpClient _http = OutsideHttp.Client(mostOfHeaders_KB: 64);

    private readonly TrackerSpec _spec;
    private readonly TimeProvider _time;
    private readonly TimeSpan _patience;

    /// <summary>Requests below the base of the tracker's API.</summary>
    /// <param name="spec">The tracker.</param>
    /// <param name="time">For its time-out.</param>
    /// <param name="patience">How long a request may take, unless it is ten seconds.</param>
    public TrackerHttp(TrackerSpec spec, TimeProvider time, TimeSpan? patience = null)
    {
        (_spec, _time, _patience) = (spec, time, patience ?? Usual);
        _http.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("towpath", typeof(TrackerHttp).Assembly.GetName().Version?.ToString(3) ?? "0"));
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    /// <summary>One request.</summary>
    /// <param name="method">Method.</param>
    /// <param name="path">Path and query below the base, encoded.</param>
    /// <param name="body">Writes the JSON that is sent, within an object; null for none.</param>
    /// <param name="tag">Tag of an earlier answer, or null.</param>
    /// <param name="headers">Adds headers.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    /// <exception cref="TrackerException">It was not done, or nothing is known of it.</exception>
    public async Task<TrackerReply> SendAsync(HttpMethod method, string path, Action<Utf8JsonWriter>? body, string? tag, Action<HttpRequestHeaders> headers, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(_patience, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        using var request = new HttpRequestMessage(method, new Uri(_spec.Url, path));
        headers(request.Headers);
        if (tag is not null) request.Headers.TryAddWithoutValidation("If-None-Match", tag);
        if (body is not null) request.Content = Json(body);
        try
        {
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            if (response.StatusCode == HttpStatusCode.NotModified && tag is not null) return new TrackerReply(null, false, tag, IsUnchanged: true);
            if (!response.IsSuccessStatusCode) throw await RefusedAsync(response, either.Token);
            var text = await ReadAsync(response, MostBytes, either.Token) ?? throw new TrackerException(new DeliveryAttempt(DeliveryResult.Failed, "its answer is too long"));
            return new TrackerReply(Parse(text), HasMore(response), response.Headers.TryGetValues("ETag", out var tags) ? tags.FirstOrDefault() : null, false);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            throw new TrackerException(new DeliveryAttempt(DeliveryResult.Failed, HttpAnnouncer.Words((exception as HttpRequestException)?.HttpRequestError ?? HttpRequestError.Unknown)));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TrackerException(new DeliveryAttempt(DeliveryResult.Failed, string.Create(CultureInfo.InvariantCulture, $"no answer within {_patience.TotalSeconds} s")));
        }
    }

    private static ByteArrayContent Json(Action<Utf8JsonWriter> body)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            body(writer);
            writer.WriteEndObject();
        }

        var content = new ByteArrayContent(buffer.ToArray());
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return content;
    }

    private static JsonElement? Parse(byte[] text)
    {
        if (text.Length == 0) return null;
        try
        {
            using var document = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = MostDepth });
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            throw new TrackerException(new DeliveryAttempt(DeliveryResult.Failed, "its answer is no JSON: is this the address of its API?"));
        }
    }

    private async Task<TrackerException> RefusedAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var said = "";
        try
        {
            said = Encoding.UTF8.GetString(await ReadAsync(response, MostOfError, cancellationToken) ?? []);
        }
        catch (Exception exception) when (exception is IOException or HttpRequestException or OperationCanceledException)
        {
            // The status says it all, and was there already.
        }

        var status = (int)response.StatusCode;
        var words = ReceiverWords.Of(said, new Secret(_spec.Token()));
        var detail = string.Create(CultureInfo.InvariantCulture, $"HTTP {status}{(words.Length > 0 ? ": " : "")}{words}");
        var wait = Wait(response);
        // A limit is told by 429 in GitLab, by 403 or 429 in GitHub (GitLab Docs, "Rate limits"; GitHub Docs, "Rate limits for the REST API"). A conflict or a lock is over soon.
        var attempt = (status == 403 && wait is not null) || status is 409 or 423
            ? new DeliveryAttempt(DeliveryResult.Failed, detail, wait)
            : DeliveryAttempt.OfStatus(status, detail, null, _time.GetUtcNow());
        return new TrackerException(attempt.Result == DeliveryResult.Failed ? attempt with { RetryAfter = wait } : attempt, status);
    }

    /// <summary>How long it asks us to wait: <c>Retry-After</c>, or until its limit begins anew, which it says by its own clock; so its own clock, told by <c>Date</c>, is what that is measured by.</summary>
    private TimeSpan? Wait(HttpResponseMessage response)
    {
        var now = response.Headers.Date ?? _time.GetUtcNow();
        if (response.Headers.RetryAfter is { } asked) return Bounded(asked.Delta ?? asked.Date - now ?? TimeSpan.Zero);
        if (Number(response, "RateLimit-Remaining") is not 0 && Number(response, "X-RateLimit-Remaining") is not 0) return null;
        return (Number(response, "RateLimit-Reset") ?? Number(response, "X-RateLimit-Reset")) is { } reset && reset is > 0 and < 253402300799
            ? Bounded(DateTimeOffset.FromUnixTimeSeconds(reset) - now)
            : null;
    }

    private static TimeSpan Bounded(TimeSpan wait) => wait < TimeSpan.Zero ? TimeSpan.Zero : wait > RetryPolicy.LongestAsked ? RetryPolicy.LongestAsked : wait;

    private static long? Number(HttpResponseMessage response, string header) =>
        response.Headers.TryGetValues(header, out var values) && long.TryParse(values.FirstOrDefault(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>Both services name the next page in a header (RFC 8288). Only that there is one is taken from it: the address is ours.</summary>
    private static bool HasMore(HttpResponseMessage response) =>
        response.Headers.TryGetValues("Link", out var links) && links.Any(link => link.Contains("rel=\"next\"", StringComparison.Ordinal));

    /// <summary>The body; null where it is longer. Of an answer that is no good, the beginning is enough.</summary>
    private static async Task<byte[]?> ReadAsync(HttpResponseMessage response, int most, CancellationToken cancellationToken)
    {
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        using var read = new MemoryStream();
        var buffer = new byte[16 * 1024];
        while (read.Length <= most && await stream.ReadAsync(buffer, cancellationToken) is > 0 and var count) read.Write(buffer, 0, count);
        if (read.Length <= most) return read.ToArray();
        return response.IsSuccessStatusCode ? null : read.ToArray()[..most];
    }
}

/// <summary>Reads members of JSON that a stranger wrote: one that is missing or of another kind is nothing.</summary>
internal static class TrackerJson
{
    /// <summary>The items of a list.</summary>
    public static IEnumerable<JsonElement> Items(this JsonElement? element) => element is { ValueKind: JsonValueKind.Array } list ? list.EnumerateArray() : [];

    /// <summary>A member, or null.</summary>
    public static JsonElement? Member(this JsonElement element, string name) => element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var member) ? member : null;

    /// <summary>A text; empty for none.</summary>
    public static string Text(this JsonElement element, string name) => element.Member(name) is { ValueKind: JsonValueKind.String } text ? text.GetString() ?? "" : "";

    /// <summary>A whole number; 0 for none.</summary>
    public static long Number(this JsonElement element, string name) => element.Member(name) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt64(out var number) ? number : 0;

    /// <summary>A time; the beginning of time for none.</summary>
    public static DateTimeOffset Time(this JsonElement element, string name) =>
        DateTimeOffset.TryParse(element.Text(name), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time) ? time : DateTimeOffset.MinValue;

    /// <summary>Writes a list of texts.</summary>
    public static void Texts(this Utf8JsonWriter writer, string name, IEnumerable<string> texts)
    {
        writer.WriteStartArray(name);
        foreach (var text in texts) writer.WriteStringValue(text);
        writer.WriteEndArray();
    }
}
