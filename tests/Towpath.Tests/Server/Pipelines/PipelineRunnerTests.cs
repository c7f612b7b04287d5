using System.Collections.Immutable;
using Towpath.Core.Applications;
using Towpath.Core.Containers;
using Towpath.Core.Diagnostics;
using Towpath.Core.Journal;
using Towpath.Engines.Containers;
using Towpath.Server.Storage;
using Towpath.Server.Supply;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Server.Pipelines;

public sealed class PipelineRunnerTests : IDisposable
{
    private static readonly TestSpec CommandTest = new(null, ["pytest", "-q"], TimeSpan.FromMinutes(1), Models.At(7));
    private static readonly TestSpec TargetTest = new("test", null, TimeSpan.FromMinutes(1), Models.At(7));
    private readonly PipelineFixture _ = new();

    public void Dispose() => _.Dispose();

    [Fact]
    public async Task RunAsync_GoodCommit_ReadsEachImageAndSaysWhereTheReleaseComesFrom()
    {
        _.Engine.OnExport = _ => new Dictionary<string, string> { ["var/lib/dpkg/status"] = "Package: zlib1g\nVersion: 1.2\nStatus: install ok installed\n" };
        var run = _.Queue();

        var release = (await _.Runner.RunAsync(run, default)).ShouldNotBeNull();

        _.Store.Evidence(run.Id).Where(e => e.Step.StartsWith("sbom:", StringComparison.Ordinal)).Select(e => $"{e.Step} {e.Detail}").Order()
            .ShouldBe(["sbom:api 1 package (1 deb)", "sbom:db 1 package (1 deb)"]);
        _.Inventories.Known(release.Images["db"].Digest).ShouldNotBeNull().Packages.Single().Name.ShouldBe("zlib1g");
        var provenance = new ReleaseProvenance(_.Store, _.Signer, _.Engine);
        var envelope = provenance.Of(release).ShouldNotBeNull();
        provenance.WhyNot(release, envelope).ShouldBeNull();
        provenance.WhyNot(release with { Images = release.Images.SetItem("db", release.Images["api"]) }, envelope).ShouldBe("it speaks of other images of db");
        provenance.WhyNot(release, envelope.Replace("\"payload\":\"ey", "\"payload\":\"eY", StringComparison.Ordinal))!.ShouldContain("not signed with the key");
        var statement = System.Text.Encoding.UTF8.GetString(Convert.FromBase64String(Towpath.Core.Supply.Provenance.Dsse.Read(envelope)!.Payload));
        statement.ShouldContain($"\"invocationId\":\"{run.Id}\"");
        statement.ShouldContain("sbom:db");
        statement.ShouldContain("postgres:15");
    }

    [Fact]
    public async Task RunAsync_GoodCommit_MakesAReleaseWithKeptImages()
    {
        var run = _.Queue();

        var release = (await _.Runner.RunAsync(run, default)).ShouldNotBeNull();

        release.Commit.ShouldBe(run.Commit);
        release.Images.Keys.ShouldBe(["api", "db"]);
        foreach (var (service, image) in release.Images)
        {
            image.Reference.ShouldBe($"localhost/towpath/shop/{service}:{image.Digest[7..19]}");
            _.Engine.Images.Single(i => i.Id == image.Digest).References.ShouldContain(image.Reference);
        }

        _.Store.Run(run.Id)!.ShouldSatisfyAllConditions(r => r.State.ShouldBe(RunState.Succeeded), r => r.Release.ShouldBe(release.Id));
        _.Store.RunOfRelease("shop", release.Id).ShouldBe(run.Id);
        _.Store.Evidence(run.Id).ShouldAllBe(e => e.Succeeded && File.Exists(e.LogFile));
        _.Store.Evidence(run.Id).Select(e => e.Step).Where(s => !s.StartsWith("sbom:", StringComparison.Ordinal)).ShouldBe(["check", "contract", "build:api", "image:db"], ignoreOrder: true);
        _.Facts(FactKind.StepSucceeded).ShouldAllBe(f => f.Duration != null && f.Run == run.Id);
        _.Facts(FactKind.ReleaseCreated).Single().Release.ShouldBe(release.Id);
        _.NothingIsLeft(run);
    }

    [Fact]
    public async Task RunAsync_OtherCommitSameContent_SameDigests()
    {
        var first = await _.Runner.RunAsync(_.Queue(), default);
        _.Repository.Write("readme.md", "changed");
        var second = await _.Runner.RunAsync(_.Queue(), default);

        second!.Images["api"].ShouldBe(first!.Images["api"]);
        second.Id.ShouldNotBe(first.Id);
    }

    [Fact]
    public async Task RunAsync_CommitWithRelease_IsReusedWithoutABuild()
    {
        var first = await _.Runner.RunAsync(_.Queue(), default);
        var builds = Builds();

        var run = _.Queue(first!.Commit);
        var second = await _.Runner.RunAsync(run, default);

        second!.Id.ShouldBe(first.Id);
        Builds().ShouldBe(builds);
        _.Store.Run(run.Id)!.Release.ShouldBe(first.Id);
        _.Facts(FactKind.ReleaseCreated)[^1].Text.ShouldContain("there already");
    }

