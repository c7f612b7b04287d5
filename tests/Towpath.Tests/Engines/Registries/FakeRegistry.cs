using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Engines.Registries;

/// <summary>A registry on this machine that serves manifests by plain HTTP, and asks for logins as real ones do.</summary>
internal sealed class FakeRegistry : IAsyncDisposable
{
    public const string Image = "application/vnd.oci.image.manifest.v1+json";
    public const string Index = "application/vnd.oci.image.index.v1+json";

    private readonly ConcurrentDictionary<string, (string Type, byte[] Bytes)> _manifests = new();
    private LocalReceiver _server = null!;
    private int _tokens;

    public string Host { get; private set; } = "";

    public string Url => _server.Url;

    public IReadOnlyList<ReceivedRequest> Received => [.. _server.Received];

    /// <summary>Challenge of what is not logged in; null for a registry that is open.</summary>
    public string? Challenge { get; set; }

    /// <summary>The header that it takes; a token that it gives is one.</summary>
    public string Accepted { get; set; } = "";

    /// <summary>Answers in its place where it gives true.</summary>
    public Func<HttpContext, Task<bool>>? OnRequest { get; set; }

    public static async Task<FakeRegistry> StartAsync()
    {
        var registry = new FakeRegistry { _server = await LocalReceiver.StartAsync() };
        registry._server.Answer = (context, _) => registry.AnswerAsync(context);
        registry.Host = new Uri(registry._server.Url).Authority;
        return registry;
    }

    public static string DigestOf(byte[] bytes) => "sha256:" + Convert.ToHexStringLower(SHA256.HashData(bytes));

    /// <summary>What a manifest of an image with that configuration looks like.</summary>
    public static string ManifestOf(string config) => $$"""{"schemaVersion":2,"config":{"digest":"{{config}}","size":7},"layers":[]}""";

    /// <summary>Stores a manifest under a tag and its digest.</summary>
    public string Put(string path, string tag, string json, string type = Image)
    {
        var bytes = Encoding.UTF8.GetBytes(json);
        var digest = DigestOf(bytes);
        _manifests[$"/v2/{path}/manifests/{tag}"] = _manifests[$"/v2/{path}/manifests/{digest}"] = (type, bytes);
        return digest;
    }

    public void Empty() => _manifests.Clear();

    /// <summary>Wants a token, which it gives to whoever asks at <c>/token</c>.</summary>
    public void WantTokens() => Challenge = $"Bearer realm=\"{Url}/token\",service=\"the \\\"registry\\\"\",scope=\"repository:shop/api:pull\"";

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        if (OnRequest is { } script && await script(context)) return;
        var path = context.Request.Path.Value!;
        if (path == "/token")
        {
            var token = $"token-{++_tokens}";
            Accepted = $"Bearer {token}";
            await context.Response.WriteAsync($$"""{"token":"{{token}}"}""");
        }
        else if (Challenge is not null && context.Request.Headers.Authorization != Accepted)
        {
            context.Response.StatusCode = 401;
            context.Response.Headers.WWWAuthenticate = Challenge;
            await context.Response.WriteAsync($$"""{"errors":[{"code":"UNAUTHORIZED","message":"not with {{context.Request.Headers.Authorization}}"}]}""");
        }
        else if (_manifests.TryGetValue(path, out var manifest))
        {
            context.Response.ContentType = manifest.Type;
            context.Response.Headers["Docker-Content-Digest"] = DigestOf(manifest.Bytes);
            if (context.Request.Method == "GET") await context.Response.Body.WriteAsync(manifest.Bytes);
        }
        else
        {
            context.Response.StatusCode = 404;
        }
    }
}
