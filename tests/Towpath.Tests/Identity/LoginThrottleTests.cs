using Towpath.Core.Identity;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Identity;

public sealed class LoginThrottleTests
{
    private static readonly DateTimeOffset Now = Facts.Start;

    [Fact]
    public void Wait_FiveFailures_LocksThatAccountOnly()
    {
        var throttle = Failed("ben", 4);
        throttle.Wait("ben", Now).ShouldBe(TimeSpan.Zero);
        throttle.JustLocked("ben").ShouldBeFalse();
        throttle = throttle.Began("ben", Now);

        throttle.JustLocked("ben").ShouldBeTrue();
        throttle.Wait("ben", Now).ShouldBe(TimeSpan.FromMinutes(1));
        throttle.Wait("ben", Now.AddSeconds(59)).ShouldBe(TimeSpan.FromSeconds(1));
        throttle.Wait("ben", Now.AddMinutes(1)).ShouldBe(TimeSpan.Zero);
        throttle.Wait("ann", Now).ShouldBe(TimeSpan.Zero);
    }

    [Theory]
    [InlineData(6, 2)]
    [InlineData(7, 4)]
    [InlineData(8, 8)]
    [InlineData(9, 15)]
    [InlineData(30, 15)]
    public void Wait_EachFurtherFailure_LocksForTwiceAsLong(int failures, int minutes) =>
        Failed("ben", failures, TimeSpan.FromMinutes(15)).Wait("ben", Now + (TimeSpan.FromMinutes(15) * (failures - 1))).ShouldBe(TimeSpan.FromMinutes(minutes));

    [Fact]
    public void Succeeded_AfterFailures_BeginsAnew()
    {
        var throttle = Failed("ben", 4).Succeeded("ben").Began("ben", Now);
        throttle.Failed["ben"].Count.ShouldBe(1);
        throttle.Succeeded("ben").Failed.ShouldBeEmpty();
    }

    [Fact]
    public void Began_LongAfterTheLastFailure_BeginsAnew() =>
        Failed("ben", 8).Began("ben", Now.AddHours(1)).Failed["ben"].Count.ShouldBe(1);

    [Fact]
    public void Wait_ManyAccounts_AreLimitedTogether()
    {
        var throttle = LoginThrottle.Empty;
        for (var i = 0; i < LoginThrottle.InHand; i++)
        {
            throttle.Wait($"a{i}", Now).ShouldBe(TimeSpan.Zero, $"{i}");
            throttle = throttle.Began($"a{i}", Now);
        }

        throttle.Wait("another", Now).ShouldBe(LoginThrottle.Refill);
        throttle.Wait("another", Now + LoginThrottle.Refill).ShouldBe(TimeSpan.Zero);
        throttle.Began("another", Now + LoginThrottle.Refill).Wait("one more", Now + LoginThrottle.Refill).ShouldBe(LoginThrottle.Refill);
        throttle.Wait("another", Now.AddDays(1)).ShouldBe(TimeSpan.Zero);
    }

    [Fact]
    public void Succeeded_Always_TakesNothingFromOthers()
    {
        var throttle = LoginThrottle.Empty;
        for (var i = 0; i < 500; i++) throttle = throttle.Began("ben", Now).Succeeded("ben");
        throttle.Wait("ann", Now).ShouldBe(TimeSpan.Zero);
        throttle.Wait("ben", Now).ShouldBe(TimeSpan.Zero);
    }

    [Fact]
    public void Guessing_TenThousandTimesAsFastAsItGoes_LooksAtFewAndRemembersFew()
    {
        // 10 000 attempts in 100 s, each at another name: 40 in hand and one for every two seconds.
        var (throttle, looked) = (LoginThrottle.Empty, 0);
        for (var i = 0; i < 10_000; i++)
        {
            var now = Now.AddMilliseconds(10 * i);
            if (throttle.Wait($"a{i}", now) > TimeSpan.Zero) continue;
            throttle = throttle.Began($"a{i}", now);
            looked++;
        }

        looked.ShouldBe(LoginThrottle.InHand + 49);
        throttle.Failed.Count.ShouldBeLessThanOrEqualTo(looked);
    }

    [Fact]
    public void Began_WithMoreNamesThanAreRemembered_KeepsALockUntilItIsOver()
    {
        // Whoever fills the list to get a locked account out of it waits longer than the lock.
        var throttle = Failed("ben", 12);
        var now = Now;
        for (var i = 0; i < 3 * LoginThrottle.MostNames; i++)
        {
            now += throttle.Wait($"a{i}", now);
            throttle = throttle.Began($"a{i}", now);
            throttle.Failed.Count.ShouldBeLessThanOrEqualTo(LoginThrottle.MostNames);
            if (!throttle.Failed.ContainsKey("ben")) break;
        }

        throttle.Failed.ContainsKey("ben").ShouldBeFalse();
        (now - Now).ShouldBeGreaterThan(TimeSpan.FromMinutes(15));
    }

    private static LoginThrottle Failed(string account, int times, TimeSpan apart = default)
    {
        var throttle = LoginThrottle.Empty;
        for (var i = 0; i < times; i++) throttle = throttle.Began(account, Now + (apart * i));
        return throttle;
    }
}
