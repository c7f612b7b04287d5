using System.Collections.Immutable;
using Towpath.Core.Applications;
using Towpath.Core.Diagnostics;
using Towpath.Core.Environments;
using Towpath.Core.Releases;
using Towpath.Core.Rollouts;
using Towpath.Engines.Containers;
using Towpath.Server.Api;
using Towpath.Server.Desks;
using Towpath.Server.Reconcilers;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Server.Desks;

/// <summary>Each way around a gate, and the evidence that gates are judged by.</summary>
public sealed class DeliveryDeskGateTests : IDisposable
{
    private static readonly Dictionary<string, string> Whole = DeployRequestTemplate.Fields.ToDictionary(f => f.Name, f => "because");
    private readonly ServerScene _scene = new();
    private readonly DeliveryDesk _desk;

    public DeliveryDeskGateTests() => _desk = new DeliveryDesk(_scene.Store, _scene.Ladder, _scene.Gates, _scene.Time);

    public void Dispose() => _scene.Dispose();

    [Fact]
    public void Reject_AnyWayIn_IsRefused()
    {
        _scene.Ship("r-1");
        _scene.Ship("r-2");
        _scene.Arrive("development", "r-1");
        _scene.Arrive("production", "r-1");
        _scene.Arrive("production", "r-2");
        _desk.Reject("shop", new RejectRequest("r-1", "orders are lost", "ann"));

        Action[] ways =
        [
            () => _desk.Promote("shop", new PromoteRequest("production", "r-1", "bob")),
            () => _desk.Confirm("shop", new ConfirmRequest("production", "r-1", "dev", "bob")),
            () => _desk.Rollback("shop", new RollbackRequest("production", "r-1", "bob")),
            () => _desk.Request("shop", new DeployRequest("production", "r-1", Whole, "bob")),
        ];
        ways.ShouldAllBe(way => Code(way) == "TP4010");
        Code(() => _desk.Rollback("shop", new RollbackRequest("production", null, "bob"))).ShouldBe("TP4005");
        _scene.Gates.ForDeployment(_scene.Plans.Build(_scene.Request("production", "r-1"))).ShouldContain(g => g.Name == "not-rejected" && !g.Holds);
    }

    [Fact]
    public void Reject_ReleaseThatWaits_IsForgotten()
    {
        _scene.Ship("r-1");
        _scene.Arrive("development", "r-1");
        _desk.Promote("shop", new PromoteRequest("staging", "r-1", "bob")).Deployment.ShouldBeNull();
        _desk.Reject("shop", new RejectRequest("r-1", "orders are lost", "ann"));

        _scene.Ladder.WantedIn("shop", "staging").ShouldBeNull();
        Code(() => _desk.Reject("shop", new RejectRequest("r-1", " ", "ann"))).ShouldBe("TP4011");
    }

    [Fact]
    public void Rollback_WithoutAName_PassesByWhatWasRejected()
    {
        foreach (var release in new[] { "r-1", "r-2", "r-3" })
        {
            _scene.Ship(release);
            _scene.Arrive("production", release);
        }

        _desk.Reject("shop", new RejectRequest("r-2", "orders are lost", "ann"));

        _desk.Rollback("shop", new RollbackRequest("production", null, "bob")).Release.ShouldBe("r-1");
    }

    [Fact]
    public void Confirm_SecretGetsAnotherValue_IsVoid()
    {
        var secret = new Secret("token", SecretSource.Given, null, 0, Models.At());
        _scene.Environments.Folder("shop", "production").Secrets.Set("token", "one"u8.ToArray());
        var release = _scene.Ship("r-1", [secret], Models.Image("api", "api") with { Secrets = [new FileMount("token", "/run/secrets/token", 288, Models.At())] });
        _scene.Arrive("staging", "r-1");
        _desk.Confirm("shop", new ConfirmRequest("production", "r-1", "dev", "ann"));
        _desk.Confirm("shop", new ConfirmRequest("production", "r-1", "ops", "bob"));
        Verdict(release, "confirmation").Holds.ShouldBeTrue();

        _scene.Environments.Folder("shop", "production").Secrets.Set("token", "two"u8.ToArray());

        Verdict(release, "confirmation").Evidence.ShouldContain("what it covers has changed since");
    }

    [Fact]
    public void Gates_EachEnvironment_SaysWhetherItsCandidateMayEnter()
    {
        _scene.Ship("r-1");
        _scene.Arrive("development", "r-1");

        _desk.Gates("shop", null, null).Select(g => (g.Environment, g.Release, g.MayEnter)).ShouldBe([("development", "r-1", true), ("staging", "r-1", false)]);
        _desk.Gates("shop", "production", "r-1").ShouldHaveSingleItem().Gates.ShouldContain(g => g.Name == "confirmation" && !g.Holds);
    }

    [Fact]
    public void Judge_VerificationThatFailsLater_KeepsTheReleaseOutAbove()
    {
        var release = _scene.Ship("r-1");
        _scene.Arrive("staging", "r-1");
        var lease = _scene.Lease("staging");
        _scene.Store.SaveUpkeep(
            lease, RolloutsJson.Write(UpkeepState.Initial("r-1") with { VerificationFailure = new Diagnostic("TP5002", Severity.Error, "smoke answers 500") }), _scene.Time.Now, []);

        Verdict(release, "verification").Evidence.ShouldBe("its verification in staging fails: smoke answers 500");
    }

    [Fact]
    public void Images_SignedForOneRelease_AreNotSignedForAnother()
    {
        using var folder = new TemporaryFolder();
        using var signer = ImageSigner.Open(folder.Path);
        var images = new ReleaseImages(_scene.Store, signer);
        var release = _scene.Ship("r-1");
        var digest = release.Images["api"].Digest;
        images.Of(release).ShouldBe([new ImageEvidence("api", null, null, null, false)]);
        images.Keep(release, "api", new ImageDetails(digest, [], ImmutableDictionary<string, string>.Empty, 5) { User = "app" });

        images.Of(release).ShouldBe([new ImageEvidence("api", true, 5, "app", true)]);
        signer.Verify(release with { Id = "r-2" }, "api", signer.Sign(release, "api")).ShouldBeFalse();
        signer.Verify(release, "api", "no base64").ShouldBeFalse();
        (File.GetUnixFileMode(folder["signing.key"]) & (UnixFileMode.GroupRead | UnixFileMode.OtherRead)).ShouldBe(UnixFileMode.None);
        using var again = ImageSigner.Open(folder.Path);
        new ReleaseImages(_scene.Store, again).Of(release)[0].IsSigned.ShouldBeTrue();
    }

    private GateVerdict Verdict(Release release, string gate) =>
        _scene.Gates.Judge(release, ServerScene.Rungs.Environment("production")!).Single(g => g.Name == gate);

    private static string Code(Action action) => Should.Throw<DiagnosticException>(action).Diagnostics[0].Code;
}
