using Towpath.Cli.Client;
using Towpath.Core.Applications;
using Towpath.Core.Diagnostics;
using Towpath.Core.Identity;
using Towpath.Core.Journal;
using Towpath.Server.Api;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Server;

/// <summary>Dev and Ops sign an agreement over the real API with a real store: what opens production, what closes it again, and each way around it.</summary>
public sealed class SignedAgreementTests : IAsyncLifetime
{
    private const string Shop = PeopleScene.Shop;
    private static readonly Agreement One = new("AGREEMENT.md", Agreement.HashOf("We test."u8), ["dev", "ops"]);
    private static readonly Agreement Two = One with { Hash = Agreement.HashOf("We test nothing."u8) };

    private static readonly Ladder Rungs = new(
    [
        new EnvironmentSpec { Name = "development", Location = Models.At(), Automatic = true },
        new EnvironmentSpec { Name = "production", Location = Models.At(), Gates = new GateSpecs { Agreement = new AgreementGateSpec(["dev", "ops"]) } },
    ]);

    private PeopleScene _people = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private ServerScene Scene => _people.Scene;

    public async ValueTask InitializeAsync()
    {
        _people = await PeopleScene.StartAsync();
        Scene.Store.SaveApplication(Shop, "/shop", ".", Rungs);
        Scene.Brings = Rungs;
        Ship("r-1", One);
    }

    public ValueTask DisposeAsync() => _people.DisposeAsync();

    [Fact]
    public async Task Release_WithItsAgreementSignedChangedAndSignedAnew_EntersOnlyWhileItIsSigned()
    {
        (await AgreementAsync()).Missing.ShouldBe(["dev", "ops"]);
        (await GateAsync("r-1")).ShouldBe((false, $"AGREEMENT.md {One.Hash[..12]} waits for the signature of dev and ops"));
        (await SignAsync(_people.Dev, "dev", One)).Missing.ShouldBe(["ops"]);
        (await PromoteAsync("r-1")).Deployment.ShouldBeNull("ops has still to sign");
        Scene.Time.Now += TimeSpan.FromMinutes(5);
        var signed = await SignAsync(_people.Ops, "ops", One);
        signed.Missing.ShouldBeEmpty();
        signed.Sides.ShouldBe([new SideAnswer("dev", "ben", Scene.Time.Now.AddMinutes(-5)), new SideAnswer("ops", "ann", Scene.Time.Now)]);
        (await GateAsync("r-1")).Holds.ShouldBeTrue();
        (await PromoteAsync("r-1")).Deployment.ShouldNotBeNull();

        Ship("r-2", Two);
        (await AgreementAsync()).Missing.ShouldBe(["dev", "ops"]);
        (await GateAsync("r-2")).Holds.ShouldBeFalse();
        (await AgreementAsync("r-1")).Missing.ShouldBeEmpty();
        await PeopleScene.RefusedAsync(() => SignAsync(_people.Dev, "dev", One), ExitCode.GateClosed, "TP4623");

        await SignAsync(_people.Dev, "dev", Two);
        await SignAsync(_people.Ops, "ops", Two);
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
        await _people.Owner.ChangeAccountAsync("ben", new AccountChangeRequest(null, ["dev", "ops"], "eve"), Cancel);
        await SignAsync(_people.Dev, "dev", One);
        await PeopleScene.RefusedAsync(() => SignAsync(_people.Dev, "ops", One, "somebody"), ExitCode.Forbidden, "TP4624");
        (await AgreementAsync()).Missing.ShouldBe(["ops"]);

        // The owner names himself, and is one person too.
        await PeopleScene.RefusedAsync(() => SignAsync(_people.Owner, "ops", One, "ben"), ExitCode.Forbidden, "TP4624");
        (await SignAsync(_people.Owner, "ops", One, "grace")).Missing.ShouldBeEmpty();
    }

