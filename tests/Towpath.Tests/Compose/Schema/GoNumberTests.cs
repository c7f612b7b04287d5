using Towpath.Core.Compose.Schema;

namespace Towpath.Tests.Compose.Schema;

public sealed class GoNumberTests
{
    [Theory]
    [InlineData(1.5, "1.5")]
    [InlineData(0, "0")]
    [InlineData(100000, "100000")]
    [InlineData(1000000, "1e+06")]
    [InlineData(1234567.5, "1.2345675e+06")]
    [InlineData(0.0001, "0.0001")]
    [InlineData(0.00001, "1e-05")]
    [InlineData(-2.5e21, "-2.5e+21")]
    [InlineData(double.PositiveInfinity, "+Inf")]
    public void Shortest_Double_IsAsGoPrintsIt(double number, string expected) => GoNumber.Shortest(number).ShouldBe(expected);

    [Theory]
    [InlineData(1.5f, "1.5")]
    [InlineData(0.1f, "0.1")]
    [InlineData(50f, "50")]
    public void Shortest_Single_IsShortest(float number, string expected) => GoNumber.Shortest(number).ShouldBe(expected);

    [Theory]
    [InlineData(0, "0s")]
    [InlineData(90_000_000_000, "1m30s")]
    [InlineData(3_600_000_000_000, "1h0m0s")]
    [InlineData(2_500_000_000, "2.5s")]
    [InlineData(-1_500_000_000, "-1.5s")]
    [InlineData(250_000_000, "250ms")]
    [InlineData(1_500, "1.5µs")]
    [InlineData(7, "7ns")]
    public void Duration_Nanoseconds_IsInTheLargestFittingUnits(long nanoseconds, string expected) => GoNumber.Duration(nanoseconds).ShouldBe(expected);
}
