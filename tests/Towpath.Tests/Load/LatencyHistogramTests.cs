using Towpath.Load;

namespace Towpath.Tests.Load;

public sealed class LatencyHistogramTests
{
    [Fact]
    public void Percentile_Empty_IsZero()
    {
        var histogram = new LatencyHistogram();
        histogram.Percentile(0.99).ShouldBe(TimeSpan.Zero);
        histogram.Max.ShouldBe(TimeSpan.Zero);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(63)]
    [InlineData(64)]
    [InlineData(1_000)]
    [InlineData(65_535)]
    [InlineData(30_000_000)]
    [InlineData(90_000_000_000)]
    public void Percentile_OneValue_IsThatValue(long microseconds)
    {
        var histogram = new LatencyHistogram();
        histogram.Record(TimeSpan.FromMicroseconds(microseconds));
        histogram.Percentile(0.5).ShouldBe(TimeSpan.FromMicroseconds(microseconds));
        histogram.Max.ShouldBe(TimeSpan.FromMicroseconds(microseconds));
    }

    [Fact]
    public void Percentile_ManyValues_IsRightWithinTwoPercent()
    {
        var histogram = new LatencyHistogram();
        for (var value = 1; value <= 100_000; value++) histogram.Record(TimeSpan.FromMicroseconds(value));
        foreach (var share in new[] { 0.01, 0.5, 0.9, 0.99, 0.999 })
            histogram.Percentile(share).TotalMicroseconds.ShouldBeInRange(share * 100_000, share * 100_000 * 1.02);
        histogram.Percentile(1).ShouldBe(histogram.Max);
    }

    [Fact]
    public void Record_OutOfRange_IsClamped()
    {
        var histogram = new LatencyHistogram();
        histogram.Record(TimeSpan.FromSeconds(-1));
        histogram.Record(TimeSpan.MaxValue);
        histogram.Count.ShouldBe(2);
        histogram.Percentile(0.5).ShouldBe(TimeSpan.Zero);
    }

    [Fact]
    public void Record_FromManyThreads_LosesNothing()
    {
        var histogram = new LatencyHistogram();
        Parallel.For(0, 10_000, i => histogram.Record(TimeSpan.FromMicroseconds(i)));
        histogram.Count.ShouldBe(10_000);
        histogram.Max.ShouldBe(TimeSpan.FromMicroseconds(9_999));
    }
}
