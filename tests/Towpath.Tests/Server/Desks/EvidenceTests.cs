using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Towpath.Cli.Client;
using Towpath.Core.Applications;
using Towpath.Core.Ci;
using Towpath.Core.Diagnostics;
using Towpath.Core.Identity;
using Towpath.Core.Journal;
using Towpath.Core.Releases;
using Towpath.Server.Api;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Server.Desks;

/// <summary>Evidence of pipelines elsewhere over the real API with a real store: what opens the gate, and each way around it.</summary>
public sealed class EvidenceTests : IAsyncLifetime
{
    private const string Shop = PeopleScene.Shop;
    private const string Page = "https://gitlab.example.org/team/shop/-/jobs/7";

    private static readonly Ladder Rungs = new(
    [
        new EnvironmentSpec { Name = "development", Location = Models.At(), Automatic = true },
        new EnvironmentSpec { Name = "production", Location = Models.At(), Gates = new GateSpecs { Ci = new CiGateSpec(CiSystem.GitLab) } },
    ]);

    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private PeopleScene _people = null!;
    private ControlPlaneClient _ci = null!;
    private Release _release = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private ServerScene Scene => _people.Scene;

    private CiEvidence Green => new(
        Shop, _release.Commit, Scene.Time.Now.AddMinutes(-2), TimeSpan.FromSeconds(30), [new CiStep("check", true, TimeSpan.FromSeconds(1), null), new CiStep("test:api", true, TimeSpan.FromSeconds(29), null)],
        ImmutableSortedDictionary<string, string>.Empty.Add("api", "sha256:1"), new CiPlace(CiSystem.GitLab, Page, "5", "main", "r1"));

    private CiEvidence Red => Green with { Steps = [new CiStep("check", true, TimeSpan.FromSeconds(1), null), new CiStep("test:api", false, TimeSpan.FromSeconds(29), "2 failed")], Images = ImmutableSortedDictionary<string, string>.Empty };

    public async ValueTask InitializeAsync()
    {
        _people = await PeopleScene.StartAsync();
        Scene.Store.SaveApplication(Shop, "/shop", ".", Rungs);
        Scene.Brings = Rungs;
        _ci = await _people.AccountAsync("ci", [], Role.Developer, kind: AccountKind.Service);
        _release = Scene.Ship("r-1");
        Scene.Arrive("development", "r-1");
    }

    public ValueTask DisposeAsync()
    {
        _key.Dispose();
        return _people.DisposeAsync();
    }

