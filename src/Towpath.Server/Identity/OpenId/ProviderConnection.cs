using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using Towpath.Core.Configuration;
using Towpath.Core.Diagnostics;
using Towpath.Core.Identity;
using Towpath.Core.Identity.OpenId;
using Towpath.Server.Integrations;

namespace Towpath.Server.Identity.OpenId;

/// <summary>
/// Speaks HTTP with the provider: certificates are verified, redirects are not followed, of an answer no more than <see cref="MostBytes"/> are read, and each takes no longer than its time.
/// </summary>
internal sealed class ProviderConnection : IDisposable
{
    /// <summary>Longest answer that is read.</summary>
    public const int MostBytes = 256 * 1024;

    private readonly HttpClient _http = OutsideHttp.Client();

    private readonly TimeSpan _patience;

    /// <summary>A connection; <paramref name="patience"/> is for tests.</summary>
    public ProviderConnection(TimeSpan? patience = null)
    {
        _patience = patience ?? TimeSpan.FromSeconds(10);
        _http.DefaultRequestHeaders.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    /// <summary>A document of the provider.</summary>
    /// <exception cref="DiagnosticException">TP4421.</exception>
    public Task<byte[]> GetAsync(Uri address, string what, CancellationToken cancellationToken) => SendAsync(new HttpRequestMessage(HttpMethod.Get, address), what, cancellationToken);

    /// <summary>The answer of the token endpoint, RFC 6749 4.1.3.</summary>
    /// <exception cref="DiagnosticException">TP4421.</exception>
    public Task<byte[]> ExchangeAsync(ProviderMetadata metadata, ProviderPolicy policy, string code, string verifier, Uri redirect, CancellationToken cancellationToken)
    {
        var form = new Dictionary<string, string>
        {
            ["grant_type"] = "authorization_code",
            ["code"] = code,
            ["redirect_uri"] = redirect.AbsoluteUri,
            ["code_verifier"] = verifier,
        };
        var request = new HttpRequestMessage(HttpMethod.Post, metadata.Token);
        if (policy.ClientSecret is not { } secret) form["client_id"] = policy.ClientId;
        else if (metadata.TakesBasic) request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Basic(policy.ClientId, secret.Reveal()));
        else (form["client_id"], form["client_secret"]) = (policy.ClientId, secret.Reveal());
        request.Content = new FormUrlEncodedContent(form);
        return SendAsync(request, "its token endpoint", cancellationToken);
    }

    // RFC 6749, 2.3.1: both are written as in a form before they are joined.
    private static string Basic(string client, string secret) => Convert.ToBase64String(Encoding.ASCII.GetBytes($"{Form(client)}:{Form(secret)}"));

    private static string Form(string text) => Uri.EscapeDataString(text).Replace("%20", "+", StringComparison.Ordinal);

    private async Task<byte[]> SendAsync(HttpRequestMessage request, string what, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(_patience);
        try
        {
            using (request)
            {
                using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
                if (!response.IsSuccessStatusCode) throw Fails(string.Create(CultureInfo.InvariantCulture, $"{what} answers with HTTP {(int)response.StatusCode}"));
                return await BodyAsync(response, what, limit.Token);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw Fails($"{what} does not answer in time");
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            throw Fails($"{what} can't be reached, or its certificate is not accepted");
        }
    }

    private static async Task<byte[]> BodyAsync(HttpResponseMessage response, string what, CancellationToken cancellationToken)
    {
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        var buffer = new byte[MostBytes + 1];
        var read = await body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
        return read <= MostBytes ? buffer[..read] : throw Fails(string.Create(CultureInfo.InvariantCulture, $"{what} answers with more than {MostBytes / 1024} KiB"));
    }

    /// <summary>TP4421.</summary>
    public static DiagnosticException Fails(string why) => new(ExitCode.ControlPlaneUnavailable, IdentityDiagnostics.ProviderFails(why));
}