    [Fact]
    public async Task RunAsync_ReleaseWhoseImageIsGone_IsBuiltAgain()
    {
        var first = await _.Runner.RunAsync(_.Queue(), default);
        var builds = Builds();
        await _.Engine.RemoveImageAsync(first!.Images["api"].Digest, default);
        await _.Engine.RemoveImageAsync(first.Images["api"].Reference, default);

        (await _.Runner.RunAsync(_.Queue(first.Commit), default)).ShouldNotBeNull();

        Builds().ShouldBe(builds + 1);
    }

    [Fact]
    public async Task RunAsync_BuildFails_TellsTheStepAndItsLog()
    {
        _.Engine.OnBuild = (_, _, log, _) =>
        {
            log("STEP 1/2: FROM debian\nSTEP 2/2: RUN make\nmake: no target");
            throw new EngineException(EngineError.BuildFailed, "exit status 2");
        };
        var run = _.Queue();

        (await _.Runner.RunAsync(run, default)).ShouldBeNull();

        var diagnostic = _.Failure(run);
        diagnostic.Code.ShouldBe("TP3010");
        diagnostic.Location!.ToString().ShouldBe("api/Dockerfile:2:1");
        diagnostic.Notes.ShouldContain("make: no target");
        _.Store.Evidence(run.Id).Single(e => e.Step == "build:api").Succeeded.ShouldBeFalse();
        (await File.ReadAllTextAsync(Path.Combine(_.Options.RunFolder(run.Id), "build:api.log"))).ShouldContain("make: no target");
    }

    [Fact]
    public async Task RunAsync_DiskFullInABuild_SaysSo()
    {
        _.Engine.OnBuild = (_, _, log, _) =>
        {
            log("write /x: no space left on device");
            throw new EngineException(EngineError.BuildFailed, "exit status 1");
        };
        var run = _.Queue();

        await _.Runner.RunAsync(run, default);

        _.Failure(run).Code.ShouldBe("TP3014");
    }

    [Fact]
    public async Task RunAsync_ImageCannotBePulled_IsADiagnosticAtTheService()
    {
        _.Engine.Registry.Remove("postgres:15");
        var run = _.Queue();

        await _.Runner.RunAsync(run, default);

        _.Failure(run).ShouldSatisfyAllConditions(d => d.Code.ShouldBe("TP3013"), d => d.Location.ShouldBe(Models.At()));
    }

    [Fact]
    public async Task RunAsync_OneFails_StopsTheOthers()
    {
        _.Uses(Models.Built("api"), Models.Built("base"));
        var stopped = false;
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _.Engine.OnBuild = async (request, _, _, token) =>
        {
            if (request.Labels[ContainerLabels.Service] == "api")
            {
                await begun.Task.WaitAsync(TimeSpan.FromSeconds(30), token);
                throw new EngineException(EngineError.BuildFailed, "exit status 2");
            }
            begun.SetResult();
            try
            {
                await Task.Delay(Timeout.Infinite, token);
            }
            finally
            {
                stopped = true;
            }

            return null;
        };
        var run = _.Queue();

        await _.Runner.RunAsync(run, default);

        _.Failure(run).Code.ShouldBe("TP3010");
        stopped.ShouldBeTrue();
        _.Facts(FactKind.StepFailed).Select(f => f.Step).ShouldBe(["build:api", "build:base"], ignoreOrder: true);
    }

    [Fact]
    public async Task RunAsync_CommandTest_RunsInTheBuiltImageWithoutANetwork()
    {
        _.Uses(Models.Built("api", test: CommandTest));
        ContainerPlan? plan = null;
        _.Engine.OnStart = p =>
        {
            plan = p;
            return (ContainerState.Exited, 0);
        };
        var run = _.Queue();

        var release = await _.Runner.RunAsync(run, default);

        plan!.Image.ShouldBe(release!.Images["api"].Digest);
        plan.Network.ShouldBeNull();
        plan.Entrypoint!.Value.ShouldBe(["pytest", "-q"]);
        plan.Labels[ContainerLabels.Role].ShouldBe(ContainerLabels.RoleTest);
        _.NothingIsLeft(run);
    }

    [Fact]
    public async Task RunAsync_CommandTestFails_IsRedWithItsLastLines()
    {
        _.Uses(Models.Built("api", test: CommandTest));
        _.Engine.OnStart = _ => (ContainerState.Exited, 3);
        _.Engine.OnLogs = _ => ["1 failed"];
        var run = _.Queue();

        await _.Runner.RunAsync(run, default);

        _.Failure(run).ShouldSatisfyAllConditions(
            d => d.Code.ShouldBe("TP3011"), d => d.Headline.ShouldContain("exit code 3"), d => d.Notes.ShouldContain("1 failed"), d => d.Location!.Line.ShouldBe(7));
    }

