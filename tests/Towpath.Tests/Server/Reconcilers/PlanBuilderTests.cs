using Towpath.Core.Applications;
using Towpath.Core.Diagnostics;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Server.Reconcilers;

public sealed class PlanBuilderTests : IDisposable
{
    private readonly ServerScene _scene = new();

    public void Dispose() => _scene.Dispose();

    [Fact]
    public void Build_GeneratedSecret_IsMadeOncePerEnvironment()
    {
        _scene.Ship("r-1", [new Secret("token", SecretSource.Generated, null, 24, Models.At())], Reader());
        var first = _scene.Plans.Build(_scene.Request("development", "r-1"));
        var value = _scene.Environments.Folder(ServerScene.Application, "development").Secrets.Value("token");

        var again = _scene.Plans.Build(_scene.Request("development", "r-1"));
        _scene.Plans.Build(_scene.Request("staging", "r-1"));

        value!.Length.ShouldBe(24);
        again.Target.Service("api")!.Revision.ShouldBe(first.Target.Service("api")!.Revision);
        _scene.Environments.Folder(ServerScene.Application, "development").Secrets.Value("token").ShouldBe(value);
        _scene.Environments.Folder(ServerScene.Application, "staging").Secrets.Value("token").ShouldNotBe(value);
    }

    [Fact]
    public void Build_GivenSecretWithoutAValue_IsTP5011AtItsLine()
    {
        _scene.Ship("r-1", [new Secret("token", SecretSource.Given, null, 0, Models.At(7))], Reader());

        var failure = Should.Throw<DiagnosticException>(() => _scene.Plans.Build(_scene.Request("development", "r-1"))).Diagnostics.ShouldHaveSingleItem();

        failure.Code.ShouldBe("TP5011");
        failure.Location!.Line.ShouldBe(7);
        failure.Help!.ShouldContain("towpath secret set development token");
    }

    [Fact]
    public void Build_GivenSecretOfNobody_IsNotAskedFor()
    {
        _scene.Ship("r-1", [new Secret("token", SecretSource.Given, null, 0, Models.At(7))]);

        _scene.Plans.Build(_scene.Request("development", "r-1")).Target.Release.ShouldBe("r-1");
    }

    [Fact]
    public void Build_SecretGetsANewValue_IsANewRevisionOfItsReadersOnly()
    {
        _scene.Ship("r-1", [new Secret("token", SecretSource.Given, null, 0, Models.At())], Reader(), Models.Image("web", "web"));
        var folder = _scene.Environments.Folder(ServerScene.Application, "development");
        folder.Secrets.Set("token", "one"u8);
        var before = _scene.Plans.Build(_scene.Request("development", "r-1")).Target;

        folder.Secrets.Set("token", "two"u8);
        var after = _scene.Plans.Build(_scene.Request("development", "r-1")).Target;

        after.Service("api")!.Revision.ShouldNotBe(before.Service("api")!.Revision);
        after.Service("web")!.Revision.ShouldBe(before.Service("web")!.Revision);
    }

    [Fact]
    public void Build_ReleaseBefore_IsPlannedToo()
    {
        _scene.Ship("r-1");
        _scene.Ship("r-2");

        var plan = _scene.Plans.Build(_scene.Request("development", "r-2", previous: "r-1"));

        plan.Previous!.Release.ShouldBe("r-1");
        plan.Target.Release.ShouldBe("r-2");
        _scene.Plans.Build(_scene.Request("development", "r-2")).Previous.ShouldBeNull();
    }

    [Fact]
    public void Build_SecretFromAFile_FollowsTheCommitUntilAPersonGivesAValue()
    {
        Secret[] secrets = [new Secret("token", SecretSource.File, "token.txt", 0, Models.At())];
        var folder = _scene.Environments.Folder(ServerScene.Application, "development");
        foreach (var (release, value) in new[] { ("r-1", "one"), ("r-2", "two") })
        {
            _scene.Ship(release, secrets, Reader());
            var file = folder.CommitFile(release, "token.txt");
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, value);
            _scene.Plans.Build(_scene.Request("development", release));
            folder.Secrets.Value("token").ShouldBe(value);
        }

        folder.Secrets.Set("token", "given"u8);
        _scene.Store.RemoveValues(ServerScene.Application, "development", Towpath.Server.Reconcilers.EnvironmentRegistry.FromCommit("token"));
        _scene.Plans.Build(_scene.Request("development", "r-1"));

        folder.Secrets.Value("token").ShouldBe("given");
    }

    [Fact]
    public void Preview_SecretsThatADeploymentWouldMake_HaveTheirVersionsAndAreNotMade()
    {
        Secret[] secrets = [new Secret("token", SecretSource.Generated, null, 24, Models.At()), new Secret("file", SecretSource.File, "token.txt", 0, Models.At())];
        var reader = Models.Image("api", "api") with { Secrets = [new FileMount("token", "/run/secrets/token", null, Models.At()), new FileMount("file", "/run/secrets/file", null, Models.At())] };
        var folder = _scene.Environments.Folder(ServerScene.Application, "development");
        foreach (var (release, value) in new[] { ("r-1", "one"), ("r-2", "two") })
        {
            _scene.Ship(release, secrets, reader);
            var file = folder.CommitFile(release, "token.txt");
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, value);
        }

        var first = _scene.Plans.Preview(ServerScene.Application, "development", "r-1");
        first.SecretVersions.ShouldBe(new Dictionary<string, string> { ["token"] = "1", ["file"] = "1" }, ignoreOrder: true);
        folder.Secrets.Version("token").ShouldBeNull();
        folder.Secrets.Version("file").ShouldBeNull();

        var made = _scene.Plans.Build(_scene.Request("development", "r-1")).Target;
        made.Services[0].Revision.ShouldBe(first.Services[0].Revision, "what was shown is what came");
        var second = _scene.Plans.Preview(ServerScene.Application, "development", "r-2");
        second.SecretVersions["file"].ShouldBe("2");
        second.Services[0].Revision.ShouldBe(_scene.Plans.Build(_scene.Request("development", "r-2")).Target.Services[0].Revision);
    }

    [Fact]
    public void Preview_TheReleaseThatRuns_HasTheSecretsThatItCameInWith()
    {
        _scene.Ship("r-1", [new Secret("token", SecretSource.Given, null, 0, Models.At())], Reader());
        var folder = _scene.Environments.Folder(ServerScene.Application, "development");
        folder.Secrets.Set("token", "one"u8);
        _scene.Plans.Build(_scene.Request("development", "r-1"));
        _scene.Arrive("development", "r-1");

        folder.Secrets.Set("token", "two"u8);

        _scene.Plans.Preview(ServerScene.Application, "development", "r-1").SecretVersions["token"].ShouldBe("1", "a value that is given later belongs to the next deployment");
    }

    private static Service Reader() =>
        Models.Image("api", "api") with { Secrets = [new FileMount("token", "/run/secrets/token", null, Models.At())] };
}