    [Fact]
    public async Task Green_ByTheServiceAccount_OpensTheGate_AndIsShown()
    {
        (await GateAsync()).ShouldBe((false, "there is no evidence of a run in GitLab of this commit"));
        (await _people.Ops.PromoteAsync(Shop, new PromoteRequest("production", "r-1", "ann"), Cancel)).Deployment.ShouldBeNull("a run may still come");

        var accepted = await SubmitAsync(_ci, Green);
        (accepted.Verdict, accepted.System, accepted.Url, accepted.Actor, accepted.Key, accepted.Counts).ShouldBe(("green", "gitlab", Page, "ci", null, true));
        var (holds, evidence) = await GateAsync();
        holds.ShouldBeTrue();
        evidence.ShouldContain(Page);
        evidence.ShouldEndWith("by ci");

        (await _people.Dev.ReleaseAsync(Shop, "r-1", Cancel)).Elsewhere.ShouldHaveSingleItem().Steps.Select(s => s.Step).ShouldBe(["check", "test:api"]);
        (await _people.Dev.EvidenceAsync(Shop, _release.Commit[..8], Cancel)).ShouldHaveSingleItem().Url.ShouldBe(Page);
        (await _people.Dev.EvidenceAsync(Shop, "0000", Cancel)).ShouldBeEmpty();
        Told().ShouldHaveSingleItem().ShouldSatisfyAllConditions(f => f.Actor.ShouldBe("ci"), f => f.Release.ShouldBe("r-1"), f => f.Text.ShouldContain("was green in GitLab"));

        // The same file again is no news.
        await SubmitAsync(_ci, Green);
        Told().ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Unsigned_ByAnybodyButAServiceAccountOfTheApplication_IsRefused()
    {
        await PeopleScene.RefusedAsync(() => SubmitAsync(_people.Dev, Green), ExitCode.Forbidden, "TP4807");
        await PeopleScene.RefusedAsync(() => SubmitAsync(_people.Ops, Green), ExitCode.Forbidden, "TP4807");
        await PeopleScene.RefusedAsync(() => SubmitAsync(_people.Owner, Green, actor: "eve"), ExitCode.Forbidden, "TP4807");
        // An account speaks for itself, whoever it claims to be.
        await PeopleScene.RefusedAsync(() => SubmitAsync(_people.Dev, Green, actor: "ci"), ExitCode.Forbidden, "TP4807");
        await PeopleScene.RefusedAsync(async () => await SubmitAsync(await _people.AccountAsync("watcher", [], Role.Viewer, kind: AccountKind.Service), Green), ExitCode.Forbidden, "TP4401");
        await PeopleScene.RefusedAsync(async () => await SubmitAsync(await _people.AccountAsync("part", [], Role.Operator, Shop, "development", kind: AccountKind.Service), Green), ExitCode.Forbidden, "TP4401");
        Scene.Store.SaveApplication("blog", "/blog", ".", Rungs);
        await PeopleScene.RefusedAsync(async () => await SubmitAsync(await _people.AccountAsync("blog-ci", [], Role.Developer, "blog", kind: AccountKind.Service), Green), ExitCode.NotFound, "TP4001");
        Told().ShouldBeEmpty();
        (await GateAsync()).Holds.ShouldBeFalse();
    }

    [Fact]
    public async Task Evidence_OfAnotherApplicationOrCommit_IsRefusedOrOpensNothing()
    {
        await PeopleScene.RefusedAsync(() => SubmitAsync(_ci, Green with { Application = "blog" }), ExitCode.InvalidInput, "TP4805");
        var other = Green with { Commit = new string('b', 40) };
        await PeopleScene.RefusedAsync(() => SubmitAsync(_ci, other, commit: _release.Commit), ExitCode.InvalidInput, "TP4806");

        await SubmitAsync(_ci, other);
        (await GateAsync()).Holds.ShouldBeFalse();
        (await SubmitAsync(_ci, Green, commit: _release.Commit)).Commit.ShouldBe(_release.Commit);
        (await GateAsync()).Holds.ShouldBeTrue();
    }

    [Fact]
    public async Task Signed_ByARegisteredKey_IsTakenFromWhoeverCarriesIt_UntilTheKeyGoes()
    {
        var viewer = await _people.AccountAsync("vic", [], Role.Viewer);
        await PeopleScene.RefusedAsync(() => SubmitAsync(viewer, Green, Sign(Green)), ExitCode.Forbidden, "TP4808");
        await PeopleScene.RefusedAsync(() => AddKeyAsync(_people.Dev), ExitCode.Forbidden, "TP4401");
        (await AddKeyAsync(_people.Ops)).Fingerprint.ShouldBe(Convert.ToHexStringLower(SHA256.HashData(_key.ExportSubjectPublicKeyInfo())));

        (await SubmitAsync(viewer, Green, Sign(Green))).Key.ShouldBe("gitlab");
        (await GateAsync()).ShouldSatisfyAllConditions(g => g.Holds.ShouldBeTrue(), g => g.Evidence.ShouldEndWith("by the key gitlab"));

        await _people.Ops.RemoveEvidenceKeyAsync(Shop, new EvidenceKeyRemovalRequest("gitlab", "ann"), Cancel);
        (await GateAsync()).Holds.ShouldBeFalse();
        (await _people.Dev.EvidenceAsync(Shop, null, Cancel)).ShouldHaveSingleItem().Counts.ShouldBeFalse();
        await PeopleScene.RefusedAsync(() => SubmitAsync(viewer, Green, Sign(Green)), ExitCode.Forbidden, "TP4808");
        // The CI itself may still vouch for the same file.
        (await SubmitAsync(_ci, Green)).Counts.ShouldBeTrue();
        (await GateAsync()).Holds.ShouldBeTrue();
        Scene.Journal.Where(f => f.Kind.StartsWith("evidence.key", StringComparison.Ordinal)).Select(f => (f.Kind, f.Actor)).ShouldBe([(FactKind.EvidenceKeyAdded, "ann"), (FactKind.EvidenceKeyRemoved, "ann")]);
    }

    [Fact]
    public async Task Signed_AndThenEdited_OrReplayedForAnotherCommit_IsRefused()
    {
        await AddKeyAsync(_people.Ops);
        var old = Green with { Commit = new string('b', 40) };
        var signature = Sign(old);

        await PeopleScene.RefusedAsync(() => SubmitAsync(_people.Dev, Green, signature), ExitCode.Forbidden, "TP4808");
        await PeopleScene.RefusedAsync(() => SubmitAsync(_people.Dev, old, signature, _release.Commit), ExitCode.InvalidInput, "TP4806");
        await PeopleScene.RefusedAsync(() => SubmitAsync(_people.Dev, Green, Sign(Red)), ExitCode.Forbidden, "TP4808");
        await PeopleScene.RefusedAsync(() => SubmitAsync(_people.Dev, Green, "nonsense"), ExitCode.Forbidden, "TP4808");
        await PeopleScene.RefusedAsync(() => SubmitAsync(_people.Dev, Green, ""), ExitCode.Forbidden, "TP4808");
        using var stranger = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        await PeopleScene.RefusedAsync(() => SubmitAsync(_people.Dev, Green, Sign(Green, stranger)), ExitCode.Forbidden, "TP4808");
        // A wrong signature is not made good by the right account.
        await PeopleScene.RefusedAsync(() => SubmitAsync(_ci, Green, signature), ExitCode.Forbidden, "TP4808");
        Told().ShouldBeEmpty();
        (await GateAsync()).Holds.ShouldBeFalse();
    }

    [Fact]
    public async Task Red_AfterGreen_ClosesTheGate_AndTheOldGreenHandedInAgainOpensNothing()
    {
        var before = Green with { StartedAt = Scene.Time.Now.AddMinutes(-30) };
        await SubmitAsync(_ci, before);
        await SubmitAsync(_ci, Red);
        (await GateAsync()).ShouldSatisfyAllConditions(g => g.Holds.ShouldBeFalse(), g => g.Evidence.ShouldStartWith("test:api failed in GitLab"));
        await SubmitAsync(_ci, before);
        await SubmitAsync(_ci, before with { Duration = TimeSpan.FromSeconds(31) });
        (await GateAsync()).Holds.ShouldBeFalse();

        await SubmitAsync(_ci, Green with { StartedAt = Scene.Time.Now });
        (await GateAsync()).Holds.ShouldBeTrue();
        await PeopleScene.RefusedAsync(() => SubmitAsync(_ci, Green with { StartedAt = Scene.Time.Now.AddDays(1) }), ExitCode.InvalidInput, "TP4811");
    }

    [Fact]
    public async Task Red_BeforeMoreOlderGreenOnesThanAreListed_KeepsTheGateClosed()
    {
        await SubmitAsync(_ci, Red);
        for (var seconds = 0; seconds <= 100; seconds++) await SubmitAsync(_ci, Green with { StartedAt = Green.StartedAt.AddHours(-1), Duration = TimeSpan.FromSeconds(seconds) });

        (await GateAsync()).Holds.ShouldBeFalse();
    }

    [Fact]
    public async Task Green_OfAnotherSystem_OpensNothingWhereOneIsNamed()
    {
        await SubmitAsync(_ci, Green with { Place = null });
        await SubmitAsync(_ci, Green with { Place = new CiPlace(CiSystem.Jenkins, null, null, null, null) });
        (await GateAsync()).Holds.ShouldBeFalse();
    }

    [Fact]
    public async Task Submit_WhatIsNoEvidence_IsRefused()
    {
        foreach (var content in new[] { "", "{}", "no json", CiEvidenceFile.Write(Green).Replace("green", "red", StringComparison.Ordinal) })
            await PeopleScene.RefusedAsync(() => _ci.SubmitEvidenceAsync(Shop, new EvidenceRequest(content, "ci"), Cancel), ExitCode.InvalidInput, "TP4804");
    }

    [Fact]
    public async Task AddKey_ThatCantBeUsed_IsRefused()
    {
        using var rsa = RSA.Create(2048);
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        foreach (var pem in new[] { "", "no key", rsa.ExportSubjectPublicKeyInfoPem(), other.ExportSubjectPublicKeyInfoPem(), _key.ExportPkcs8PrivateKeyPem(), _key.ExportECPrivateKeyPem(), "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----" })
            await PeopleScene.RefusedAsync(() => AddKeyAsync(_people.Ops, "new", pem), ExitCode.Usage, "TP4809");

        await AddKeyAsync(_people.Ops);
        using var second = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        await PeopleScene.RefusedAsync(() => AddKeyAsync(_people.Ops, "gitlab", second.ExportSubjectPublicKeyInfoPem()), ExitCode.Usage, "TP4810");
        await PeopleScene.RefusedAsync(() => AddKeyAsync(_people.Ops, "twice"), ExitCode.Usage, "TP4810");
        await PeopleScene.RefusedAsync(() => AddKeyAsync(_people.Ops, "../x", second.ExportSubjectPublicKeyInfoPem()), ExitCode.Usage, "TP4810");
        await PeopleScene.RefusedAsync(() => _people.Ops.RemoveEvidenceKeyAsync(Shop, new EvidenceKeyRemovalRequest("none", "ann"), Cancel), ExitCode.NotFound, "TP7035");
        (await _people.Dev.EvidenceKeysAsync(Shop, Cancel)).ShouldHaveSingleItem().Name.ShouldBe("gitlab");
    }

    private static Task<CiEvidenceAnswer> SubmitAsync(ControlPlaneClient client, CiEvidence evidence, string? signature = null, string? commit = null, string actor = "mallory") =>
        client.SubmitEvidenceAsync(Shop, new EvidenceRequest(CiEvidenceFile.Write(evidence), actor) { Signature = signature, Commit = commit }, Cancel);

    private string Sign(CiEvidence evidence, ECDsa? key = null) => Convert.ToBase64String(
        (key ?? _key).SignData(Encoding.UTF8.GetBytes(CiEvidenceFile.Write(evidence)), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence));

    private Task<EvidenceKeyAnswer> AddKeyAsync(ControlPlaneClient client, string name = "gitlab", string? pem = null) =>
        client.AddEvidenceKeyAsync(Shop, new EvidenceKeyRequest(name, pem ?? _key.ExportSubjectPublicKeyInfoPem(), "mallory"), Cancel);

    private async Task<(bool Holds, string Evidence)> GateAsync()
    {
        var gate = (await _people.Dev.GatesAsync(Shop, "production", "r-1", Cancel)).Single().Gates.Single(g => g.Name == "ci");
        return (gate.Holds, gate.Evidence);
    }

    private List<Fact> Told() => [.. Scene.Journal.Where(f => f.Kind == FactKind.EvidenceAccepted)];
}
