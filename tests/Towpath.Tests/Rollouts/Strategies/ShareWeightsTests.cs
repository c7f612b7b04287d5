using Towpath.Core.Rollouts.Strategies;

namespace Towpath.Tests.Rollouts.Strategies;

public sealed class ShareWeightsTests
{
    [Theory]
    [InlineData(0, 3, 2, 0, 100)]
    [InlineData(100, 3, 2, 100, 0)]
    [InlineData(50, 2, 2, 100, 100)]
    [InlineData(50, 1, 2, 200, 100)]
    [InlineData(10, 1, 0, 100, 0)]
    [InlineData(10, 0, 4, 0, 100)]
    public void Of_PlainCases_AreAsExpected(int percent, int fresh, int old, int newWeight, int oldWeight) =>
        ShareWeights.Of(percent, fresh, old).ShouldBe((newWeight, oldWeight));

    [Fact]
    public void Of_AnyShareAndNumbers_IsTheNearestThatWholeWeightsCanCome()
    {
        for (var fresh = 1; fresh <= 9; fresh++)
            for (var old = 1; old <= 9; old++)
                foreach (var percent in (int[])[1, 3, 7, 10, 25, 33, 50, 66, 90, 99])
                {
                    var (a, b) = ShareWeights.Of(percent, fresh, old);

                    a.ShouldBeInRange(1, ShareWeights.Most);
                    b.ShouldBeInRange(1, ShareWeights.Most);
                    var error = Math.Abs(ShareWeights.Percent(a, fresh, b, old) - percent);
                    error.ShouldBeLessThanOrEqualTo(Nearest(percent, fresh, old) + 1e-6, $"{percent} % of {fresh} and {old}");
                }
    }

    [Fact]
    public void Of_UsualNumbers_MissesTheShareByLessThanHalfAPercent()
    {
        for (var fresh = 1; fresh <= 10; fresh++)
            for (var old = 1; old <= 10; old++)
                for (var percent = 5; percent <= 95; percent += 5)
                    ShareWeights.Of(percent, fresh, old).ShouldSatisfyAllConditions(
                        w => Math.Abs(ShareWeights.Percent(w.New, fresh, w.Old, old) - percent).ShouldBeLessThan(0.5, $"{percent} % of {fresh} and {old}"));
    }

    [Fact]
    public void Of_MoreReplicasThanWeightsCanTellApart_StaysWithinBounds()
    {
        var (a, b) = ShareWeights.Of(1, 500, 1);

        (a, b).ShouldBe((1, ShareWeights.Most));
    }

    /// <summary>By trying all.</summary>
    private static double Nearest(int percent, int fresh, int old)
    {
        var best = double.MaxValue;
        for (var a = 1; a <= ShareWeights.Most; a++)
            for (var b = 1; b <= ShareWeights.Most; b++)
                best = Math.Min(best, Math.Abs((100.0 * a * fresh / ((a * fresh) + (b * old))) - percent));
        return best;
    }
}