    [Fact]
    public async Task RunAsync_CommandTestHangs_EndsAtItsLimit()
    {
        _.Uses(Models.Built("api", test: CommandTest with { Timeout = TimeSpan.FromMilliseconds(50) }));
        _.Engine.OnWait = async (_, token) =>
        {
            await Task.Delay(Timeout.Infinite, token);
            return 0;
        };
        var run = _.Queue();

        await _.Runner.RunAsync(run, default);

        _.Failure(run).Code.ShouldBe("TP3012");
    }

    [Fact]
    public async Task RunAsync_TargetTestFails_IsATestFailure()
    {
        _.Uses(Models.Built("api", test: TargetTest));
        _.Engine.OnBuild = (request, _, _, _) => request.Target == "test"
            ? throw new EngineException(EngineError.BuildFailed, "exit status 1")
            : Task.FromResult<string?>(null);
        var run = _.Queue();

        await _.Runner.RunAsync(run, default);

        _.Failure(run).Code.ShouldBe("TP3011");
    }

    [Fact]
    public async Task RunAsync_FromOtherServicesImage_BuildsThatFirst()
    {
        _.Uses(Models.Built("api"), Models.Built("base", image: "shop/base"));
        _.Repository.Write("api/Dockerfile", "FROM shop/base\n");

        await _.Runner.RunAsync(_.Queue(), default);

        _.Engine.Calls.Where(c => c.StartsWith("build ", StringComparison.Ordinal)).ShouldBe(["build base", "build api"]);
        _.Engine.Images.ShouldContain(i => i.References.Contains("shop/base"));
    }

    [Fact]
    public async Task RunAsync_ModelHasErrors_ShowsAllAndBuildsNothing()
    {
        var warning = new Diagnostic("TP1000", Severity.Warning, "careful");
        var error = new Diagnostic("TP1001", Severity.Error, "wrong");
        _.Read = _ => (null, [warning, error]);
        var run = _.Queue();

        await _.Runner.RunAsync(run, default);

        _.Failure(run).ShouldBe(error);
        _.Facts(FactKind.DiagnosticReported).ShouldHaveSingleItem().Diagnostic.ShouldBe(warning);
        Builds().ShouldBe(0);
    }

    [Fact]
    public async Task RunAsync_DockerfileNotCommitted_IsADiagnostic()
    {
        _.Uses(Models.Built("web"));
        var run = _.Queue();

        await _.Runner.RunAsync(run, default);

        _.Failure(run).Code.ShouldBe("TP3018");
    }

    [Fact]
    public async Task RunAsync_CommitGone_IsADiagnostic()
    {
        var run = _.Queue(new string('0', 40));

        await _.Runner.RunAsync(run, default);

        _.Failure(run).Code[..4].ShouldBe("TP30");
    }

    [Theory]
    [InlineData("build api")]
    [InlineData("create towpath-test")]
    [InlineData("start towpath-test")]
    [InlineData("wait towpath-test")]
    [InlineData("pull postgres:15")]
    [InlineData("tag ")]
    public async Task RunAsync_CancelledAnywhere_LeavesNothing(string where)
    {
        _.Uses(Models.Built("api", test: CommandTest), Models.Image("db", "postgres:15"));
        using var cancel = new CancellationTokenSource();
        _.Engine.OnCall = async (call, token) =>
        {
            if (!call.StartsWith(where, StringComparison.Ordinal))
                return;
            await cancel.CancelAsync();
            token.ThrowIfCancellationRequested();
        };
        var run = _.Queue();

        await Should.ThrowAsync<OperationCanceledException>(() => _.Runner.RunAsync(run, cancel.Token));

        _.Engine.OnCall = null;
        _.NothingIsLeft(run);
        _.Store.Releases("shop", 1).ShouldBeEmpty();
        (await _.Runner.RunAsync(run, default)).ShouldNotBeNull("it can begin again");
    }

    [Fact]
    public async Task RunAsync_LeftoversOfACutOffRun_AreCleared()
    {
        var run = _.Queue();
        var stale = Path.Combine(_.Options.RunFolder(run.Id), "source", "stale");
        Directory.CreateDirectory(stale);
        _.Engine.AddImage("x");
        await _.Engine.CreateContainerAsync(
            new ContainerPlan
            {
                Name = "left",
                Image = "x",
                Labels = ImmutableSortedDictionary<string, string>.Empty
                    .Add(ContainerLabels.Application, "shop").Add(ContainerLabels.Role, ContainerLabels.RoleTest),
            },
            default);

        (await _.Runner.RunAsync(run, default)).ShouldNotBeNull();

        _.NothingIsLeft(run);
    }

    private int Builds() => _.Engine.Calls.Count(c => c.StartsWith("build ", StringComparison.Ordinal));
}
