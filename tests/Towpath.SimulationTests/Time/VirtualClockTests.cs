using Towpath.Simulation.Time;

namespace Towpath.SimulationTests.Time;

public sealed class VirtualClockTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 5, 9, 0, 0, TimeSpan.Zero);
    private readonly VirtualClock _clock = new(new Random(1), Start);
    private readonly List<string> _seen = [];

    [Fact]
    public void Run_TwoPauses_EndInTheOrderOfTheirTime()
    {
        var process = new SimulatedProcess(_clock, "a");
        process.Start(() => PauseAsync(process, 20));
        process.Start(() => PauseAsync(process, 10));

        _clock.Run(TimeSpan.FromMinutes(1), () => false);

        _seen.ShouldBe(["a after 10 s", "a after 20 s"]);
        _clock.Elapsed.ShouldBe(TimeSpan.FromMinutes(1));
    }

    [Fact]
    public void Kill_WhileItPauses_NothingOfItRunsAgain()
    {
        var (killed, other) = (new SimulatedProcess(_clock, "a"), new SimulatedProcess(_clock, "b"));
        killed.Start(async () =>
        {
            try
            {
                await PauseAsync(killed, 20);
            }
            finally
            {
                _seen.Add("finally");
            }
        });
        other.Start(() => PauseAsync(other, 20));
        _clock.After(TimeSpan.FromSeconds(15), killed.Kill);

        _clock.Run(TimeSpan.FromMinutes(1), () => false);

        _seen.ShouldBe(["b after 20 s"]);
    }

    [Fact]
    public void Error_Jumps_MovesTheWallClockAndNoTimer()
    {
        var process = new SimulatedProcess(_clock, "a");
        process.Start(() => PauseAsync(process, 20));
        _clock.After(TimeSpan.FromSeconds(10), () => _clock.Error = TimeSpan.FromHours(-1));

        _clock.Run(TimeSpan.FromSeconds(30), () => false);

        _seen.ShouldBe(["a after 20 s"]);
        process.Time.GetUtcNow().ShouldBe(Start.AddSeconds(30).AddHours(-1));
    }

    [Fact]
    public void Cancel_WhileItPauses_ContinuesOnItsScheduler()
    {
        var process = new SimulatedProcess(_clock, "a");
        using var stop = new CancellationTokenSource();
        TaskScheduler? after = null;
        process.Start(async () =>
        {
            await Task.Delay(TimeSpan.FromHours(1), process.Time, stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            after = TaskScheduler.Current;
        });
        _clock.After(TimeSpan.FromSeconds(1), stop.Cancel);

        _clock.Run(TimeSpan.FromSeconds(2), () => false);

        after.ShouldBe(process);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    public void Run_SameSeed_SameOrder(int seed)
    {
        Shuffled(seed).ShouldBe(Shuffled(seed));
        Shuffled(seed).ShouldNotBe(Shuffled(seed + 1));
    }

    private static List<int> Shuffled(int seed)
    {
        var clock = new VirtualClock(new Random(seed), Start);
        var order = new List<int>();
        for (var i = 0; i < 20; i++)
        {
            var number = i;
            clock.Post(null, () => order.Add(number));
        }
        clock.Run(TimeSpan.Zero, () => false);
        return order;
    }

    private async Task PauseAsync(SimulatedProcess process, int seconds)
    {
        await Task.Delay(TimeSpan.FromSeconds(seconds), process.Time);
        _seen.Add($"{process.Name} after {_clock.Elapsed.TotalSeconds} s");
    }
}
