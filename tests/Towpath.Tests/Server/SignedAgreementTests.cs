using Microsoft.AspNetCore.Builder;
using Towpath.Cli.Client;
using Towpath.Core.Applications;
using Towpath.Core.Diagnostics;
using Towpath.Core.Identity;
using Towpath.Core.Journal;
using Towpath.Server;
using Towpath.Server.Api;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Server;

/// <summary>Dev and Ops sign an agreement over the real API with a real store: what opens production, what closes it again, and each way around it.</summary>
public sealed class SignedAgreementTests : IAsyncLifetime
{
    private const string Shop = ServerScene.Application;
    private static readonly Agreement One = new("AGREEMENT.md", Agreement.HashOf("We test."u8), ["dev", "ops"]);
    private static readonly Agreement Two = One with { Hash = Agreement.HashOf("We test nothing."u8) };

    private static readonly Ladder Rungs = new(
    [
        new EnvironmentSpec { Name = "development", Location = Models.At(), Automatic = true },
        new EnvironmentSpec { Name = "production", Location = Models.At(), Gates = new GateSpecs { Agreement = new AgreementGateSpec(["dev", "ops"]) } },
    ]);

    private readonly ServerScene _scene = new() { Signs = true };
    private readonly ControlPlane _plane;
    private readonly WebApplication _host;
    private readonly List<ControlPlaneClient> _clients = [];
    private readonly string _ownersToken = ApiToken.Create();
    private ControlPlaneClient _owner = null!;
    private ControlPlaneClient _dev = null!;
    private ControlPlaneClient _ops = null!;

