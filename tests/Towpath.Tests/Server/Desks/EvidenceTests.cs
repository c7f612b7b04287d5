using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Towpath.Cli.Client;
using Towpath.Core.Applications;
using Towpath.Core.Ci;
using Towpath.Core.Diagnostics;
using Towpath.Core.Identity;
using Towpath.Core.Journal;
using Towpath.Core.Releases;
using Towpath.Server;
using Towpath.Server.Api;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Server.Desks;

/// <summary>Evidence of pipelines elsewhere over the real API with a real store: what opens the gate, and each way around it.</summary>
public sealed class EvidenceTests : IAsyncLifetime
{
    private const string Shop = ServerScene.Application;
    private const string Page = "https://gitlab.example.org/team/shop/-/jobs/7";

    private static readonly Ladder Rungs = new(
    [
        new EnvironmentSpec { Name = "development", Location = Models.At(), Automatic = true },
        new EnvironmentSpec { Name = "production", Location = Models.At(), Gates = new GateSpecs { Ci = new CiGateSpec(CiSystem.GitLab) } },
    ]);

    private readonly ServerScene _scene = new() { Signs = true };
    private readonly ControlPlane _plane;
    private readonly WebApplication _host;
    private readonly List<ControlPlaneClient> _clients = [];
    private readonly string _ownersToken = ApiToken.Create();
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private ControlPlaneClient _owner = null!;
    private ControlPlaneClient _ci = null!;
    private ControlPlaneClient _dev = null!;
    private ControlPlaneClient _ops = null!;
    private Release _release = null!;

    public EvidenceTests()
    {
        _scene.Store.SaveApplication(Shop, "/shop", ".", Rungs);
        _scene.Brings = Rungs;
        _plane = ControlPlaneFactory.Create(new ControlPlaneOptions(_scene.Folder.Path, "fake", "test"), _scene.Engine, _scene.Time);
        _host = ControlPlaneHost.Build(_plane, new HostOptions(0, ApiToken.Hash(_ownersToken)));
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private CiEvidence Green => new(
        Shop, _release.Commit, _scene.Time.Now.AddMinutes(-2), TimeSpan.FromSeconds(30), [new CiStep("check", true, TimeSpan.FromSeconds(1), null), new CiStep("test:api", true, TimeSpan.FromSeconds(29), null)],
        ImmutableSortedDictionary<string, string>.Empty.Add("api", "sha256:1"), new CiPlace(CiSystem.GitLab, Page, "5", "main", "r1"));

    private CiEvidence Red => Green with { Steps = [new CiStep("check", true, TimeSpan.FromSeconds(1), null), new CiStep("test:api", false, TimeSpan.FromSeconds(29), "2 failed")], Images = ImmutableSortedDictionary<string, string>.Empty };

    public async ValueTask InitializeAsync()
    {
        await _host.StartAsync(Cancel);
        _owner = With(_ownersToken);
        _ci = await AccountAsync("ci", AccountKind.Service, Role.Developer, Shop);
        _dev = await AccountAsync("ben", AccountKind.Person, Role.Developer, Shop);
        _ops = await AccountAsync("ann", AccountKind.Person, Role.Operator, Shop);
        _release = _scene.Ship("r-1");
        _scene.Arrive("development", "r-1");
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var client in _clients) client.Dispose();
        await _host.DisposeAsync();
        await _plane.DisposeAsync();
        _scene.Dispose();
        _key.Dispose();
    }

