using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Towpath.Core.Diagnostics;
using Towpath.Engines.Containers;

namespace Towpath.Engines.Registries;

/// <summary>
/// Answers a registry's challenge: with the login, or with a token that the login, or nobody, is given for it (Distribution, "Token
/// Authentication Specification" and "OAuth2 Token Authentication").
/// </summary>
internal sealed class RegistryTokens(RegistryHttp http, RegistryRepository repository, RegistryAccess access)
{
    private const string ClientId = "towpath";

    /// <summary>What a request must carry for a challenge.</summary>
    /// <exception cref="DiagnosticException">There is no login, it is not accepted, or the challenge can't be answered.</exception>
    public async Task<AuthenticationHeaderValue> AnswerAsync(RegistryReply reply, CancellationToken cancellationToken)
    {
        var challenge = RegistryChallenge.Best(reply.Challenges) ?? throw Strange("It asks for a login in another way than by Basic or Bearer.");
        if (!challenge.Scheme.Equals("Basic", StringComparison.OrdinalIgnoreCase)) return new AuthenticationHeaderValue("Bearer", await TokenAsync(challenge, cancellationToken));
        return access.Login is { IsIdentityToken: false } login ? new AuthenticationHeaderValue("Basic", login.Basic()) : throw Refused(reply);
    }

    /// <summary>The diagnostic for an answer that says that the login, or nobody, may not.</summary>
    public DiagnosticException Refused(RegistryReply reply) =>
        new(ExitCode.DeploymentFailed, RegistryDiagnostics.LoginRefused(repository.ToString(), access.Login?.Source, RegistryWords.Of(reply, access.Login)));

    private async Task<string> TokenAsync(RegistryChallenge challenge, CancellationToken cancellationToken)
    {
        var realm = Realm(challenge);
        var reply = await http.SendAsync(() => Request(realm, challenge["service"], challenge["scope"] ?? $"repository:{repository.Path}:pull"), RegistryHttp.MostOfToken, cancellationToken);
        if (reply.Status is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or HttpStatusCode.BadRequest) throw Refused(reply);
        if (reply.Status != HttpStatusCode.OK) throw RegistryWords.Failure(reply, repository, access.Login);
        return Read(reply.Body) is { Length: > 0 } token && token.All(c => c is > ' ' and <= '~') ? token : throw Strange("The server of its tokens gave none.");
    }

    // A registry sends the login to wherever it says, so at least nobody may listen on the way there.
    private Uri Realm(RegistryChallenge challenge)
    {
        if (!Uri.TryCreate(challenge["realm"], UriKind.Absolute, out var realm) || realm.UserInfo.Length > 0 || realm.Scheme is not ("https" or "http"))
            throw Strange("It does not say where its tokens are to be had.");
        return realm.Scheme == "https" || http.MayBePlain
            ? realm
            : throw new DiagnosticException(ExitCode.DeploymentFailed, RegistryDiagnostics.NotSecure(repository.Host, "Its tokens are to be had by plain HTTP."));
    }

    private HttpRequestMessage Request(Uri realm, string? service, string scope)
    {
        List<KeyValuePair<string, string>> fields = [new("scope", scope)];
        if (service is not null) fields.Add(new("service", service));
        if (access.Login is { IsIdentityToken: true } token)
        {
            fields.AddRange([new("grant_type", "refresh_token"), new("client_id", ClientId), new("refresh_token", token.Secret.Reveal())]);
            return new HttpRequestMessage(HttpMethod.Post, realm) { Content = new FormUrlEncodedContent(fields) };
        }

        var query = string.Join('&', fields.Select(field => $"{field.Key}={Uri.EscapeDataString(field.Value)}"));
        var address = new UriBuilder(realm) { Query = realm.Query.Length > 1 ? $"{realm.Query}&{query}" : query };
        var request = new HttpRequestMessage(HttpMethod.Get, address.Uri);
        if (access.Login is { } login) request.Headers.Authorization = new AuthenticationHeaderValue("Basic", login.Basic());
        return request;
    }

    private static string? Read(byte[] body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return Text("token") ?? Text("access_token");

            string? Text(string name) =>
                document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private DiagnosticException Strange(string what) => new(ExitCode.DeploymentFailed, RegistryDiagnostics.Strange(repository.Host, what));
}
