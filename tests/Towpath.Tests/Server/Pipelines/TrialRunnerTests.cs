using System.Collections.Immutable;
using Towpath.Core.Applications;
using Towpath.Core.Containers;
using Towpath.Core.Diagnostics;
using Towpath.Core.Journal;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Server.Pipelines;

/// <summary>Trials that end badly, and what they leave: nothing. Those that end well need real containers.</summary>
public sealed class TrialRunnerTests : IDisposable
{
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(200);
    private readonly PipelineFixture _ = new();

    public TrialRunnerTests()
    {
        _.Engine.OnLogs = c => [$"last words of {c.Plan.Labels[ContainerLabels.Service]}"];
        _.Uses(Tried(), Database());
    }

    public void Dispose() => _.Dispose();

    [Fact]
    public async Task RunAsync_ProcessThatEnds_FailsWithItsLastLines()
    {
        _.Engine.OnStart = plan => plan.Aliases.Contains("api") ? (ContainerState.Exited, 3) : (ContainerState.Running, 0);

        var diagnostic = await FailAsync();

        diagnostic.ShouldSatisfyAllConditions(
            d => d.Code.ShouldBe("TP3023"), d => d.Headline.ShouldContain("exit code 3"), d => d.Notes.ShouldBe(["last words of api"]), d => d.Location.ShouldBe(Models.At(8)));
    }

    [Fact]
    public async Task RunAsync_NeedThatIsNeverReady_FailsBeforeTheServiceIsStarted()
    {
        _.Engine.OnExec = (_, _) => new(1, "no");

        (await FailAsync()).ShouldSatisfyAllConditions(d => d.Code.ShouldBe("TP3025"), d => d.Headline.ShouldContain("because db "));

        _.Engine.Calls.ShouldNotContain(c => c.StartsWith("create shop-trial_api-api-", StringComparison.Ordinal));
    }

    [Fact]
    public async Task RunAsync_TrialContainers_LookLikeThoseOfAnEnvironment()
    {
        ContainerPlan? seen = null;
        _.Engine.OnStart = plan =>
        {
            seen = plan.Aliases.Contains("api") ? plan : seen;
            return plan.Aliases.Contains("api") ? (ContainerState.Exited, 1) : (ContainerState.Running, 0);
        };

        await FailAsync();

        seen.ShouldNotBeNull().ShouldSatisfyAllConditions(
            p => p.Network.ShouldBe("shop-trial_api"),
            p => p.Environment["MODE"].ShouldBe("try"),
            p => p.Limits.MemoryBytes.ShouldBe(1 << 20),
            p => p.Ports.ShouldBeEmpty(),
            p => p.Restart.ShouldBe(RestartPolicy.No),
            p => p.Labels[ContainerLabels.Environment].ShouldBe("trial_api"));
    }

    [Fact]
    public async Task RunAsync_Cancelled_LeavesNothing()
    {
        using var cancel = new CancellationTokenSource();
        _.Engine.OnExec = (_, _) =>
        {
            cancel.Cancel();
            return new(1, "no");
        };
        var run = _.Queue();

        await Should.ThrowAsync<OperationCanceledException>(() => _.Runner.RunAsync(run, cancel.Token));

        _.NothingIsLeft(run);
        (await _.Engine.ListNetworksAsync([], default)).ShouldBeEmpty();
        (await _.Engine.ListVolumesAsync([], default)).ShouldBeEmpty();
        Directory.Exists(Path.Combine(_.Options.RunFolder(run.Id), "trial", "api")).ShouldBeFalse();
    }

    [Fact]
    public async Task RunAsync_LeftoversOfAKilledTrial_AreRemovedFirst()
    {
        var labels = new Dictionary<string, string> { [ContainerLabels.Application] = "shop", [ContainerLabels.Environment] = "trial_gone" };
        var image = _.Engine.AddImage("old");
        await _.Engine.CreateContainerAsync(new ContainerPlan { Name = "left", Image = image, Labels = labels.ToImmutableSortedDictionary() }, default);
        await _.Engine.CreateNetworkAsync(new("shop-trial_gone", "10.213.9.0/24", labels), default);
        await _.Engine.CreateVolumeAsync("shop-trial_gone-db", labels, default);
        await _.Engine.CreateVolumeAsync("shop-production-db", labels, default);
        _.Uses(Models.Built("api"));

        (await _.Runner.RunAsync(_.Queue(), default)).ShouldNotBeNull();

        _.Engine.Containers.ShouldBeEmpty();
        (await _.Engine.ListNetworksAsync([], default)).ShouldBeEmpty();
        (await _.Engine.ListVolumesAsync([], default)).ShouldBe(["shop-production-db"]);
    }

    [Fact]
    public async Task RunAsync_MountOfTheMachine_IsNotTriedAndSaysSo()
    {
        _.Uses(Tried(), Database() with { Mounts = [new Mount(MountKind.Bind, "/srv/data", "/data", false, null, Models.At())] });
        var run = _.Queue();

        (await _.Runner.RunAsync(run, default)).ShouldNotBeNull();

        _.Store.Evidence(run.Id).Single(e => e.Step == "trial:api").Detail.ShouldBe("not tried: db writes to /srv/data of this machine");
        _.Facts(FactKind.DiagnosticReported).Single(f => f.Step == "trial:api").Diagnostic!.ShouldSatisfyAllConditions(d => d.Code.ShouldBe("TP3028"), d => d.Severity.ShouldBe(Severity.Note));
        _.Engine.Calls.ShouldNotContain(c => c.StartsWith("start", StringComparison.Ordinal));
    }

    private static Service Tried() => Models.Built("api") with
    {
        Environment = ImmutableSortedDictionary<string, string>.Empty.Add("MODE", "try"),
        Limits = new Limits(null, 1 << 20, null),
        Restart = RestartPolicy.Always,
        Ports = [new PublishedPort(8000, 8000, "tcp", Models.At())],
        DependsOn = [new Dependency("db", DependencyCondition.Healthy, true, Models.At())],
        Delivery = new Delivery { Health = new HealthEndpoint("/healthz", "/healthz", 8000, Models.At(8)), Trial = new TrialSpec(true, Short, Models.At()) },
    };

    private static Service Database() => Models.Image("db", "postgres:15") with
    {
        Healthcheck = new Healthcheck(["ready"], TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1), 3, TimeSpan.Zero, Models.At()),
        Mounts = [new Mount(MountKind.Volume, "db", "/data", false, null, Models.At())],
    };

    private async Task<Diagnostic> FailAsync()
    {
        var run = _.Queue();
        (await _.Runner.RunAsync(run, default)).ShouldBeNull();
        _.Store.Evidence(run.Id).Single(e => e.Step == "trial:api").Succeeded.ShouldBeFalse();
        (await _.Engine.ListNetworksAsync([], default)).ShouldBeEmpty();
        return _.Failure(run);
    }
}
