using Towpath.Server.Reconcilers;
using Towpath.Server.Storage;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Server.Reconcilers;

/// <summary>Two control planes on one store, each with clocks of its own.</summary>
public sealed class LeasesTests : IDisposable
{
    private readonly ServerScene _scene = new();
    private readonly TwoClocks _clocks = new();
    private readonly Leases _one;
    private readonly Leases _two;

    public LeasesTests()
    {
        _one = new Leases(_scene.Store, "one", _clocks);
        _two = new Leases(_scene.Store, "two", _clocks);
    }

    public void Dispose() => _scene.Dispose();

    [Fact]
    public void TryTake_WallClockJumpsAhead_StaysTheHolders()
    {
        var held = _one.TryTake("shop", "staging").ShouldNotBeNull();
        _two.TryTake("shop", "staging").ShouldBeNull();

        _clocks.Wall += TimeSpan.FromDays(1);

        _two.TryTake("shop", "staging").ShouldBeNull();
        held.Keep();
    }

    [Fact]
    public void TryTake_SilentForItsWholeTime_IsTaken()
    {
        var held = _one.TryTake("shop", "staging").ShouldNotBeNull();
        _two.TryTake("shop", "staging").ShouldBeNull("it is seen for the first time");
        _clocks.Steady += Leases.Duration;

        _two.TryTake("shop", "staging").ShouldNotBeNull();

        Should.Throw<StaleLeaseException>(held.Keep);
    }

    [Fact]
    public void TryTake_ProcessOfTheHolderHasEnded_IsTakenAtOnce()
    {
        var held = _one.TryTake("shop", "staging").ShouldNotBeNull();

        new Leases(_scene.Store, "two", _clocks, owner => owner == "another").TryTake("shop", "staging").ShouldBeNull();
        new Leases(_scene.Store, "two", _clocks, owner => owner == "one").TryTake("shop", "staging").ShouldNotBeNull();

        Should.Throw<StaleLeaseException>(held.Keep);
    }

    [Fact]
    public void TryTake_WallClockJumpsBack_IsTakenAllTheSame()
    {
        _one.TryTake("shop", "staging").ShouldNotBeNull();
        _clocks.Wall -= TimeSpan.FromDays(1);
        _two.TryTake("shop", "staging").ShouldBeNull();
        _clocks.Steady += Leases.Duration;

        _two.TryTake("shop", "staging").ShouldNotBeNull();
    }

    [Fact]
    public void TryTake_RenewedMeanwhile_StaysTheHolders()
    {
        var held = _one.TryTake("shop", "staging").ShouldNotBeNull();
        for (var look = 0; look < 10; look++)
        {
            _two.TryTake("shop", "staging").ShouldBeNull();
            _clocks.Advance(Leases.Duration / 2);
            held.Keep();
        }
    }

    [Fact]
    public void Keep_Young_WritesNothing()
    {
        var held = _one.TryTake("shop", "staging").ShouldNotBeNull();
        var before = _scene.Store.LeaseOf("shop", "staging");
        _clocks.Advance(Leases.Duration / 6);

        held.Keep();

        _scene.Store.LeaseOf("shop", "staging").ShouldBe(before);
    }

    [Fact]
    public void TryTake_AfterARestart_IsTheSameLease()
    {
        var before = _one.TryTake("shop", "staging").ShouldNotBeNull().Lease.Token;

        new Leases(_scene.Store, "one", _clocks).TryTake("shop", "staging").ShouldNotBeNull().Lease.Token.ShouldBe(before);
    }

    private sealed class TwoClocks : TimeProvider
    {
        public DateTimeOffset Wall { get; set; } = Facts.Start;

        public TimeSpan Steady { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public void Advance(TimeSpan time)
        {
            Wall += time;
            Steady += time;
        }

        public override DateTimeOffset GetUtcNow() => Wall;

        public override long GetTimestamp() => Steady.Ticks;
    }
}
