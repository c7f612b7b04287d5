using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Towpath.Core.Diagnostics;
using Towpath.Engines.Containers;

namespace Towpath.Engines.Registries;

/// <summary>An answer.</summary>
/// <param name="Status">Its status.</param>
/// <param name="Body">Its body; empty for HEAD.</param>
/// <param name="MediaType">Media type of the body, or null.</param>
/// <param name="Digest"><c>Docker-Content-Digest</c>, or null.</param>
/// <param name="Challenges">What it asks for.</param>
internal sealed record RegistryReply(HttpStatusCode Status, byte[] Body, string? MediaType, string? Digest, IReadOnlyList<AuthenticationHeaderValue> Challenges);

/// <summary>
/// Requests to a registry and to the server of its tokens. Certificates are verified; plain HTTP is spoken to this machine and to registries
/// that are marked for it. Redirects are not followed, since they would carry a login elsewhere. Time and size have bounds.
/// </summary>
internal sealed class RegistryHttp : IDisposable
{
    /// <summary>Most bytes of a manifest that registries take (OCI distribution specification 1.1, "Pushing manifests").</summary>
    public const int MostOfManifest = 4 * 1024 * 1024;

    /// <summary>Most bytes of an answer with a token.</summary>
    public const int MostOfToken = 64 * 1024;

    private const int MostOfError = 16 * 1024;
    private static readonly TimeSpan Usual = TimeSpan.FromSeconds(30);

    private readonly HttpClient _http;
    private readonly string _registry;
    private readonly TimeSpan _patience;

    /// <summary>Requests for a repository.</summary>
    /// <param name="repository">The repository.</param>
    /// <param name="access">How its registry is spoken to.</param>
    /// <param name="patience">How long a request may take, unless it is half a minute.</param>
    public RegistryHttp(RegistryRepository repository, RegistryAccess access, TimeSpan? patience)
    {
        (_registry, _patience) = (repository.Host, patience ?? Usual);
        MayBePlain = access.IsInsecure || repository.IsOfThisMachine;
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = !repository.IsOfThisMachine,
            ConnectTimeout = TimeSpan.FromSeconds(10),
            MaxResponseHeadersLength = 64,
            ActivityHeadersPropagator = null,
        };
        if (access.IsInsecure)
        {
            // That is what marking a registry as insecure means to engines too; no other registry's certificate is taken so.
#pragma warning disable CA5359
            handler.SslOptions.RemoteCertificateValidationCallback = (_, _, _, _) => true;
#pragma warning restore CA5359
        }

        _http = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        _http.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("towpath", typeof(RegistryHttp).Assembly.GetName().Version?.ToString(3) ?? "0"));
    }

    /// <summary>Plain HTTP may be spoken.</summary>
    public bool MayBePlain { get; }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    /// <summary>One request.</summary>
    /// <param name="make">Makes it.</param>
    /// <param name="mostBytes">Most of a good answer's body; a longer one is a failure.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="DiagnosticException">No answer, none in time, one that is too long, or one that can't be trusted.</exception>
    public async Task<RegistryReply> SendAsync(Func<HttpRequestMessage> make, int mostBytes, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(_patience);
        try
        {
            using var request = make();
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
            var body = await ReadAsync(response, mostBytes, limit.Token);
            return new RegistryReply(
                response.StatusCode,
                body,
                response.Content.Headers.ContentType?.MediaType,
                response.Headers.TryGetValues("Docker-Content-Digest", out var digests) ? digests.FirstOrDefault() : null,
                [.. response.Headers.WwwAuthenticate]);
        }
        catch (HttpRequestException e) when (e.HttpRequestError == HttpRequestError.SecureConnectionError)
        {
            throw new DiagnosticException(ExitCode.DeploymentFailed, RegistryDiagnostics.NotSecure(_registry, (e.InnerException ?? e).Message));
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw Away((e.InnerException ?? e).Message);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw Away(string.Create(CultureInfo.InvariantCulture, $"It gave no answer within {_patience.TotalSeconds} s."));
        }
    }

    private DiagnosticException Away(string why) => new(ExitCode.DeploymentFailed, RegistryDiagnostics.Away(_registry, why));

    private async Task<byte[]> ReadAsync(HttpResponseMessage response, int mostBytes, CancellationToken cancellationToken)
    {
        var most = response.IsSuccessStatusCode ? mostBytes : MostOfError;
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        using var body = new MemoryStream();
        var buffer = new byte[16 * 1024];
        while (await stream.ReadAsync(buffer, cancellationToken) is > 0 and var read)
        {
            body.Write(buffer, 0, (int)Math.Min(read, most - body.Length));
            if (body.Length < most) continue;
            // Of an error the beginning is enough.
            return response.IsSuccessStatusCode
                ? throw new DiagnosticException(ExitCode.DeploymentFailed, RegistryDiagnostics.Strange(_registry, $"Its answer has more than {most} bytes."))
                : body.ToArray();
        }

        return body.ToArray();
    }
}
