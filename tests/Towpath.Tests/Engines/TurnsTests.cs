using Towpath.Engines;

namespace Towpath.Tests.Engines;

public sealed class TurnsTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Take_ByMany_IsOneAfterTheOtherInTheirOrder()
    {
        var turns = new Turns();
        var order = new List<int>();
        var first = await turns.TakeAsync(Token);
        var others = Enumerable.Range(1, 5).Select(async i =>
        {
            using var turn = await turns.TakeAsync(Token);
            order.Add(i);
            await Task.Yield();
            order.Add(i);
        }).ToList();

        order.ShouldBeEmpty();
        first.Dispose();
        first.Dispose();
        await Task.WhenAll(others);
        order.ShouldBe([1, 1, 2, 2, 3, 3, 4, 4, 5, 5]);
    }

    [Fact]
    public async Task Take_ThatIsCancelled_LetsNobodyInEarly()
    {
        var turns = new Turns();
        var first = await turns.TakeAsync(Token);
        using var ending = new CancellationTokenSource();
        var second = turns.TakeAsync(ending.Token);
        var third = turns.TakeAsync(Token);
        await ending.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => second);
        third.IsCompleted.ShouldBeFalse("the first one still has its turn");
        first.Dispose();
        (await third).Dispose();
    }
}
