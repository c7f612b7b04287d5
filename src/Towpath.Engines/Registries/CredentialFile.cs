using System.Text;
using System.Text.Json;
using Towpath.Core.Configuration;
using Towpath.Core.Diagnostics;
using Towpath.Engines.Containers;

namespace Towpath.Engines.Registries;

/// <summary>
/// A file of logins: Docker's <c>config.json</c> or Podman's <c>auth.json</c> (containers-auth.json(5); Docker, "docker login").
/// Keys are hosts, in Podman's also repositories, and in older ones addresses.
/// </summary>
internal sealed class CredentialFile
{
    private const int MostBytes = 1024 * 1024;

    // What Docker calls its own registry in its file and towards its programs.
    private const string DockerHubKey = "https://index.docker.io/v1/";

    private readonly string _path;
    private readonly JsonElement _root;

    private CredentialFile(string path, JsonElement root) => (_path, _root) = (path, root);

    /// <summary>Names of a registry, the one that Docker's programs know first.</summary>
    public static IReadOnlyList<string> NamesOf(string host) =>
        host == RegistryRepository.DockerHub ? [DockerHubKey, host, "index.docker.io", "registry-1.docker.io"] : [host];

    /// <summary>Reads a file; null where it is not there.</summary>
    /// <exception cref="DiagnosticException">It can't be read, or is no such file.</exception>
    public static CredentialFile? Read(string path)
    {
        try
        {
            if (!File.Exists(path)) return null;
            using var stream = File.OpenRead(path);
            if (stream.Length > MostBytes) throw Unreadable(path, $"It has more than {MostBytes} bytes.");
            using var document = JsonDocument.Parse(stream);
            return document.RootElement.ValueKind == JsonValueKind.Object ? new CredentialFile(path, document.RootElement.Clone()) : throw Unreadable(path, "It is no JSON object.");
        }
        catch (JsonException)
        {
            // The parser's words may hold a part of the file.
            throw Unreadable(path, "It is no JSON.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(path, e.Message);
        }
    }

    /// <summary>The program that keeps the login for a repository, without its <c>docker-credential-</c>; null for none.</summary>
    public string? ProgramFor(RegistryRepository repository) =>
        NamesOf(repository.Host).Select(name => Text(Member(_root, "credHelpers"), name)).FirstOrDefault(found => found is { Length: > 0 })
        ?? (Text(_root, "credsStore") is { Length: > 0 } store ? store : null);

    /// <summary>The login that stands in the file for a repository, or null.</summary>
    /// <exception cref="DiagnosticException">It can't be read.</exception>
    public RegistryLogin? LoginFor(RegistryRepository repository)
    {
        if (Member(_root, "auths") is not { ValueKind: JsonValueKind.Object } auths) return null;
        return Keys(repository)
            .SelectMany(key => auths.EnumerateObject().Where(entry => entry.Name == key || IsAddressOf(entry.Name, key)))
            .Select(entry => Login(entry.Value))
            .FirstOrDefault(login => login is not null);
    }

    // The longest first: registry/team/api, registry/team, registry.
    private static IEnumerable<string> Keys(RegistryRepository repository)
    {
        for (var key = repository.ToString(); key.Contains('/', StringComparison.Ordinal); key = key[..key.LastIndexOf('/')])
            yield return key;
        foreach (var name in NamesOf(repository.Host)) yield return name;
    }

    // Docker's older clients wrote addresses, as https://registry.example/v2/.
    private static bool IsAddressOf(string entry, string host) =>
        Uri.TryCreate(entry, UriKind.Absolute, out var address) && address.Scheme is "https" or "http" && address.Authority == host && !host.Contains('/', StringComparison.Ordinal);

    private RegistryLogin? Login(JsonElement entry)
    {
        if (Text(entry, "identitytoken") is { Length: > 0 } token) return new RegistryLogin("", new Secret(token), IsIdentityToken: true, _path);
        if (Text(entry, "auth") is not { Length: > 0 } auth)
            return Text(entry, "username") is { Length: > 0 } user ? new RegistryLogin(user, new Secret(Text(entry, "password") ?? ""), Source: _path) : null;

        var pair = new byte[auth.Length];
        if (!Convert.TryFromBase64String(auth, pair, out var length)) throw Unreadable(_path, "An `auth` in it is no base64.");
        var parts = Encoding.UTF8.GetString(pair, 0, length).Split(':', 2);
        // Docker pads with zeros.
        return parts.Length == 2 ? new RegistryLogin(parts[0], new Secret(parts[1].TrimEnd('\0')), Source: _path) : throw Unreadable(_path, "An `auth` in it is no user and password.");
    }

    private static JsonElement? Member(JsonElement? element, string name) =>
        element is { ValueKind: JsonValueKind.Object } of && of.TryGetProperty(name, out var value) ? value : null;

    private static string? Text(JsonElement? element, string name) => Member(element, name) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;

    private static DiagnosticException Unreadable(string path, string why) => new(ExitCode.DeploymentFailed, RegistryDiagnostics.UnreadableLogins(path, why));
}
