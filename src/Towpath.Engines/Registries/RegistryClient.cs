using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.RegularExpressions;
using Towpath.Core.Diagnostics;
using Towpath.Engines.Containers;

namespace Towpath.Engines.Registries;

/// <summary>A manifest in a registry.</summary>
/// <param name="Digest">SHA-256 of its bytes, as they came: <c>sha256:...</c>.</param>
/// <param name="MediaType">Its media type.</param>
/// <param name="ConfigDigest">Digest of the image's configuration, by which engines identify images; null where it is an index of several images.</param>
internal sealed record RegistryManifest(string Digest, string MediaType, string? ConfigDigest);

/// <summary>
/// Asks a repository for its manifests (OCI distribution specification 1.1). What it says of digests is calculated from the bytes that
/// came. Each failure is a <see cref="DiagnosticException"/>.
/// </summary>
internal sealed partial class RegistryClient : IDisposable
{
    private static readonly string[] MediaTypes =
    [
        "application/vnd.oci.image.manifest.v1+json",
        "application/vnd.oci.image.index.v1+json",
        "application/vnd.docker.distribution.manifest.v2+json",
        "application/vnd.docker.distribution.manifest.list.v2+json",
    ];

    private readonly RegistryRepository _repository;
    private readonly RegistryAccess _access;
    private readonly RegistryHttp _http;
    private readonly RegistryTokens _tokens;
    private AuthenticationHeaderValue? _authorization;
    private string _scheme = "https";

    /// <summary>A client for a repository. It remembers the token that it was given, and whether plain HTTP is spoken.</summary>
    /// <param name="repository">The repository.</param>
    /// <param name="access">How its registry is spoken to.</param>
    /// <param name="patience">How long a request may take, unless it is half a minute.</param>
    public RegistryClient(RegistryRepository repository, RegistryAccess access, TimeSpan? patience = null)
    {
        (_repository, _access) = (repository, access);
        _http = new RegistryHttp(repository, access, patience);
        _tokens = new RegistryTokens(_http, repository, access);
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    /// <summary>Whether the repository has a manifest.</summary>
    /// <param name="reference">Tag or digest.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<bool> ExistsAsync(string reference, CancellationToken cancellationToken) =>
        await AskAsync(HttpMethod.Head, reference, cancellationToken) is not null;

    /// <summary>A manifest; null where the repository, or it in there, does not exist.</summary>
    /// <param name="reference">Tag or digest.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<RegistryManifest?> FindAsync(string reference, CancellationToken cancellationToken)
    {
        if (await AskAsync(HttpMethod.Get, reference, cancellationToken) is not { } reply) return null;
        var digest = $"sha256:{Convert.ToHexStringLower(SHA256.HashData(reply.Body))}";
        if ((reply.Digest is { } named && named != digest && named.StartsWith("sha256:", StringComparison.Ordinal)) || (IsDigest(reference) && reference != digest))
            throw Strange($"It gave {digest} where it or we named {reply.Digest ?? reference}.");
        return Read(reply, digest);
    }

    private async Task<RegistryReply?> AskAsync(HttpMethod method, string reference, CancellationToken cancellationToken)
    {
        var reply = await SendAsync(method, reference, cancellationToken);
        if (reply.Status == HttpStatusCode.Unauthorized)
        {
            // The first time, and again after a token has ended.
            _authorization = await _tokens.AnswerAsync(reply, cancellationToken);
            reply = await SendAsync(method, reference, cancellationToken);
        }

        return reply.Status switch
        {
            HttpStatusCode.OK => reply,
            HttpStatusCode.NotFound => null,
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => throw _tokens.Refused(reply),
            _ => throw RegistryWords.Failure(reply, _repository, _access.Login),
        };
    }

    private async Task<RegistryReply> SendAsync(HttpMethod method, string reference, CancellationToken cancellationToken)
    {
        try
        {
            return await _http.SendAsync(() => Request(method, reference), RegistryHttp.MostOfManifest, cancellationToken);
        }
        catch (DiagnosticException e) when (_http.MayBePlain && _scheme == "https" && e.Diagnostics[0].Code == RegistryDiagnostics.NotSecureCode)
        {
            // Encrypted first, as engines do; what does not speak TLS there is asked in plain.
            _scheme = "http";
            return await _http.SendAsync(() => Request(method, reference), RegistryHttp.MostOfManifest, cancellationToken);
        }
    }

    private HttpRequestMessage Request(HttpMethod method, string reference)
    {
        var request = new HttpRequestMessage(method, $"{_scheme}://{_repository.Server}/v2/{_repository.Path}/manifests/{reference}");
        foreach (var type in MediaTypes) request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(type));
        request.Headers.Authorization = _authorization;
        return request;
    }

    private RegistryManifest Read(RegistryReply reply, string digest)
    {
        try
        {
            using var document = JsonDocument.Parse(reply.Body);
            var root = document.RootElement;
            if (root.ValueKind == JsonValueKind.Object)
            {
                var type = reply.MediaType ?? Text(root, "mediaType") ?? "";
                // What could be read as an index as well is none of ours: who pulls it might read it so (CVE-2021-41190).
                var isIndex = root.TryGetProperty("manifests", out _);
                var config = root.TryGetProperty("config", out var described) ? Text(described, "digest") : null;
                return new RegistryManifest(digest, type, !isIndex && config is not null && IsDigest(config) ? config : null);
            }
        }
        catch (JsonException)
        {
            // Told below.
        }

        throw Strange("What it gives as a manifest is none.");
    }

    private static string? Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static bool IsDigest(string text) => Digest().IsMatch(text);

    private DiagnosticException Strange(string what) => new(ExitCode.DeploymentFailed, RegistryDiagnostics.Strange(_repository.Host, what));

    [GeneratedRegex(@"\Asha256:[0-9a-f]{64}\z", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Digest();
}
