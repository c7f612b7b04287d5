using Towpath.Engines.Kubernetes.Calls;

namespace Towpath.Tests.Engines.Kubernetes.Calls;

public sealed class CallRetriesTests
{
    [Theory]
    [InlineData(1, 0, 200)]
    [InlineData(2, 0, 400)]
    [InlineData(2, 1, 600)]
    [InlineData(4, 0, 1600)]
    public void After_Faults_DoublesItsWait(int attempts, double chance, int milliseconds) =>
        CallRetries.After(attempts, CallFault.Unknown, isIdempotent: true, asked: null, chance).ShouldBe(TimeSpan.FromMilliseconds(milliseconds));

    [Fact]
    public void After_CallThatMustNotBeMadeTwice_IsTriedAgainOnlyWhenItWasNotTaken()
    {
        CallRetries.After(1, CallFault.Unknown, isIdempotent: false, asked: null, 0).ShouldBeNull();
        CallRetries.After(1, CallFault.NotTaken, isIdempotent: false, asked: null, 0).ShouldNotBeNull();
    }

    [Theory]
    [InlineData(7, 7)]
    [InlineData(3600, 30)]
    public void After_WaitThatIsAskedFor_IsKeptUpToABound(int asked, int seconds) =>
        CallRetries.After(1, CallFault.NotTaken, isIdempotent: true, TimeSpan.FromSeconds(asked), 0).ShouldBe(TimeSpan.FromSeconds(seconds));

    [Fact]
    public void After_FinalFaultOrManyAttempts_IsNever()
    {
        CallRetries.After(1, CallFault.Final, isIdempotent: true, asked: null, 0).ShouldBeNull();
        CallRetries.After(CallRetries.MostAttempts, CallFault.Unknown, isIdempotent: true, asked: null, 0).ShouldBeNull();
    }

    [Fact]
    public void Wait_ManyFailures_HasABound() => CallRetries.Wait(1000, 1).ShouldBe(TimeSpan.FromSeconds(15));

    [Fact]
    public void Take_MoreThanTheBurst_WaitsItsTurn()
    {
        var budget = new CallBudget(perSecond: 10, burst: 3);
        Enumerable.Range(0, 3).Select(_ => budget.Take(TimeSpan.Zero)).ShouldAllBe(w => w == TimeSpan.Zero);
        budget.Take(TimeSpan.Zero).ShouldBe(TimeSpan.FromMilliseconds(100));
        budget.Take(TimeSpan.Zero).ShouldBe(TimeSpan.FromMilliseconds(200));

        // A second brings ten tokens, of which two are owed and three at most are kept.
        budget.Take(TimeSpan.FromSeconds(1)).ShouldBe(TimeSpan.Zero);
        budget.Take(TimeSpan.FromSeconds(1)).ShouldBe(TimeSpan.Zero);
        budget.Take(TimeSpan.FromSeconds(1)).ShouldBe(TimeSpan.Zero);
        budget.Take(TimeSpan.FromSeconds(1)).ShouldBe(TimeSpan.FromMilliseconds(100));
    }

    [Fact]
    public void Budget_InTheBackground_TakesOnlyWhatIsLeft()
    {
        var budget = new CallBudget(perSecond: 10, burst: 2);
        budget.TryTake(TimeSpan.Zero).ShouldBeTrue();
        budget.Take(TimeSpan.Zero).ShouldBe(TimeSpan.Zero);
        budget.TryTake(TimeSpan.Zero).ShouldBeFalse();
        budget.Take(TimeSpan.Zero).ShouldBe(TimeSpan.FromMilliseconds(100), "who waits goes first");
        budget.TryTake(TimeSpan.FromMilliseconds(150)).ShouldBeFalse("that one was owed");
        budget.TryTake(TimeSpan.FromMilliseconds(200)).ShouldBeTrue();
    }
}
