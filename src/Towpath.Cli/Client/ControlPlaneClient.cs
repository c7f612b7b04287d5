using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Towpath.Core.Diagnostics;
using Towpath.Server.Api;
using Towpath.Server.Storage;

namespace Towpath.Cli.Client;

/// <summary>The control plane at the other end of HTTP. What it refuses comes back as the <see cref="DiagnosticException"/> that it was there.</summary>
internal sealed partial class ControlPlaneClient : IControlPlane, IDisposable
{
    private static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan RemovalTimeout = TimeSpan.FromMinutes(11);
    private readonly HttpClient _http;
    private readonly string _url;

    /// <summary>Talks to the API at <paramref name="url"/> with a clear token; without one it can only log in.</summary>
    public ControlPlaneClient(string url, string? token)
    {
        _url = url;
        _http = new HttpClient(new SocketsHttpHandler { UseProxy = false, ConnectTimeout = TimeSpan.FromSeconds(5) })
        {
            BaseAddress = new Uri(url),
            Timeout = Timeout.InfiniteTimeSpan,
        };
        if (token is not null) _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    /// <inheritdoc/>
    public Task<AboutAnswer> AboutAsync(CancellationToken cancellationToken) => GetAsync<AboutAnswer>("/api/v1/about", cancellationToken);

    /// <inheritdoc/>
    public Task<ShipAnswer> ShipAsync(ShipRequest request, CancellationToken cancellationToken) =>
        PostAsync<ShipAnswer>("/api/v1/ship", request, cancellationToken);

    /// <inheritdoc/>
    public Task CancelRunAsync(string run, CancellationToken cancellationToken) =>
        TellAsync(HttpMethod.Post, $"/api/v1/runs/{Escape(run)}/cancel", null, CallTimeout, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<string>> ApplicationsAsync(CancellationToken cancellationToken) =>
        AllAsync<string>("/api/v1/applications", cancellationToken);

    /// <inheritdoc/>
    public Task<StatusAnswer> StatusAsync(string application, CancellationToken cancellationToken) =>
        GetAsync<StatusAnswer>(Of(application, "/status"), cancellationToken);

    /// <inheritdoc/>
    public Task<DeploymentAnswer> PromoteAsync(string application, PromoteRequest request, CancellationToken cancellationToken) =>
        PostAsync<DeploymentAnswer>(Of(application, "/promote"), request, cancellationToken);

    /// <inheritdoc/>
    public Task<DeploymentAnswer> ConfirmAsync(string application, ConfirmRequest request, CancellationToken cancellationToken) =>
        PostAsync<DeploymentAnswer>(Of(application, "/confirm"), request, cancellationToken);

    /// <inheritdoc/>
    public Task<DeploymentAnswer> RollbackAsync(string application, RollbackRequest request, CancellationToken cancellationToken) =>
        PostAsync<DeploymentAnswer>(Of(application, "/rollback"), request, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<GatesAnswer>> GatesAsync(string application, string? environment, string? release, CancellationToken cancellationToken)
    {
        var only = new[] { ("environment", environment), ("release", release) }.Where(q => q.Item2 is not null).Select(q => $"{q.Item1}={Escape(q.Item2!)}");
        return GetAsync<IReadOnlyList<GatesAnswer>>(Of(application, "/gates?" + string.Join('&', only)), cancellationToken);
    }

    /// <inheritdoc/>
    public Task<AgreementAnswer> AgreementAsync(string application, string? release, CancellationToken cancellationToken) =>
        GetAsync<AgreementAnswer>(Of(application, release is null ? "/agreement" : $"/agreement?release={Escape(release)}"), cancellationToken);

    /// <inheritdoc/>
    public Task<AgreementAnswer> SignAgreementAsync(string application, SignRequest request, CancellationToken cancellationToken) =>
        PostAsync<AgreementAnswer>(Of(application, "/agreement/sign"), request, cancellationToken);

    /// <inheritdoc/>
    public Task<AskedAnswer> RejectAsync(string application, RejectRequest request, CancellationToken cancellationToken) =>
        PostAsync<AskedAnswer>(Of(application, "/reject"), request, cancellationToken);

    /// <inheritdoc/>
    public Task<AskedAnswer> PauseAsync(string application, PauseRequest request, CancellationToken cancellationToken) =>
        PostAsync<AskedAnswer>(Of(application, "/pause"), request, cancellationToken);

    /// <inheritdoc/>
    public Task<AskedAnswer> ResumeAsync(string application, ResumeRequest request, CancellationToken cancellationToken) =>
        PostAsync<AskedAnswer>(Of(application, "/resume"), request, cancellationToken);

    /// <inheritdoc/>
    public Task<AskedAnswer> AbortAsync(string application, AbortRequest request, CancellationToken cancellationToken) =>
        PostAsync<AskedAnswer>(Of(application, "/abort"), request, cancellationToken);

    /// <inheritdoc/>
    public Task<AskedAnswer> ProceedAsync(string application, ProceedRequest request, CancellationToken cancellationToken) =>
        PostAsync<AskedAnswer>(Of(application, "/proceed"), request, cancellationToken);

    /// <inheritdoc/>
    public Task<AskedAnswer> HaltAsync(HaltRequest request, CancellationToken cancellationToken) =>
        PostAsync<AskedAnswer>("/api/v1/halt", request, cancellationToken);

    /// <inheritdoc/>
    public Task<AskedAnswer> UnhaltAsync(HaltRequest request, CancellationToken cancellationToken) =>
        PostAsync<AskedAnswer>("/api/v1/unhalt", request, cancellationToken);

    /// <inheritdoc/>
    public Task RemoveApplicationAsync(string application, CancellationToken cancellationToken) =>
        TellAsync(HttpMethod.Delete, Of(application, ""), null, RemovalTimeout, cancellationToken);

    /// <inheritdoc/>
    public Task<AuditAnswer> AuditAsync(string? anchor, CancellationToken cancellationToken) =>
        GetAsync<AuditAnswer>(anchor is null ? "/api/v1/audit" : $"/api/v1/audit?seal={Escape(anchor)}", cancellationToken);

    /// <inheritdoc/>
    public Task<AnnouncementsAnswer> AnnouncementsAsync(string? application, string? channel, AnnouncementState? state, CancellationToken cancellationToken)
    {
        var only = new[] { ("application", application), ("channel", channel), ("state", state?.ToString()) }.Where(q => q.Item2 is not null).Select(q => $"{q.Item1}={Escape(q.Item2!)}");
        return GetAsync<AnnouncementsAnswer>("/api/v1/announcements?" + string.Join('&', only), cancellationToken);
    }

    /// <inheritdoc/>
    public Task<ReplayAnswer> ReplayAnnouncementsAsync(ReplayRequest request, CancellationToken cancellationToken) =>
        PostAsync<ReplayAnswer>("/api/v1/announcements/replay", request, cancellationToken);

    /// <inheritdoc/>
    public Task<ChannelTestAnswer> TestChannelAsync(string channel, ChannelTestRequest request, CancellationToken cancellationToken) =>
        PostAsync<ChannelTestAnswer>($"/api/v1/channels/{Escape(channel)}/test", request, cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<LogAnswer> LogsAsync(string application, string environment, string? service, int tail, bool follow, CancellationToken cancellationToken)
    {
        var only = service is null ? "" : $"&service={Escape(service)}";
        var path = Of(application, $"/environments/{Escape(environment)}/logs?tail={tail}&follow={(follow ? "true" : "false")}{only}");
        return LinesAsync<LogAnswer>(path, cancellationToken);
    }

    private static string Of(string application, string rest) => $"/api/v1/applications/{Escape(application)}{rest}";

    private static string Escape(string part) => Uri.EscapeDataString(part);

    private Task<T> GetAsync<T>(string path, CancellationToken cancellationToken) =>
        CallAsync<T>(HttpMethod.Get, path, null, CallTimeout, cancellationToken);

    private Task<T> PostAsync<T>(string path, object request, CancellationToken cancellationToken) =>
        CallAsync<T>(HttpMethod.Post, path, request, CallTimeout, cancellationToken);

    private async Task<T> CallAsync<T>(HttpMethod method, string path, object? body, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(method, path, body, HttpCompletionOption.ResponseContentRead, timeout, cancellationToken);
        return Parse<T>(await response.Content.ReadAsStringAsync(cancellationToken));
    }

    private async Task TellAsync(HttpMethod method, string path, object? body, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(method, path, body, HttpCompletionOption.ResponseContentRead, timeout, cancellationToken);
    }

    private async IAsyncEnumerable<T> LinesAsync<T>(string path, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var response = await SendAsync(HttpMethod.Get, path, null, HttpCompletionOption.ResponseHeadersRead, Timeout.InfiniteTimeSpan, cancellationToken);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(cancellationToken));
        while (await NextLineAsync(reader, Timeout.InfiniteTimeSpan, cancellationToken) is { } line)
        {
            // A stream that breaks on the other side ends in a problem: its status was sent long before.
            if (line.StartsWith("{\"diagnostics\":", StringComparison.Ordinal))
            {
                throw Problem(Parse<ProblemAnswer>(line));
            }

            yield return Parse<T>(line);
        }
    }

    /// <summary>The next line of a stream, or null at its end.</summary>
    /// <param name="reader">The stream.</param>
    /// <param name="patience">A stream that is silent for longer is one that broke unnoticed.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    private async Task<string?> NextLineAsync(StreamReader reader, TimeSpan patience, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(patience);
        try
        {
            return await reader.ReadLineAsync(limit.Token);
        }
        catch (Exception exception) when (exception is IOException or HttpRequestException)
        {
            throw NotAnswering(exception);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw NotAnswering(exception);
        }
    }

    private async Task<HttpResponseMessage> SendAsync(
        HttpMethod method,
        string path,
        object? body,
        HttpCompletionOption completion,
        TimeSpan timeout,
        CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(timeout);
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
        {
            request.Content = JsonContent.Create(body, body.GetType(), options: ApiJson.Options);
        }

        try
        {
            var response = await _http.SendAsync(request, completion, limit.Token);
            return response.IsSuccessStatusCode ? response : throw await RefusalAsync(response, cancellationToken);
        }
        catch (HttpRequestException exception)
        {
            throw NotAnswering(exception);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw NotAnswering(exception);
        }
    }

    private async Task<DiagnosticException> RefusalAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        using (response)
        {
            var text = await response.Content.ReadAsStringAsync(cancellationToken);
            return response.StatusCode == HttpStatusCode.NoContent || !text.StartsWith('{')
                ? Strange($"HTTP status {(int)response.StatusCode}")
                : Problem(Parse<ProblemAnswer>(text));
        }
    }

    private T Parse<T>(string json)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(json, ApiJson.Options) ?? throw new JsonException("empty");
        }
        catch (JsonException exception)
        {
            throw Strange(exception.Message);
        }
    }

    private DiagnosticException Problem(ProblemAnswer problem) =>
        problem.Diagnostics is { Count: > 0 } diagnostics
            ? new DiagnosticException((ExitCode)problem.ExitCode, [.. diagnostics])
            : Strange("a problem without diagnostics");

    private DiagnosticException Strange(string why) => new(ExitCode.ControlPlaneUnavailable, CliDiagnostics.StrangeAnswer(_url, why));

    private DiagnosticException NotAnswering(Exception exception) =>
        new(ExitCode.ControlPlaneUnavailable, CliDiagnostics.NotAnswering(_url, exception.InnerException?.Message ?? exception.Message));
}