    [Fact]
    public async Task Green_ByTheServiceAccount_OpensTheGate_AndIsShown()
    {
        (await GateAsync()).ShouldBe((false, "there is no evidence of a run in GitLab of this commit"));
        (await _ops.PromoteAsync(Shop, new PromoteRequest("production", "r-1", "ann"), Cancel)).Deployment.ShouldBeNull("a run may still come");

        var accepted = await SubmitAsync(_ci, Green);
        (accepted.Verdict, accepted.System, accepted.Url, accepted.Actor, accepted.Key, accepted.Counts).ShouldBe(("green", "gitlab", Page, "ci", null, true));
        var (holds, evidence) = await GateAsync();
        holds.ShouldBeTrue();
        evidence.ShouldContain(Page);
        evidence.ShouldEndWith("by ci");

        (await _dev.ReleaseAsync(Shop, "r-1", Cancel)).Elsewhere.ShouldHaveSingleItem().Steps.Select(s => s.Step).ShouldBe(["check", "test:api"]);
        (await _dev.EvidenceAsync(Shop, _release.Commit[..8], Cancel)).ShouldHaveSingleItem().Url.ShouldBe(Page);
        (await _dev.EvidenceAsync(Shop, "0000", Cancel)).ShouldBeEmpty();
        Told().ShouldHaveSingleItem().ShouldSatisfyAllConditions(f => f.Actor.ShouldBe("ci"), f => f.Release.ShouldBe("r-1"), f => f.Text.ShouldContain("was green in GitLab"));

        // The same file again is no news.
        await SubmitAsync(_ci, Green);
        Told().ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Unsigned_ByAnybodyButAServiceAccountOfTheApplication_IsRefused()
    {
        await RefusedAsync(() => SubmitAsync(_dev, Green), ExitCode.Forbidden, "TP4807");
        await RefusedAsync(() => SubmitAsync(_ops, Green), ExitCode.Forbidden, "TP4807");
        await RefusedAsync(() => SubmitAsync(_owner, Green, actor: "eve"), ExitCode.Forbidden, "TP4807");
        // An account speaks for itself, whoever it claims to be.
        await RefusedAsync(() => SubmitAsync(_dev, Green, actor: "ci"), ExitCode.Forbidden, "TP4807");
        await RefusedAsync(async () => await SubmitAsync(await AccountAsync("watcher", AccountKind.Service, Role.Viewer, Shop), Green), ExitCode.Forbidden, "TP4401");
        await RefusedAsync(async () => await SubmitAsync(await AccountAsync("part", AccountKind.Service, Role.Operator, Shop, "development"), Green), ExitCode.Forbidden, "TP4401");
        _scene.Store.SaveApplication("blog", "/blog", ".", Rungs);
        await RefusedAsync(async () => await SubmitAsync(await AccountAsync("blog-ci", AccountKind.Service, Role.Developer, "blog"), Green), ExitCode.NotFound, "TP4001");
        Told().ShouldBeEmpty();
        (await GateAsync()).Holds.ShouldBeFalse();
    }

    [Fact]
    public async Task Evidence_OfAnotherApplicationOrCommit_IsRefusedOrOpensNothing()
    {
        await RefusedAsync(() => SubmitAsync(_ci, Green with { Application = "blog" }), ExitCode.InvalidInput, "TP4805");
        var other = Green with { Commit = new string('b', 40) };
        await RefusedAsync(() => SubmitAsync(_ci, other, commit: _release.Commit), ExitCode.InvalidInput, "TP4806");

        await SubmitAsync(_ci, other);
        (await GateAsync()).Holds.ShouldBeFalse();
        (await SubmitAsync(_ci, Green, commit: _release.Commit)).Commit.ShouldBe(_release.Commit);
        (await GateAsync()).Holds.ShouldBeTrue();
    }

    [Fact]
    public async Task Signed_ByARegisteredKey_IsTakenFromWhoeverCarriesIt_UntilTheKeyGoes()
    {
        var viewer = await AccountAsync("vic", AccountKind.Person, Role.Viewer, Shop);
        await RefusedAsync(() => SubmitAsync(viewer, Green, Sign(Green)), ExitCode.Forbidden, "TP4808");
        await RefusedAsync(() => AddKeyAsync(_dev), ExitCode.Forbidden, "TP4401");
        (await AddKeyAsync(_ops)).Fingerprint.ShouldBe(Convert.ToHexStringLower(SHA256.HashData(_key.ExportSubjectPublicKeyInfo())));

        (await SubmitAsync(viewer, Green, Sign(Green))).Key.ShouldBe("gitlab");
        (await GateAsync()).ShouldSatisfyAllConditions(g => g.Holds.ShouldBeTrue(), g => g.Evidence.ShouldEndWith("by the key gitlab"));

        await _ops.RemoveEvidenceKeyAsync(Shop, new EvidenceKeyRemovalRequest("gitlab", "ann"), Cancel);
        (await GateAsync()).Holds.ShouldBeFalse();
        (await _dev.EvidenceAsync(Shop, null, Cancel)).ShouldHaveSingleItem().Counts.ShouldBeFalse();
        await RefusedAsync(() => SubmitAsync(viewer, Green, Sign(Green)), ExitCode.Forbidden, "TP4808");
        // The CI itself may still vouch for the same file.
        (await SubmitAsync(_ci, Green)).Counts.ShouldBeTrue();
        (await GateAsync()).Holds.ShouldBeTrue();
        _scene.Journal.Where(f => f.Kind.StartsWith("evidence.key", StringComparison.Ordinal)).Select(f => (f.Kind, f.Actor)).ShouldBe([(FactKind.EvidenceKeyAdded, "ann"), (FactKind.EvidenceKeyRemoved, "ann")]);
    }

    [Fact]
    public async Task Signed_AndThenEdited_OrReplayedForAnotherCommit_IsRefused()
    {
        await AddKeyAsync(_ops);
        var old = Green with { Commit = new string('b', 40) };
        var signature = Sign(old);

        await RefusedAsync(() => SubmitAsync(_dev, Green, signature), ExitCode.Forbidden, "TP4808");
        await RefusedAsync(() => SubmitAsync(_dev, old, signature, _release.Commit), ExitCode.InvalidInput, "TP4806");
        await RefusedAsync(() => SubmitAsync(_dev, Green, Sign(Red)), ExitCode.Forbidden, "TP4808");
        await RefusedAsync(() => SubmitAsync(_dev, Green, "nonsense"), ExitCode.Forbidden, "TP4808");
        await RefusedAsync(() => SubmitAsync(_dev, Green, ""), ExitCode.Forbidden, "TP4808");
        using var stranger = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        await RefusedAsync(() => SubmitAsync(_dev, Green, Sign(Green, stranger)), ExitCode.Forbidden, "TP4808");
        // A wrong signature is not made good by the right account.
        await RefusedAsync(() => SubmitAsync(_ci, Green, signature), ExitCode.Forbidden, "TP4808");
        Told().ShouldBeEmpty();
        (await GateAsync()).Holds.ShouldBeFalse();
    }

    [Fact]
    public async Task Red_AfterGreen_ClosesTheGate_AndTheOldGreenHandedInAgainOpensNothing()
    {
        var before = Green with { StartedAt = _scene.Time.Now.AddMinutes(-30) };
        await SubmitAsync(_ci, before);
        await SubmitAsync(_ci, Red);
        (await GateAsync()).ShouldSatisfyAllConditions(g => g.Holds.ShouldBeFalse(), g => g.Evidence.ShouldStartWith("test:api failed in GitLab"));
        await SubmitAsync(_ci, before);
        await SubmitAsync(_ci, before with { Duration = TimeSpan.FromSeconds(31) });
        (await GateAsync()).Holds.ShouldBeFalse();

        await SubmitAsync(_ci, Green with { StartedAt = _scene.Time.Now });
        (await GateAsync()).Holds.ShouldBeTrue();
        await RefusedAsync(() => SubmitAsync(_ci, Green with { StartedAt = _scene.Time.Now.AddDays(1) }), ExitCode.InvalidInput, "TP4811");
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
            await RefusedAsync(() => _ci.SubmitEvidenceAsync(Shop, new EvidenceRequest(content, "ci"), Cancel), ExitCode.InvalidInput, "TP4804");
    }

    [Fact]
    public async Task AddKey_ThatCantBeUsed_IsRefused()
    {
        using var rsa = RSA.Create(2048);
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        foreach (var pem in new[] { "", "no key", rsa.ExportSubjectPublicKeyInfoPem(), other.ExportSubjectPublicKeyInfoPem(), _key.ExportPkcs8PrivateKeyPem(), _key.ExportECPrivateKeyPem(), "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----" })
            await RefusedAsync(() => AddKeyAsync(_ops, "new", pem), ExitCode.Usage, "TP4809");

        await AddKeyAsync(_ops);
        using var second = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        await RefusedAsync(() => AddKeyAsync(_ops, "gitlab", second.ExportSubjectPublicKeyInfoPem()), ExitCode.Usage, "TP4810");
        await RefusedAsync(() => AddKeyAsync(_ops, "twice"), ExitCode.Usage, "TP4810");
        await RefusedAsync(() => AddKeyAsync(_ops, "../x", second.ExportSubjectPublicKeyInfoPem()), ExitCode.Usage, "TP4810");
        await RefusedAsync(() => _ops.RemoveEvidenceKeyAsync(Shop, new EvidenceKeyRemovalRequest("none", "ann"), Cancel), ExitCode.NotFound, "TP7035");
        (await _dev.EvidenceKeysAsync(Shop, Cancel)).ShouldHaveSingleItem().Name.ShouldBe("gitlab");
    }

    private static async Task RefusedAsync(Func<Task> act, ExitCode exitCode, string code)
    {
        var refused = await Should.ThrowAsync<DiagnosticException>(act);
        (refused.Diagnostics.Single().Code, refused.ExitCode).ShouldBe((code, exitCode));
    }

    private static Task<CiEvidenceAnswer> SubmitAsync(ControlPlaneClient client, CiEvidence evidence, string? signature = null, string? commit = null, string actor = "mallory") =>
        client.SubmitEvidenceAsync(Shop, new EvidenceRequest(CiEvidenceFile.Write(evidence), actor) { Signature = signature, Commit = commit }, Cancel);

    private string Sign(CiEvidence evidence, ECDsa? key = null) => Convert.ToBase64String(
        (key ?? _key).SignData(Encoding.UTF8.GetBytes(CiEvidenceFile.Write(evidence)), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence));

    private Task<EvidenceKeyAnswer> AddKeyAsync(ControlPlaneClient client, string name = "gitlab", string? pem = null) =>
        client.AddEvidenceKeyAsync(Shop, new EvidenceKeyRequest(name, pem ?? _key.ExportSubjectPublicKeyInfoPem(), "mallory"), Cancel);

    private async Task<(bool Holds, string Evidence)> GateAsync()
    {
        var gate = (await _dev.GatesAsync(Shop, "production", "r-1", Cancel)).Single().Gates.Single(g => g.Name == "ci");
        return (gate.Holds, gate.Evidence);
    }

    private List<Fact> Told() => [.. _scene.Journal.Where(f => f.Kind == FactKind.EvidenceAccepted)];

    private async Task<ControlPlaneClient> AccountAsync(string name, AccountKind kind, Role role, string application, string? environment = null)
    {
        await _owner.AddAccountAsync(new AccountRequest(name, kind, [], "eve"), Cancel);
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
