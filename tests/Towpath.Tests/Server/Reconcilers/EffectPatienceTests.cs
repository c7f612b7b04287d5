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

        var end = await new EffectRunner(engine, Sample.Plan(Sample.Desired("1")), _ => [], () => { }, time).RunAsync(Any, TestContext.Current.CancellationToken);

        (end is EffectSucceeded).ShouldBe(waits);
    }

    [Fact]
    public async Task RunAsync_RefusedForAReason_FailsAtOnce()
    {
        var engine = new FailingEngine(new DiagnosticException(ExitCode.DeploymentFailed, GatewayDiagnostics.ReloadFailed("gateway", TimeSpan.FromSeconds(1))), times: 1);

        (await RunAsync(engine)).ShouldBeOfType<EffectFailed>().Diagnostic.Code.ShouldBe("TP5505");
        engine.Asked.ShouldBe(1);
    }

    private static KubernetesException Of(ApiFailure failure) => new(failure, new Diagnostic("TP6300", Severity.Error, "the cluster does not answer"));

    private static Task<DeploymentEvent> RunAsync(IEnvironmentEngine engine) =>
        new EffectRunner(engine, Sample.Plan(Sample.Desired("1")), _ => [], () => { }, TimeProvider.System).RunAsync(Any, TestContext.Current.CancellationToken);

    private sealed class FailingEngine(Exception failure, Func<bool> isAway) : IEnvironmentEngine
    {
        public FailingEngine(Exception failure, int times)
            : this(failure, () => times-- > 0)
        {
        }

        public int Asked { get; private set; }

        public Task<ObservedEnvironment> ObserveAsync(DeploymentPlan plan, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task ApplyAsync(Effect effect, DeploymentPlan plan, CancellationToken cancellationToken)
        {
            Asked++;
            return isAway() ? Task.FromException(failure) : Task.CompletedTask;
        }
    }
}