    public SignedAgreementTests()
    {
        _scene.Store.SaveApplication(Shop, "/shop", ".", Rungs);
        _scene.Brings = Rungs;
        _plane = ControlPlaneFactory.Create(new ControlPlaneOptions(_scene.Folder.Path, "fake", "test"), _scene.Engine, _scene.Time);
        _host = ControlPlaneHost.Build(_plane, new HostOptions(0, ApiToken.Hash(_ownersToken)));
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await _host.StartAsync(Cancel);
        _owner = With(_ownersToken);
        _dev = await AccountAsync("ben", Role.Developer, Shop, "dev");
        _ops = await AccountAsync("ann", Role.Operator, Shop, "ops");
        Ship("r-1", One);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var client in _clients) client.Dispose();
        await _host.DisposeAsync();
        await _plane.DisposeAsync();
        _scene.Dispose();
    }

    [Fact]
    public async Task Release_WithItsAgreementSignedChangedAndSignedAnew_EntersOnlyWhileItIsSigned()
    {
        (await AgreementAsync()).Missing.ShouldBe(["dev", "ops"]);
        (await GateAsync("r-1")).ShouldBe((false, $"AGREEMENT.md {One.Hash[..12]} waits for the signature of dev and ops"));
        (await SignAsync(_dev, "dev", One)).Missing.ShouldBe(["ops"]);
        (await PromoteAsync("r-1")).Deployment.ShouldBeNull("ops has still to sign");
        _scene.Time.Now += TimeSpan.FromMinutes(5);
        var signed = await SignAsync(_ops, "ops", One);
        signed.Missing.ShouldBeEmpty();
        signed.Sides.ShouldBe([new SideAnswer("dev", "ben", _scene.Time.Now.AddMinutes(-5)), new SideAnswer("ops", "ann", _scene.Time.Now)]);
        (await GateAsync("r-1")).Holds.ShouldBeTrue();
        (await PromoteAsync("r-1")).Deployment.ShouldNotBeNull();

        Ship("r-2", Two);
        (await AgreementAsync()).Missing.ShouldBe(["dev", "ops"]);
        (await GateAsync("r-2")).Holds.ShouldBeFalse();
        (await AgreementAsync("r-1")).Missing.ShouldBeEmpty();
        await RefusedAsync(() => SignAsync(_dev, "dev", One), ExitCode.GateClosed, "TP4623");

        await SignAsync(_dev, "dev", Two);
        await SignAsync(_ops, "ops", Two);
        (await GateAsync("r-2")).Holds.ShouldBeTrue();
        // What goes back to a text that both have signed needs no new signatures.
        Ship("r-3", One);
        (await GateAsync("r-3")).Holds.ShouldBeTrue();
        Facts().Select(f => (f.Actor, f.Role, f.Covers, f.Release)).ShouldBe(
            [("ben", "dev", One.Hash, "r-1"), ("ann", "ops", One.Hash, "r-1"), ("ben", "dev", Two.Hash, "r-2"), ("ann", "ops", Two.Hash, "r-2")]);
    }

    [Fact]
    public async Task Sign_ForBothSides_IsRefusedEvenToWhoIsInBothTeams()
    {
        await _owner.ChangeAccountAsync("ben", new AccountChangeRequest(null, ["dev", "ops"], "eve"), Cancel);
        await SignAsync(_dev, "dev", One);
        await RefusedAsync(() => SignAsync(_dev, "ops", One, "somebody"), ExitCode.Forbidden, "TP4624");
        (await AgreementAsync()).Missing.ShouldBe(["ops"]);

        // The owner names himself, and is one person too.
        await RefusedAsync(() => SignAsync(_owner, "ops", One, "ben"), ExitCode.Forbidden, "TP4624");
        (await SignAsync(_owner, "ops", One, "grace")).Missing.ShouldBeEmpty();
    }

    [Fact]
    public async Task Sign_ForBothSidesAtOnce_CountsOnce()
    {
        await _owner.ChangeAccountAsync("ben", new AccountChangeRequest(null, ["dev", "ops"], "eve"), Cancel);
        var tries = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => TryAsync(() => SignAsync(_dev, i % 2 == 0 ? "dev" : "ops", One))));

        tries.ShouldContain(true);
        (await AgreementAsync()).Missing.ShouldHaveSingleItem();
        Facts().ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Sign_ForTheOtherTeam_IsRefused()
    {
        await RefusedAsync(() => SignAsync(_dev, "ops", One), ExitCode.Forbidden, "TP4626");
        await RefusedAsync(() => SignAsync(_ops, "dev", One), ExitCode.Forbidden, "TP4626");
        await RefusedAsync(() => SignAsync(_owner, "web", One), ExitCode.NotFound, "TP4622");
        Facts().ShouldBeEmpty();
    }

    [Fact]
    public async Task Sign_ByAnAccountOfAnotherApplication_IsRefusedAsIfThereWereNone()
    {
        _scene.Store.SaveApplication("blog", "/blog", ".", Rungs);
        var other = await AccountAsync("max", Role.Administrator, "blog", "dev");
        await RefusedAsync(() => SignAsync(other, "dev", One), ExitCode.NotFound, "TP4001");
        await RefusedAsync(() => other.AgreementAsync(Shop, null, Cancel), ExitCode.NotFound, "TP4001");
        await RefusedAsync(() => other.AgreementAsync("blog", null, Cancel), ExitCode.NotFound, "TP4629");
        Facts().ShouldBeEmpty();
    }

    [Fact]
    public async Task Sign_ByAViewerOrInOneEnvironmentOnly_IsRefused()
    {
        var viewer = await AccountAsync("vic", Role.Viewer, Shop, "dev");
        (await viewer.AgreementAsync(Shop, null, Cancel)).Hash.ShouldBe(One.Hash);
        await RefusedAsync(() => SignAsync(viewer, "dev", One), ExitCode.Forbidden, "TP4401");
        var part = await AccountAsync("sue", Role.Operator, Shop, "ops", "development");
        await RefusedAsync(() => SignAsync(part, "ops", One), ExitCode.Forbidden, "TP4401");
    }

    [Fact]
    public async Task Sign_OnceMore_IsStillTheFirstSignature()
    {
        await SignAsync(_dev, "dev", One);
        _scene.Time.Now += TimeSpan.FromDays(1);
        (await SignAsync(_dev, "dev", One)).Sides[0].At.ShouldBe(_scene.Time.Now.AddDays(-1));
        var kim = await AccountAsync("kim", Role.Developer, Shop, "dev");
        await RefusedAsync(() => SignAsync(kim, "dev", One), ExitCode.GateClosed, "TP4625");
        await RefusedAsync(() => _dev.SignAgreementAsync(Shop, new SignRequest(null, "dev", One.Hash[..7], "ben"), Cancel), ExitCode.Usage, "TP4621");
        Facts().ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Agreement_OfAReleaseWithoutOne_IsNone()
    {
        Ship("r-4", null);
        await RefusedAsync(() => _dev.AgreementAsync(Shop, null, Cancel), ExitCode.NotFound, "TP4620");
        (await GateAsync("r-4")).ShouldBe((false, "the release brings no agreement that could be signed"));
    }

    private static async Task RefusedAsync(Func<Task> act, ExitCode exitCode, string code)
    {
        var refused = await Should.ThrowAsync<DiagnosticException>(act);
        (refused.Diagnostics.Single().Code, refused.ExitCode).ShouldBe((code, exitCode));
    }

    private static async Task<bool> TryAsync(Func<Task> act)
    {
        try
        {
            await act();
            return true;
        }
        catch (DiagnosticException)
        {
            return false;
        }
    }

    private static Task<AgreementAnswer> SignAsync(ControlPlaneClient client, string side, Agreement text, string actor = "mallory") =>
        client.SignAgreementAsync(Shop, new SignRequest(null, side, text.Hash[..8], actor), Cancel);

    private Task<AgreementAnswer> AgreementAsync(string? release = null) => _dev.AgreementAsync(Shop, release, Cancel);

    private Task<DeploymentAnswer> PromoteAsync(string release) => _ops.PromoteAsync(Shop, new PromoteRequest("production", release, "ann"), Cancel);

    private async Task<(bool Holds, string Evidence)> GateAsync(string release)
    {
        var gate = (await _dev.GatesAsync(Shop, "production", release, Cancel)).Single().Gates.Single(g => g.Name == "agreement");
        return (gate.Holds, gate.Evidence);
    }

    private List<Fact> Facts() => [.. _scene.Journal.Where(f => f.Kind == FactKind.AgreementSigned)];

    private void Ship(string id, Agreement? agreement)
    {
        _scene.Agreement = agreement;
        _scene.Time.Now += TimeSpan.FromMinutes(1);
        _scene.Ship(id);
        _scene.Arrive("development", id);
    }

    private async Task<ControlPlaneClient> AccountAsync(string name, Role role, string application, string team, string? environment = null)
    {
        await _owner.AddAccountAsync(new AccountRequest(name, AccountKind.Person, [team], "eve"), Cancel);
        await _owner.GrantAsync(name, new GrantRequest(role, application, environment, "eve"), Cancel);
        return With((await _owner.CreateTokenAsync(name, new TokenRequest(null, null, null, 30, "eve"), Cancel)).Token);
    }

    private ControlPlaneClient With(string? token)
    {
        var client = new ControlPlaneClient(_host.Urls.Single(), token);
        _clients.Add(client);
        return client;
    }
}
