using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Towpath.Core.Configuration;
using Towpath.Core.Identity;
using Towpath.Core.Journal;
using Towpath.Engines.Containers.Gateways;
using Towpath.Server;
using Towpath.Server.Api;
using Towpath.Server.Storage;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Server.Git;

/// <summary>A control plane that works, behind its real host, with an engine in memory; and the real git client.</summary>
internal sealed class GitScene : IAsyncDisposable
{
    public const string Image = "postgres:15";

    private readonly string _ownersToken = ApiToken.Create();
    private WebApplication? _host;

    private GitScene(ServerConfiguration configuration)
    {
        Engine.AddImage(Image);
        // What is not there would be made for real, from Debian's packages.
        Engine.AddImage(GatewayPlan.DefaultImage);
        Plane = ControlPlaneFactory.Create(new ControlPlaneOptions(Folder.Path, "fake", "test") { Configuration = configuration }, Engine, TimeProvider.System);
    }

    public static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public TemporaryFolder Folder { get; } = new();

    public FakeContainerEngine Engine { get; } = new();

    public ControlPlane Plane { get; }

    public Uri Url { get; private set; } = null!;

    public string OwnersToken => _ownersToken;

    public TimeProvider Time => TimeProvider.System;

    public static async Task<GitScene> StartAsync(ServerConfiguration? configuration = null, bool works = true)
    {
        var scene = new GitScene(configuration ?? ServerConfiguration.None);
        scene._host = ControlPlaneHost.Build(scene.Plane, new HostOptions(0, ApiToken.Hash(scene._ownersToken)));
        await scene.Plane.RecoverGitAsync(Cancel);
        if (works) scene.Plane.Start();
        await scene._host.StartAsync(Cancel);
        scene.Url = new Uri(scene._host.Urls.Single());
        return scene;
    }

    /// <summary>A working tree with one commit of an application whose release waits for a person.</summary>
    public static TemporaryRepository Application(string name = "shop")
    {
        var repository = new TemporaryRepository();
        repository.Write("compose.yaml", $"services:\n  db:\n    image: {Image}\n");
        repository.Write("towpath.yaml", $"application: {name}\nenvironments:\n  development:\n    gates: [{{ confirmation: {{ roles: [dev] }} }}]\n");
        repository.Commit("A first commit");
        return repository;
    }

    /// <summary>A token of a new account.</summary>
    public async Task<string> AccountAsync(string name, Role role, string? application)
    {
        await Plane.AddAccountAsync(new AccountRequest(name, AccountKind.Service, [], "eve"), Cancel);
        await Plane.GrantAsync(name, new GrantRequest(role, application, null, "eve"), Cancel);
        return (await Plane.CreateTokenAsync(name, new TokenRequest(null, null, null, 1, "eve"), Cancel)).Token;
    }

    public string Address(string token, string application = "shop") => new UriBuilder(Url) { UserName = "me", Password = token, Path = $"/git/{application}.git" }.Uri.ToString();

    /// <summary>Runs git; gives its exit code and all that it wrote.</summary>
    public static async Task<(int Code, string Text)> GitAsync(string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo("git") { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        foreach (var argument in (string[])["-c", "user.name=Test", "-c", "user.email=test@example.org", "-c", "http.proxy=", .. arguments]) start.ArgumentList.Add(argument);
        start.Environment["GIT_TERMINAL_PROMPT"] = "0";
        start.Environment["GIT_CONFIG_GLOBAL"] = "/dev/null";
        start.Environment["no_proxy"] = "127.0.0.1";
        using var process = Process.Start(start)!;
        try
        {
            var (output, error) = (process.StandardOutput.ReadToEndAsync(Cancel), process.StandardError.ReadToEndAsync(Cancel));
            await process.WaitForExitAsync(Cancel);
            return (process.ExitCode, await output + await error);
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }
    }

    public IReadOnlyList<Fact> Journal(string application = "shop") => Store.Facts(application, 0, 1000);

    public SqliteStore Store => field ??= new SqliteStore(Folder["towpath.db"]);

    public async ValueTask DisposeAsync()
    {
        await _host!.DisposeAsync();
        await Plane.DisposeAsync();
        Store.Dispose();
        Folder.Dispose();
    }
}
