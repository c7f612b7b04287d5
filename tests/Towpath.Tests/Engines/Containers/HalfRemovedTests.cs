using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Towpath.Engines.Containers;

namespace Towpath.Tests.Engines.Containers;

/// <summary>Podman that was killed while it removed containers, as an answering socket.</summary>
public sealed class HalfRemovedTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("half-").FullName;
    private readonly List<string> _half = ["0b7dcdc988b5", "223a89996b62"];
    private readonly List<string> _deleted = [];
    private bool _isNameless;
    private WebApplication _podman = null!;

    private string Socket => Path.Combine(_folder, "s");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(k => k.ListenUnixSocket(Socket));
        _podman = builder.Build();
        _podman.Run(AnswerAsync);
        await _podman.StartAsync(Cancel);
    }

    public async ValueTask DisposeAsync()
    {
        await _podman.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task List_ContainersAreHalfRemoved_FinishesTheirRemovalAndLists()
    {
        using var engine = await DockerApiEngine.ConnectAsync(Socket, TimeProvider.System, Cancel);

        (await engine.ListContainersAsync([], Cancel)).ShouldBeEmpty();

        _deleted.ShouldBe(["0b7dcdc988b5", "223a89996b62"]);
    }

    [Fact]
    public async Task List_OnlyLayersAreGone_FinishesWhateverIsBeingRemoved()
    {
        _isNameless = true;
        using var engine = await DockerApiEngine.ConnectAsync(Socket, TimeProvider.System, Cancel);

        (await engine.ListContainersAsync([], Cancel)).ShouldBeEmpty();

        _deleted.ShouldBe(["0b7dcdc988b5", "223a89996b62"]);
    }

    [Fact]
    public async Task Stop_ContainerWhoseRemovalWasBrokenOff_HasStopped()
    {
        using var engine = await DockerApiEngine.ConnectAsync(Socket, TimeProvider.System, Cancel);

        await engine.StopContainerAsync("removing", TimeSpan.FromSeconds(1), Cancel);

        (await Should.ThrowAsync<EngineException>(() => engine.StopContainerAsync("running", TimeSpan.FromSeconds(1), Cancel))).Message.ShouldContain("state improper");
    }

    [Theory]
    [InlineData("getting container from store \"0b7dcdc988b5\": container not known", "0b7dcdc988b5")]
    [InlineData("getting container from store \"../x\": container not known", null)]
    [InlineData("getting container from store \"", null)]
    [InlineData("container not known", null)]
    public void In_Message_GivesTheContainer(string message, string? container) => HalfRemoved.In(message).ShouldBe(container);

    private async Task AnswerAsync(HttpContext context)
    {
        var path = context.Request.Path.Value!;
        if (context.Request.Method == "DELETE")
        {
            var container = path.Split('/')[^1];
            _deleted.Add(container);
            _half.Remove(container);
            return;
        }

        if (path == "/containers/json" && _half.Count > 0)
        {
            context.Response.StatusCode = 500;
            await context.Response.WriteAsync(_isNameless
                ? """{"message":"reading information about layer \"d62027bcaf56\": layer not known"}"""
                : $$"""{"message":"getting container from store \"{{_half[0]}}\": container not known"}""");
            return;
        }

        if (path.EndsWith("/libpod/containers/json", StringComparison.Ordinal))
        {
            context.Request.Query["filters"].ToString().ShouldContain("removing");
            await context.Response.WriteAsync($"[{string.Join(',', _half.Select(h => $$"""{"Id":"{{h}}","Created":"2026-01-05T09:00:00Z"}"""))}]");
            return;
        }

        if (path.EndsWith("/stop", StringComparison.Ordinal))
        {
            context.Response.StatusCode = 500;
            await context.Response.WriteAsync("""{"message":"container 0b7d is running or paused, refusing to clean up: container state improper"}""");
            return;
        }

        if (path.EndsWith("/json", StringComparison.Ordinal) && path.Split('/')[^2] is "removing" or "running")
        {
            await context.Response.WriteAsync($$$"""{"Id":"0b7d","Name":"x","State":{"Status":"{{{path.Split('/')[^2]}}}"}}""");
            return;
        }

        await context.Response.WriteAsync(path == "/version" ? """{"Version":"4.3.1","Components":[{"Name":"Podman Engine"}]}""" : "[]");
    }
}
