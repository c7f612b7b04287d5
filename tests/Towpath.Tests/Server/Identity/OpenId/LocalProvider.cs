using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using System.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Towpath.Core.Configuration;
using Towpath.Tests.Identity.OpenId;

namespace Towpath.Tests.Server.Identity.OpenId;

/// <summary>
/// A provider of OpenID Connect on the loopback address, as strict as the documents ask: it gives codes that work once, for one client, one redirect address and one PKCE verifier. Tests say what it
/// does wrong.
/// </summary>
internal sealed class LocalProvider : IAsyncDisposable
{
    private readonly WebApplication _host;
    private readonly ConcurrentDictionary<string, Dictionary<string, string>> _codes = new();

    private LocalProvider(WebApplication host) => _host = host;

    public string Issuer { get; private set; } = "";

    public string ClientId { get; init; } = "towpath";

    public string? Secret { get; set; } = "s3cret &+ more";

    public bool TakesPostOnly { get; set; }

    public bool NamesIssuer { get; set; }

    public RSA Key { get; set; } = TokenMint.Rsa;

    public string KeyId { get; set; } = "k1";

    /// <summary>What stands at its keys; those of <see cref="Key"/> unless a test says otherwise.</summary>
    public Func<JsonObject[]>? Published { get; set; }

    public DateTimeOffset Now { get; set; } = TokenMint.Now;

    public JsonObject Person { get; set; } = new() { ["sub"] = "7c9e6679", ["preferred_username"] = "Ben" };

    /// <summary>Changes claims before they are signed.</summary>
    public Action<JsonObject> Change { get; set; } = _ => { };

    /// <summary>Signs claims; as a provider does unless a test says otherwise.</summary>
    public Func<JsonObject, string>? Mint { get; set; }

    public Func<HttpContext, Task>? OnDiscovery { get; set; }

    public Func<HttpContext, Task>? OnKeys { get; set; }

    public Func<HttpContext, Task>? OnToken { get; set; }

    public ConcurrentQueue<string> Asked { get; } = new();

    public ProviderPolicy Policy(bool creates = false, string? groups = null, IEnumerable<KeyValuePair<string, string>>? teams = null) => new(
        Issuer, ClientId, Secret is null ? null : new Secret(Secret), ["openid", "profile"], "preferred_username", creates, groups,
        System.Collections.Immutable.ImmutableSortedDictionary.CreateRange(StringComparer.Ordinal, teams ?? []));

    public static async Task<LocalProvider> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Services.AddRouting();
        var host = builder.Build();
        var provider = new LocalProvider(host);
        host.Use(async (context, next) =>
        {
            provider.Asked.Enqueue($"{context.Request.Method} {context.Request.Path}");
            await next(context);
        });
        host.UseRouting();
        host.MapGet("/.well-known/openid-configuration", context => provider.OnDiscovery is { } own ? own(context) : context.Response.WriteAsync(provider.Discovery().ToJsonString()));
        host.MapGet("/keys", context => provider.OnKeys is { } own ? own(context) : context.Response.Body.WriteAsync(TokenMint.Set(provider.Published?.Invoke() ?? [TokenMint.RsaKey(provider.Key, provider.KeyId)])).AsTask());
        host.MapPost("/token", context => provider.OnToken is { } own ? own(context) : provider.TokenAsync(context));
        await host.StartAsync();
        provider.Issuer = host.Urls.Single();
        return provider;
    }

    public JsonObject Discovery()
    {
        var document = new JsonObject
        {
            ["issuer"] = Issuer,
            ["authorization_endpoint"] = $"{Issuer}/authorize",
            ["token_endpoint"] = $"{Issuer}/token",
            ["jwks_uri"] = $"{Issuer}/keys",
            ["code_challenge_methods_supported"] = new JsonArray("S256"),
        };
        if (TakesPostOnly) document["token_endpoint_auth_methods_supported"] = new JsonArray("client_secret_post");
        if (NamesIssuer) document["authorization_response_iss_parameter_supported"] = true;
        return document;
    }

    /// <summary>Somebody logs in at the page that the browser was sent to.</summary>
    /// <returns>The code.</returns>
    public string LogIn(Uri address, string redirect)
    {
        address.GetLeftPart(UriPartial.Path).ShouldBe($"{Issuer}/authorize");
        var query = HttpUtility.ParseQueryString(address.Query);
        var asked = query.AllKeys.ToDictionary(k => k!, k => query.GetValues(k).ShouldHaveSingleItem());
        (asked["response_type"], asked["client_id"], asked["redirect_uri"], asked["scope"], asked["code_challenge_method"]).ShouldBe(("code", ClientId, redirect, "openid profile", "S256"));
        asked["state"].Length.ShouldBeGreaterThanOrEqualTo(43);
        asked["nonce"].Length.ShouldBeGreaterThanOrEqualTo(43);
        var code = Guid.NewGuid().ToString("N");
        _codes[code] = asked;
        return code;
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    private async Task TokenAsync(HttpContext context)
    {
        context.Request.ContentType.ShouldBe("application/x-www-form-urlencoded");
        var form = await context.Request.ReadFormAsync();
        if (!IsClient(context, form)) context.Response.StatusCode = 401;
        else if (form["grant_type"] != "authorization_code" || !_codes.TryRemove(form["code"].ToString(), out var asked) || form["redirect_uri"] != asked["redirect_uri"]) context.Response.StatusCode = 400;
        else if (Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(form["code_verifier"].ToString()))) != asked["code_challenge"]) context.Response.StatusCode = 400;
        else await context.Response.WriteAsync(new JsonObject { ["access_token"] = "access-1", ["token_type"] = "Bearer", ["id_token"] = Token(asked["nonce"]) }.ToJsonString());
    }

    private bool IsClient(HttpContext context, IFormCollection form)
    {
        if (Secret is null) return form["client_id"] == ClientId && context.Request.Headers.Authorization.Count == 0;
        if (TakesPostOnly) return form["client_id"] == ClientId && form["client_secret"] == Secret;
        var basic = $"{HttpUtility.UrlEncode(ClientId)}:{HttpUtility.UrlEncode(Secret)}";
        var header = context.Request.Headers.Authorization.ToString();
        return header.StartsWith("Basic ", StringComparison.Ordinal) && string.Equals(Encoding.ASCII.GetString(Convert.FromBase64String(header[6..])), basic, StringComparison.OrdinalIgnoreCase);
    }

    private string Token(string nonce)
    {
        var claims = (JsonObject)Person.DeepClone();
        claims["iss"] = Issuer;
        claims["aud"] = ClientId;
        claims["exp"] = Now.AddMinutes(5).ToUnixTimeSeconds();
        claims["iat"] = Now.ToUnixTimeSeconds();
        claims["nonce"] = nonce;
        claims["at_hash"] = Base64Url.EncodeToString(SHA256.HashData("access-1"u8).AsSpan(0, 16));
        Change(claims);
        return Mint is { } mint ? mint(claims) : TokenMint.Sign(claims, kid: KeyId, sign: data => Key.SignData(data, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
    }
}
