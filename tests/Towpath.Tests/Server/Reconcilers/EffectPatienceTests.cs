using Towpath.Core.Containers;
using Towpath.Core.Diagnostics;
using Towpath.Core.Rollouts;
using Towpath.Engines;
using Towpath.Engines.Containers;
using Towpath.Engines.Kubernetes;
using Towpath.Server.Reconcilers;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Server.Reconcilers;

public sealed class EffectPatienceTests
{
    private static readonly Effect Any = new PrepareEnvironment();

    public static TheoryData<Exception> Passing =>
    [
        new EngineException(EngineError.Unreachable, "no socket"),
        new DiagnosticException(ExitCode.EngineUnavailable, GatewayDiagnostics.NotAnswering("/run/haproxy.sock", "connection reset")),
        Of(ApiFailure.Unreachable),
        Of(ApiFailure.Busy),
        Of(ApiFailure.Unauthorized),
        Of(ApiFailure.Conflict),
    ];

    [Theory]
    [MemberData(nameof(Passing))]
    public async Task RunAsync_AwayForAMoment_IsAskedAgain(Exception away)
    {
        var engine = new FailingEngine(away, times: 1);

        (await RunAsync(engine)).ShouldBeOfType<EffectSucceeded>();
        engine.Asked.ShouldBe(2);
    }

    /// <summary>What runs on a cluster goes on without its API server, and a rollback would need it too: waiting is all that helps.</summary>
    [Theory]
    [InlineData(ApiFailure.Unreachable, 120, true)]
    [InlineData(ApiFailure.Unreachable, 320, false)]
    [InlineData(ApiFailure.Unauthorized, 50, true)]
    [InlineData(ApiFailure.Unauthorized, 80, false)]
    [InlineData(ApiFailure.Forbidden, 1, false)]
    public async Task RunAsync_ClusterAwayForAWhile_IsWaitedForWithinBounds(ApiFailure failure, int seconds, bool waits)
    {
        var time = new HurriedTime();
        var began = time.GetTimestamp();
        var engine = new FailingEngine(Of(failure), () => time.GetElapsedTime(began) < TimeSpan.FromSeconds(seconds));

        var end = await RunAsync(engine, time);

        (end is EffectSucceeded).ShouldBe(waits);
    }

    /// <summary>An API server that was away knows nobody for a moment when it is back: that must not be one second too many.</summary>
    [Fact]
    public async Task RunAsync_AwayAndThenKnowingNobody_IsBorneEachForItself()
    {
        var time = new HurriedTime();
        var began = time.GetTimestamp();
        var seconds = () => time.GetElapsedTime(began).TotalSeconds;
        var engine = new FailingEngine(() => seconds() < 100 ? Of(ApiFailure.Unreachable) : seconds() < 130 ? Of(ApiFailure.Unauthorized) : null);

        (await RunAsync(engine, time)).ShouldBeOfType<EffectSucceeded>();
    }

    /// <summary>A migration may run for minutes before the cluster is away for the first time.</summary>
    [Fact]
    public async Task RunAsync_FailsAfterItWentWellForLong_IsAskedAgain()
    {
        var time = new HurriedTime();
        var isFirst = true;
        var engine = new FailingEngine(() =>
        {
            if (!isFirst) return null;
            isFirst = false;
            using var takes = time.CreateTimer(_ => { }, null, TimeSpan.FromMinutes(10), Timeout.InfiniteTimeSpan);
            return Of(ApiFailure.Unreachable);
        });

        (await RunAsync(engine, time)).ShouldBeOfType<EffectSucceeded>();
    }

    /// <summary>Those that take turns end too.</summary>
    [Fact]
    public async Task RunAsync_FailuresThatTakeTurns_HaveAnEnd()
    {
        var turn = 0;
        var engine = new FailingEngine(() => Of(turn++ % 2 == 0 ? ApiFailure.Unreachable : ApiFailure.Unauthorized));

        (await RunAsync(engine, new HurriedTime())).ShouldBeOfType<EffectFailed>();
    }

    [Fact]
    public async Task RunAsync_RefusedForAReason_FailsAtOnce()
    {
        var engine = new FailingEngine(new DiagnosticException(ExitCode.DeploymentFailed, GatewayDiagnostics.ReloadFailed("gateway", TimeSpan.FromSeconds(1))), times: 1);

        (await RunAsync(engine)).ShouldBeOfType<EffectFailed>().Diagnostic.Code.ShouldBe("TP5505");
        engine.Asked.ShouldBe(1);
    }

    private static KubernetesException Of(ApiFailure failure) => new(failure, new Diagnostic("TP6300", Severity.Error, "the cluster does not answer"));

    private static Task<DeploymentEvent> RunAsync(IEnvironmentEngine engine, TimeProvider? time = null) =>
        new EffectRunner(engine, Sample.Plan(Sample.Desired("1")), _ => [], () => { }, time ?? TimeProvider.System).RunAsync(Any, TestContext.Current.CancellationToken);

    private sealed class FailingEngine(Func<Exception?> failure) : IEnvironmentEngine
    {
        public FailingEngine(Exception failure, Func<bool> isAway)
            : this(() => isAway() ? failure : null)
        {
        }

        public FailingEngine(Exception failure, int times)
            : this(failure, () => times-- > 0)
        {
        }

        public int Asked { get; private set; }

        public Task<ObservedEnvironment> ObserveAsync(DeploymentPlan plan, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task ApplyAsync(Effect effect, DeploymentPlan plan, CancellationToken cancellationToken)
        {
            Asked++;
            return failure() is { } failed ? Task.FromException(failed) : Task.CompletedTask;
        }
    }
}
