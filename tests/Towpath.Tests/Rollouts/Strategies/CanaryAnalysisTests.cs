using Towpath.Core.Applications;
using Towpath.Core.Environments;
using Towpath.Core.Rollouts.Strategies;

namespace Towpath.Tests.Rollouts.Strategies;

public sealed class CanaryAnalysisTests
{
    private static readonly StrategySpec Spec = new()
    {
        Kind = StrategyKind.Canary,
        Interval = TimeSpan.FromSeconds(30),
        Analysis = new AnalysisSpec(LeastRequests: 20, MostErrors: 0.05, MostSlow: 0.1, HardErrors: 0.2, TimeSpan.FromMinutes(10)),
    };

    [Theory]
    [InlineData(0, 0, 0, 29, StepVerdict.Waits)]
    [InlineData(1000, 0, 0, 29, StepVerdict.Waits)]
    [InlineData(1000, 0, 0, 30, StepVerdict.Passed)]
    [InlineData(19, 0, 0, 30, StepVerdict.Waits)]
    [InlineData(20, 1, 0, 30, StepVerdict.Passed)]
    [InlineData(20, 2, 0, 30, StepVerdict.Failed)]
    [InlineData(20, 2, 0, 29, StepVerdict.Waits)]
    [InlineData(20, 0, 3, 30, StepVerdict.Failed)]
    [InlineData(0, 0, 0, 599, StepVerdict.Waits)]
    [InlineData(0, 0, 0, 600, StepVerdict.Starved)]
    [InlineData(19, 0, 0, 600, StepVerdict.Starved)]
    [InlineData(1, 1, 0, 0, StepVerdict.Waits)]
    [InlineData(4, 4, 0, 0, StepVerdict.Waits)]
    [InlineData(5, 5, 0, 0, StepVerdict.Aborted)]
    [InlineData(100, 20, 0, 29, StepVerdict.Waits)]
    [InlineData(100, 21, 0, 0, StepVerdict.Aborted)]
    public void Judge_EachCase_HasItsVerdict(long requests, long errors, long slow, int seconds, StepVerdict verdict) =>
        CanaryAnalysis.Judge(Spec, new RequestCounters(requests, errors, slow), TimeSpan.FromSeconds(seconds)).ShouldBe(verdict);

    [Fact]
    public void Judge_ByHandWithoutRequests_WaitsForEver() =>
        CanaryAnalysis.Judge(Spec with { ByHand = true }, default, TimeSpan.FromDays(1)).ShouldBe(StepVerdict.Waits);

    [Theory]
    [InlineData(true, 29, StepVerdict.Waits)]
    [InlineData(true, 30, StepVerdict.Passed)]
    [InlineData(false, 30, StepVerdict.Waits)]
    [InlineData(false, 100_000, StepVerdict.Waits)]
    public void JudgeUncounted_EachCase_PassesWhenItWasHeldAndAllAreReady(bool areReady, int seconds, StepVerdict verdict) =>
        CanaryAnalysis.JudgeUncounted(Spec, areReady, TimeSpan.FromSeconds(seconds)).ShouldBe(verdict);

    [Fact]
    public void Judge_SlowAnswersThatNobodyJudges_DoNotCount() =>
        CanaryAnalysis.Judge(Spec with { Analysis = Spec.Analysis with { MostSlow = null } }, new RequestCounters(20, 0, 20), TimeSpan.FromMinutes(1)).ShouldBe(StepVerdict.Passed);
}
