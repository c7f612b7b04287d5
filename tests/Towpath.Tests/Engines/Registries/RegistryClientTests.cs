using System.Text;
using Microsoft.AspNetCore.Http;
using Towpath.Core.Configuration;
using Towpath.Core.Diagnostics;
using Towpath.Engines.Containers;
using Towpath.Engines.Registries;

namespace Towpath.Tests.Engines.Registries;

public sealed class RegistryClientTests : IAsyncLifetime
{
    private const string Password = "wrong horse";
    private static readonly string Config = "sha256:" + new string('c', 64);
    private static readonly RegistryLogin Ann = new("ann", new Secret(Password), Source: "auth.json");

    private FakeRegistry _registry = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _registry = await FakeRegistry.StartAsync();

    public ValueTask DisposeAsync() => _registry.DisposeAsync();

    [Fact]
    public async Task Find_ByTagAndByDigest_GivesDigestTypeAndConfiguration()
    {
        var digest = _registry.Put("shop/api", "1", FakeRegistry.ManifestOf(Config));
        using var client = Client();

        var byTag = await client.FindAsync("1", Cancel);

        byTag.ShouldBe(new RegistryManifest(digest, FakeRegistry.Image, Config));
        (await client.FindAsync(digest, Cancel)).ShouldBe(byTag);
        _registry.Received[^1].Headers["Accept"].ShouldContain(FakeRegistry.Index);
    }

    [Theory]
    [InlineData("""{"schemaVersion":2,"manifests":[]}""", FakeRegistry.Index)]
    [InlineData("""{"manifests":[],"config":{"digest":"sha256:cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc"}}""", FakeRegistry.Image)]
    [InlineData("""{"config":{"digest":"sha256:CC"}}""", FakeRegistry.Image)]
    [InlineData("""{"config":{"digest":7}}""", FakeRegistry.Image)]
    [InlineData("""{"config":[]}""", FakeRegistry.Image)]
    public async Task Find_NoManifestOfOneImage_HasNoConfiguration(string json, string type)
    {
        _registry.Put("shop/api", "1", json, type);
        using var client = Client();

        (await client.FindAsync("1", Cancel)).ShouldNotBeNull().ConfigDigest.ShouldBeNull();
    }

    [Fact]
    public async Task Exists_ThereAndNot_SaysSo()
    {
        var digest = _registry.Put("shop/api", "1", FakeRegistry.ManifestOf(Config));
        using var client = Client();

        (await client.ExistsAsync(digest, Cancel)).ShouldBeTrue();
        (await client.ExistsAsync(Config, Cancel)).ShouldBeFalse();
        (await client.FindAsync("2", Cancel)).ShouldBeNull();
        _registry.Received.Select(r => r.Method).ShouldBe(["HEAD", "HEAD", "GET"]);
    }