    [Fact]
    public async Task Sign_ForBothSidesAtOnce_CountsOnce()
    {
        await _people.Owner.ChangeAccountAsync("ben", new AccountChangeRequest(null, ["dev", "ops"], "eve"), Cancel);
        var tries = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => TryAsync(() => SignAsync(_people.Dev, i % 2 == 0 ? "dev" : "ops", One))));

        tries.ShouldContain(true);
        (await AgreementAsync()).Missing.ShouldHaveSingleItem();
        Facts().ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Sign_ForTheOtherTeam_IsRefused()
    {
        await PeopleScene.RefusedAsync(() => SignAsync(_people.Dev, "ops", One), ExitCode.Forbidden, "TP4626");
        await PeopleScene.RefusedAsync(() => SignAsync(_people.Ops, "dev", One), ExitCode.Forbidden, "TP4626");
        await PeopleScene.RefusedAsync(() => SignAsync(_people.Owner, "web", One), ExitCode.NotFound, "TP4622");
        Facts().ShouldBeEmpty();
    }

    [Fact]
    public async Task Sign_ByAnAccountOfAnotherApplication_IsRefusedAsIfThereWereNone()
    {
        Scene.Store.SaveApplication("blog", "/blog", ".", Rungs);
        var other = await _people.AccountAsync("max", ["dev"], Role.Administrator, "blog");
        await PeopleScene.RefusedAsync(() => SignAsync(other, "dev", One), ExitCode.NotFound, "TP4001");
        await PeopleScene.RefusedAsync(() => other.AgreementAsync(Shop, null, Cancel), ExitCode.NotFound, "TP4001");
        await PeopleScene.RefusedAsync(() => other.AgreementAsync("blog", null, Cancel), ExitCode.NotFound, "TP4629");
        Facts().ShouldBeEmpty();
    }

    [Fact]
    public async Task Sign_ByAViewerOrInOneEnvironmentOnly_IsRefused()
    {
        var viewer = await _people.AccountAsync("vic", ["dev"], Role.Viewer);
        (await viewer.AgreementAsync(Shop, null, Cancel)).Hash.ShouldBe(One.Hash);
        await PeopleScene.RefusedAsync(() => SignAsync(viewer, "dev", One), ExitCode.Forbidden, "TP4401");
        var part = await _people.AccountAsync("sue", ["ops"], Role.Operator, Shop, "development");
        await PeopleScene.RefusedAsync(() => SignAsync(part, "ops", One), ExitCode.Forbidden, "TP4401");
    }

    [Fact]
    public async Task Sign_OnceMore_IsStillTheFirstSignature()
    {
        await SignAsync(_people.Dev, "dev", One);
        Scene.Time.Now += TimeSpan.FromDays(1);
        (await SignAsync(_people.Dev, "dev", One)).Sides[0].At.ShouldBe(Scene.Time.Now.AddDays(-1));
        var kim = await _people.AccountAsync("kim", ["dev"], Role.Developer);
        await PeopleScene.RefusedAsync(() => SignAsync(kim, "dev", One), ExitCode.GateClosed, "TP4625");
        await PeopleScene.RefusedAsync(() => _people.Dev.SignAgreementAsync(Shop, new SignRequest(null, "dev", One.Hash[..7], "ben"), Cancel), ExitCode.Usage, "TP4621");
        Facts().ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Agreement_OfAReleaseWithoutOne_IsNone()
    {
        Ship("r-4", null);
        await PeopleScene.RefusedAsync(() => _people.Dev.AgreementAsync(Shop, null, Cancel), ExitCode.NotFound, "TP4620");
        (await GateAsync("r-4")).ShouldBe((false, "the release brings no agreement that could be signed"));
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

    private Task<AgreementAnswer> AgreementAsync(string? release = null) => _people.Dev.AgreementAsync(Shop, release, Cancel);

    private Task<DeploymentAnswer> PromoteAsync(string release) => _people.Ops.PromoteAsync(Shop, new PromoteRequest("production", release, "ann"), Cancel);

    private async Task<(bool Holds, string Evidence)> GateAsync(string release)
    {
        var gate = (await _people.Dev.GatesAsync(Shop, "production", release, Cancel)).Single().Gates.Single(g => g.Name == "agreement");
        return (gate.Holds, gate.Evidence);
    }

    private List<Fact> Facts() => [.. Scene.Journal.Where(f => f.Kind == FactKind.AgreementSigned)];

    private void Ship(string id, Agreement? agreement)
    {
        Scene.Agreement = agreement;
        Scene.Time.Now += TimeSpan.FromMinutes(1);
        Scene.Ship(id);
        Scene.Arrive("development", id);
    }
}
