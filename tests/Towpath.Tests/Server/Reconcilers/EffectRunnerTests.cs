using Towpath.Core.Diagnostics;
using Towpath.Core.Rollouts;
using Towpath.Engines;
using Towpath.Engines.Containers;
using Towpath.Server.Reconcilers;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Server.Reconcilers;

public sealed class EffectRunnerTests
{
    private static readonly StartReplica Start = new(Side.Target, "api", 0, "shop-production-api-1");

    [Theory]
    [InlineData(EngineError.DiskFull, "TP6003")]
    [InlineData(EngineError.ImageUnavailable, "TP6004")]
    [InlineData(EngineError.PortTaken, "TP6005")]
    [InlineData(EngineError.Other, "TP6012")]
    public async Task RunAsync_EngineRefuses_TellsWhatAndForWhichService(EngineError error, string code)
    {
        var diagnostic = await FailAsync(new EngineException(error, "words of the engine"));

        diagnostic.Code.ShouldBe(code);
        diagnostic.Headline.ShouldEndWith("while starting api #1 in production");
        diagnostic.Location.ShouldBe(Sample.Here(3));
        diagnostic.Notes.ShouldContain("The engine said: words of the engine");
    }

    [Fact]
    public async Task RunAsync_SomethingElseFails_TellsItsWords()
    {
        var diagnostic = await FailAsync(new InvalidOperationException("all addresses are in use"));

        diagnostic.Code.ShouldBe("TP5009");
        diagnostic.Headline.ShouldBe("starting api #1 failed in production: all addresses are in use");
    }

    [Fact]
    public async Task RunAsync_Diagnostic_IsPassedOn() =>
        (await FailAsync(new DiagnosticException(ExitCode.DeploymentFailed, RolloutDiagnostics.NoSubnet("production")))).Code.ShouldBe("TP5012");

    private static async Task<Diagnostic> FailAsync(Exception failure)
    {
        var runner = new EffectRunner(new Broken(failure), Sample.Plan(Sample.Desired("1")), _ => [], () => { }, TimeProvider.System);
        return (await runner.RunAsync(Start, CancellationToken.None)).ShouldBeOfType<EffectFailed>().Diagnostic;
    }

    private sealed class Broken(Exception failure) : IEnvironmentEngine
    {
        public Task<ObservedEnvironment> ObserveAsync(DeploymentPlan plan, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task ApplyAsync(Effect effect, DeploymentPlan plan, CancellationToken cancellationToken) => Task.FromException(failure);
    }
}
