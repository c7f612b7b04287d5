using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Towpath.Core.Configuration;
using Towpath.Engines.Containers;

namespace Towpath.Tests.Engines.Containers;

/// <summary>Pushes, as an engine's socket sees them.</summary>
public sealed class ImagePushTests : IAsyncLifetime
{
    private const string Destination = "registry.example/shop/api:1";
    private static readonly RegistryLogin Ann = new("ann", new Secret("wrong horse"));

    private readonly string _folder = Directory.CreateTempSubdirectory("push-").FullName;
    private readonly List<string> _asked = [];
    private string _version = """{"Version":"20.10"}""";
    private string _names = "\"localhost/shop:1\"";
    private (int Status, string Body) _answer = (200, "{\"status\":\"Pushed\",\"id\":\"layer wrong horse\"}\n");
    private string _auth = "";
    private WebApplication _engine = null!;

    private string Socket => Path.Combine(_folder, "s");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(k => k.ListenUnixSocket(Socket));
        _engine = builder.Build();
        _engine.Run(AnswerAsync);
        await _engine.StartAsync(Cancel);
    }

    public async ValueTask DisposeAsync()
    {
        await _engine.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Push_Docker_NamesTheImageForThePushOnly()
    {
        var lines = new List<string>();

        await PushAsync(new RegistryAccess(Ann), lines.Add);

        _asked.ShouldBe(
        [
            "GET /images/sha256:1/json", "POST /images/sha256:1/tag?repo=registry.example%2Fshop%2Fapi&tag=1", "POST /images/registry.example/shop/api/push?tag=1",
            "DELETE /images/registry.example/shop/api:1",
        ]);
        Auth().ShouldBe("""{"password":"wrong horse","username":"ann"}""");
        lines.ShouldBe(["layer ***: Pushed"]);
    }

    [Theory]
    [InlineData("\"registry.example/shop/api:1\",\"localhost/shop:1\"")]
    [InlineData("")]
    public async Task Push_DockerNameWasThereOrIsTheOnlyOne_IsLeft(string names)
    {
        _names = names;

        await PushAsync(new RegistryAccess());

        _asked.ShouldNotContain(call => call.StartsWith("DELETE", StringComparison.Ordinal));
        Auth().ShouldBe("{}");
    }

    [Fact]
    public async Task Push_DockerFails_TakesTheNameAwayAndHidesTheSecret()
    {
        _answer = (200, "{\"errorDetail\":{\"message\":\"x\"},\"error\":\"unauthorized: ann with wrong horse\"}\n");

        var failure = await Should.ThrowAsync<EngineException>(() => PushAsync(new RegistryAccess(Ann)));

        failure.Error.ShouldBe(EngineError.RegistryDenied);
        failure.ToString().ShouldNotContain("wrong horse");
        _asked[^1].ShouldStartWith("DELETE ");
    }

    [Fact]
    public async Task Push_RefusedByStatus_IsTheSame()
    {
        _answer = (500, """{"message":"denied: wrong horse may not"}""");

        var failure = await Should.ThrowAsync<EngineException>(() => PushAsync(new RegistryAccess(Ann)));

        failure.Error.ShouldBe(EngineError.RegistryDenied);
        failure.ToString().ShouldNotContain("wrong horse");
    }

    [Theory]
    [InlineData("registry.example", false, "true")]
    [InlineData("registry.example", true, "false")]
    [InlineData("localhost:5000", false, "false")]
    public async Task Push_Podman_SendsToTheNameInOneCall(string host, bool isInsecure, string isVerified)
    {
        _version = """{"Version":"4.3.1","Components":[{"Name":"Podman Engine"}]}""";

        await PushAsync(new RegistryAccess(new RegistryLogin("", new Secret("token??"), IsIdentityToken: true), isInsecure), destination: $"{host}/shop/api:1");

        _asked.ShouldBe([$"POST /v4.0.0/libpod/images/sha256:1/push?destination={Uri.EscapeDataString(host)}%2Fshop%2Fapi%3A1&tlsVerify={isVerified}&quiet=false"]);
        Auth().ShouldBe("""{"identitytoken":"token??"}""");
        _auth.ShouldNotContain('/');
    }

    private async Task PushAsync(RegistryAccess access, Action<string>? progress = null, string destination = Destination)
    {
        using var engine = await DockerApiEngine.ConnectAsync(Socket, TimeProvider.System, Cancel);
        await engine.PushImageAsync("sha256:1", destination, access, progress ?? (_ => { }), Cancel);
    }

    private string Auth() => Encoding.UTF8.GetString(Convert.FromBase64String(_auth.Replace('-', '+').Replace('_', '/')));

    private async Task AnswerAsync(HttpContext context)
    {
        var path = context.Request.Path.Value!;
        if (path == "/version")
        {
            await context.Response.WriteAsync(_version);
            return;
        }

        _asked.Add($"{context.Request.Method} {Uri.UnescapeDataString(path)}{context.Request.QueryString}");
        if (path.EndsWith("/json", StringComparison.Ordinal))
        {
            await context.Response.WriteAsync($$"""{"Id":"sha256:1","Size":1,"RepoTags":[{{_names}}]}""");
        }
        else if (path.EndsWith("/push", StringComparison.Ordinal))
        {
            _auth = context.Request.Headers["X-Registry-Auth"].ToString();
            context.Response.StatusCode = _answer.Status;
            await context.Response.WriteAsync(_answer.Body);
        }
    }
}
