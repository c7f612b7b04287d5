using Towpath.Core.Containers;
using Towpath.Core.Diagnostics;
using Towpath.Core.Rollouts;
using Towpath.Engines;
using Towpath.Engines.Containers;
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
    ];

    [Theory]
    [MemberData(nameof(Passing))]
    public async Task RunAsync_AwayForAMoment_IsAskedAgain(Exception away)
    {
        var engine = new FailingEngine(away, times: 1);

        (await RunAsync(engine)).ShouldBeOfType<EffectSucceeded>();
        engine.Asked.ShouldBe(2);
    }

    [Fact]
    public async Task RunAsync_RefusedForAReason_FailsAtOnce()
    {
        var engine = new FailingEngine(new DiagnosticException(ExitCode.DeploymentFailed, GatewayDiagnostics.ReloadFailed("gateway", TimeSpan.FromSeconds(1))), times: 1);

        (await RunAsync(engine)).ShouldBeOfType<EffectFailed>().Diagnostic.Code.ShouldBe("TP5505");
        engine.Asked.ShouldBe(1);
    }

    private static Task<DeploymentEvent> RunAsync(IEnvironmentEngine engine) =>
        new EffectRunner(engine, Sample.Plan(Sample.Desired("1")), _ => [], () => { }, TimeProvider.System).RunAsync(Any, TestContext.Current.CancellationToken);

    private sealed class FailingEngine(Exception failure, int times) : IEnvironmentEngine
    {
        public int Asked { get; private set; }

        public Task<ObservedEnvironment> ObserveAsync(DeploymentPlan plan, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task ApplyAsync(Effect effect, DeploymentPlan plan, CancellationToken cancellationToken) =>
            ++Asked <= times ? Task.FromException(failure) : Task.CompletedTask;
    }
}
