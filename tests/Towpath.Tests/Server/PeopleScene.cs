using Microsoft.AspNetCore.Builder;
using Towpath.Cli.Client;
using Towpath.Core.Configuration;
using Towpath.Core.Diagnostics;
using Towpath.Core.Identity;
using Towpath.Core.Journal;
using Towpath.Server;
using Towpath.Server.Api;

namespace Towpath.Tests.Server;

/// <summary>The real host over a <see cref="ServerScene"/>, with ben of the team dev, who is a developer, and ann of the team ops, who is an operator.</summary>
internal sealed class PeopleScene : IAsyncDisposable
{
    public const string Shop = ServerScene.Application;

    private readonly WebApplication _host;
    private readonly List<ControlPlaneClient> _clients = [];

    private PeopleScene(ServerConfiguration configuration, Func<HostOptions, HostOptions> change)
    {
        Plane = ControlPlaneFactory.Create(new ControlPlaneOptions(Scene.Folder.Path, "fake", "test") { Configuration = configuration }, Scene.Engine, Scene.Time);
        _host = ControlPlaneHost.Build(Plane, change(new HostOptions(0, ApiToken.Hash(OwnersToken))));
    }

    public ServerScene Scene { get; } = new() { Signs = true };

    public ControlPlane Plane { get; }

    public string OwnersToken { get; } = ApiToken.Create();

    public ControlPlaneClient Owner { get; private set; } = null!;

    public ControlPlaneClient Dev { get; private set; } = null!;

    public ControlPlaneClient Ops { get; private set; } = null!;

    public string Url => _host.Urls.Single();

    public static async Task<PeopleScene> StartAsync(ServerConfiguration? configuration = null, Func<HostOptions, HostOptions>? change = null)
    {
        var people = new PeopleScene(configuration ?? ServerConfiguration.None, change ?? (options => options));
        await people._host.StartAsync();
        people.Owner = people.With(people.OwnersToken);
        people.Dev = await people.AccountAsync("ben", ["dev"], Role.Developer);
        people.Ops = await people.AccountAsync("ann", ["ops"], Role.Operator);
        return people;
    }

    /// <summary>An account with a role in an application, or in one environment of it; null for everything.</summary>
    public async Task<ControlPlaneClient> AccountAsync(
        string name, string[] teams, Role role, string? application = Shop, string? environment = null, AccountKind kind = AccountKind.Person) =>
        With(await TokenAsync(name, teams, role, application, environment, kind));

    /// <summary>The same, for whoever needs its token itself.</summary>
    public async Task<string> TokenAsync(
        string name, string[] teams, Role role, string? application = Shop, string? environment = null, AccountKind kind = AccountKind.Person)
    {
        await Owner.AddAccountAsync(new AccountRequest(name, kind, teams, "eve"), default);
        await Owner.GrantAsync(name, new GrantRequest(role, application, environment, "eve"), default);
        return (await Owner.CreateTokenAsync(name, new TokenRequest(null, null, null, 30, "eve"), default)).Token;
    }

    public ControlPlaneClient With(string? token)
    {
        var client = new ControlPlaneClient(Url, token);
        _clients.Add(client);
        return client;
    }

    /// <summary>Who did what facts of a kind tell of, in order.</summary>
    public IEnumerable<string?> Actors(string kind) => Facts(kind).Select(f => f.Actor);

    public IEnumerable<Fact> Facts(string kind) => Scene.Store.Facts(null, 0, 1000).Where(f => f.Kind == kind);

    public static async Task<Diagnostic> RefusedAsync(Func<Task> act, ExitCode exitCode, string code)
    {
        var refused = await Should.ThrowAsync<DiagnosticException>(act);
        (refused.Diagnostics.Single().Code, refused.ExitCode).ShouldBe((code, exitCode));
        return refused.Diagnostics.Single();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var client in _clients) client.Dispose();
        await _host.DisposeAsync();
        await Plane.DisposeAsync();
        Scene.Dispose();
    }
}