    [Fact]
    public async Task Find_PasswordIsWanted_SendsItOnceItIsAskedFor()
    {
        _registry.Put("shop/api", "1", FakeRegistry.ManifestOf(Config));
        (_registry.Challenge, _registry.Accepted) = ("Basic realm=\"r\"", $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"ann:{Password}"))}");
        using var client = Client(Ann);

        (await client.FindAsync("1", Cancel)).ShouldNotBeNull();

        _registry.Received[0].Headers.ContainsKey("Authorization").ShouldBeFalse();
    }

    [Fact]
    public async Task Find_PasswordIsWrongAndEchoed_SaysWhereItIsFromAndNotWhatItIs()
    {
        (_registry.Challenge, _registry.Accepted) = ("Basic realm=\"r\"", "another");
        using var client = Client(Ann);

        var problem = await ProblemAsync(client);

        problem.Code.ShouldBe("TP6381");
        problem.Headline.ShouldContain("auth.json");
        problem.Notes[0].ShouldContain("UNAUTHORIZED: not with Basic ***");
    }

    [Theory]
    [InlineData("Basic realm=\"r\"", "TP6381")]
    [InlineData("Negotiate", "TP6390")]
    [InlineData("Bearer service=\"x\"", "TP6390")]
    [InlineData("Bearer realm=\"file:///etc/passwd\"", "TP6390")]
    public async Task Find_NoLogin_IsAProblem(string challenge, string code)
    {
        _registry.Challenge = challenge;
        using var client = Client();

        (await ProblemAsync(client)).Code.ShouldBe(code);
    }

    [Fact]
    public async Task Find_TokenIsWanted_IsAskedForAsTheChallengeSays()
    {
        _registry.Put("shop/api", "1", FakeRegistry.ManifestOf(Config));
        _registry.WantTokens();
        using var client = Client(Ann);

        (await client.FindAsync("1", Cancel)).ShouldNotBeNull();
        (await client.FindAsync("1", Cancel)).ShouldNotBeNull();

        _registry.Received.Count.ShouldBe(4);
        _registry.Received[1].Path.ShouldBe("/token?scope=repository%3Ashop%2Fapi%3Apull&service=the%20%22registry%22");
        _registry.Received[1].Headers["Authorization"].ShouldStartWith("Basic ");
        _registry.Received[3].Headers["Authorization"].ShouldBe("Bearer token-1");
    }

    [Fact]
    public async Task Find_TokenHasEnded_AsksForAnother()
    {
        _registry.Put("shop/api", "1", FakeRegistry.ManifestOf(Config));
        _registry.WantTokens();
        using var client = Client();
        await client.FindAsync("1", Cancel);
        _registry.Accepted = "ended";

        (await client.FindAsync("1", Cancel)).ShouldNotBeNull();

        _registry.Received[^1].Headers["Authorization"].ShouldBe("Bearer token-2");
        _registry.Received[1].Headers.ContainsKey("Authorization").ShouldBeFalse();
    }

    [Fact]
    public async Task Find_LoginIsAnIdentityToken_IsChangedByPost()
    {
        _registry.Put("shop/api", "1", FakeRegistry.ManifestOf(Config));
        _registry.WantTokens();
        using var client = Client(new RegistryLogin("", new Secret("identity+1"), IsIdentityToken: true));

        (await client.FindAsync("1", Cancel)).ShouldNotBeNull();

        _registry.Received[1].Method.ShouldBe("POST");
        Encoding.UTF8.GetString(_registry.Received[1].Body).ShouldContain("grant_type=refresh_token&client_id=towpath&refresh_token=identity%2B1");
    }

    [Theory]
    [InlineData(401, "", "TP6381")]
    [InlineData(200, "{}", "TP6390")]
    [InlineData(200, "{\"token\":\"a\\nb\"}", "TP6390")]
    [InlineData(200, "<html>", "TP6390")]
    [InlineData(503, "", "TP6380")]
    public async Task Find_NoTokenIsGiven_IsAProblem(int status, string body, string code)
    {
        _registry.WantTokens();
        _registry.OnRequest = async context =>
        {
            if (context.Request.Path != "/token") return false;
            context.Response.StatusCode = status;
            await context.Response.WriteAsync(body);
            return true;
        };
        using var client = Client(Ann);

        (await ProblemAsync(client)).Code.ShouldBe(code);
    }

    [Theory]
    [InlineData(403, "{\"errors\":[{\"code\":\"DENIED\",\"message\":\"no\\nway\"},7]}", "TP6381", "It answered with status 403: DENIED: no way")]
    [InlineData(429, "", "TP6384", "It answered with status 429.")]
    [InlineData(502, "<html>", "TP6380", "It answered with status 502: <html>")]
    [InlineData(302, "", "TP6390", "It answered with status 302.")]
    [InlineData(418, "[]", "TP6390", "It answered with status 418: []")]
    [InlineData(200, "<html>", "TP6390", "What it gives as a manifest is none.")]
    [InlineData(200, "7", "TP6390", "What it gives as a manifest is none.")]
    public async Task Find_OtherAnswers_AreToldApart(int status, string body, string code, string note)
    {
        _registry.OnRequest = async context =>
        {
            context.Response.StatusCode = status;
            context.Response.Headers.Location = $"{_registry.Url}/elsewhere";
            await context.Response.WriteAsync(body);
            return true;
        };
        using var client = Client();

        var problem = await ProblemAsync(client);

        problem.Code.ShouldBe(code);
        problem.Notes[0].ShouldBe(note);
        _registry.Received.ShouldHaveSingleItem();
    }

    [Theory]
    [InlineData(200, 4 * 1024 * 1024, "TP6390")]
    [InlineData(500, 64 * 1024 * 1024, "TP6380")]
    public async Task Find_AnswerIsTooLong_IsReadToTheBoundOnly(int status, int bytes, string code)
    {
        var sent = 0;
        _registry.OnRequest = async context =>
        {
            context.Response.StatusCode = status;
            for (; sent < bytes && !context.RequestAborted.IsCancellationRequested; sent += 65536) await context.Response.Body.WriteAsync(new byte[65536]);
            return true;
        };
        using var client = Client();

        var problem = await ProblemAsync(client);

        problem.Code.ShouldBe(code);
        problem.Notes[0].Length.ShouldBeLessThan(400);
    }

    [Fact]
    public async Task Find_AnotherContentThanNamed_IsNotTaken()
    {
        _registry.OnRequest = async context =>
        {
            if (context.Request.Path.Value!.EndsWith("/tagged", StringComparison.Ordinal)) context.Response.Headers["Docker-Content-Digest"] = Config;
            await context.Response.WriteAsync(FakeRegistry.ManifestOf(Config));
            return true;
        };
        using var client = Client();

        (await ProblemAsync(client, "tagged")).Code.ShouldBe("TP6390");
        (await ProblemAsync(client, "sha256:" + new string('a', 64))).Code.ShouldBe("TP6390");
        (await client.FindAsync("fine", Cancel)).ShouldNotBeNull();
    }

    [Fact]
    public async Task Find_NoAnswerInTime_IsAway()
    {
        _registry.OnRequest = async context =>
        {
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
            return true;
        };
        using var client = new RegistryClient(new RegistryRepository(_registry.Host, "shop/api"), new RegistryAccess(), TimeSpan.FromMilliseconds(300));

        var problem = await ProblemAsync(client);

        problem.Code.ShouldBe("TP6380");
        problem.Notes[0].ShouldContain("0.3 s");
    }

    [Fact]
    public async Task Find_NobodyListens_IsAway()
    {
        await _registry.DisposeAsync();
        using var client = Client();

        (await ProblemAsync(client)).Code.ShouldBe("TP6380");
    }

    [Fact]
    public async Task Find_Cancelled_IsCancelled()
    {
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        using var client = Client();

        await Should.ThrowAsync<OperationCanceledException>(() => client.FindAsync("1", cancelled.Token));
    }

    [Theory]
    [InlineData("registry.example", false, false)]
    [InlineData("registry.example", true, true)]
    [InlineData("127.0.0.1.example", false, false)]
    [InlineData("localhost.example:5000", false, false)]
    [InlineData("localhost:5000", false, true)]
    [InlineData("127.8.0.1:5000", false, true)]
    [InlineData("[::1]:5000", false, true)]
    public void MayBePlain_Hosts_ThisMachineAndMarkedOnes(string host, bool isInsecure, bool mayBePlain)
    {
        using var http = new RegistryHttp(new RegistryRepository(host, "shop/api"), new RegistryAccess(null, isInsecure), null);

        http.MayBePlain.ShouldBe(mayBePlain);
    }

    [Fact]
    public async Task Answer_TokensByPlainHttpOfASecureRegistry_AreNotAskedFor()
    {
        var repository = new RegistryRepository("registry.example", "shop/api");
        using var http = new RegistryHttp(repository, new RegistryAccess(Ann), null);
        var reply = new RegistryReply(System.Net.HttpStatusCode.Unauthorized, [], null, null, [new("Bearer", $"realm=\"{_registry.Url}/token\"")]);

        var failure = await Should.ThrowAsync<DiagnosticException>(() => new RegistryTokens(http, repository, new RegistryAccess(Ann)).AnswerAsync(reply, Cancel));

        failure.Diagnostics[0].Code.ShouldBe("TP6385");
        _registry.Received.ShouldBeEmpty();
    }

    private RegistryClient Client(RegistryLogin? login = null) => new(new RegistryRepository(_registry.Host, "shop/api"), new RegistryAccess(login));

    private static async Task<Diagnostic> ProblemAsync(RegistryClient client, string reference = "1")
    {
        var failure = await Should.ThrowAsync<DiagnosticException>(() => client.FindAsync(reference, Cancel));
        failure.Diagnostics[0].ToString().ShouldNotContain(Password);
        failure.InnerException.ShouldBeNull();
        return failure.Diagnostics[0];
    }
}
