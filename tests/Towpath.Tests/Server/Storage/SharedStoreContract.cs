using Towpath.Core.Journal;
using Towpath.Server.Storage;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Server.Storage;

/// <summary>What a store promises besides that several processes may have open at once.</summary>
public abstract class SharedStoreContract(SqlStore store) : StoreContract(store)
{
    private readonly SqlStore _store = store;

    [Fact]
    public async Task WaitForFactsAsync_OtherStoreWrites_CompletesByItsTimer()
    {
        using var other = OpenOther();
        var wait = _store.WaitForFactsAsync(0, CancellationToken.None);
        other.Append(Models.Fact());

        await wait.WaitAsync(TimeSpan.FromSeconds(20));
        _store.LastSequence().ShouldBe(1);
    }

    [Fact]
    public async Task Append_TwoStoresInParallel_NoErrorAndOneChainWithoutAGap()
    {
        using var other = OpenOther();
        SqlStore[] stores = [_store, other];
        await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(() =>
        {
            for (var n = 0; n < 25; n++)
                stores[i % 2].Append(Models.Fact(), Models.Fact());
        })));

        _store.Facts(null, 0, 1000).Select(f => f.Sequence).ShouldBe(Enumerable.Range(1, 400).Select(n => (long)n));
        var audit = Audit();
        (audit.Facts, audit.Broken).ShouldBe((400, null));
    }

    [Fact]
    public async Task Facts_WhileOthersWrite_NeverShowALaterOneBeforeAnEarlierOne()
    {
        using var other = OpenOther();
        var writing = Task.WhenAll(Enumerable.Range(0, 4).Select(i => Task.Run(() =>
        {
            for (var n = 0; n < 40; n++)
                (i % 2 == 0 ? _store : other).Append(Models.Fact());
        })));

        var seen = 0L;
        while (seen < 160)
        {
            foreach (var fact in _store.Facts(null, seen, 1000))
                fact.Sequence.ShouldBe(++seen);
            if (writing.IsCompleted && _store.LastSequence() == seen) break;
        }

        await writing;
        seen.ShouldBe(160);
    }

    [Fact]
    public async Task QueueRun_TwoStoresSameCommitAtOnce_OneRun()
    {
        using var other = OpenOther();
        var answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(i => Task.Run(() =>
            (i % 2 == 0 ? _store : other).QueueRun("shop", Sha, "s", "ann", Models.Noon, Models.Fact()))));

        answers.Select(a => a.Run.Id).Distinct().ShouldBe(["p-1"]);
        answers.Count(a => !a.Attached).ShouldBe(1);
    }

    [Fact]
    public async Task TryTakeLease_TwoStoresAtOnce_OneHolder()
    {
        using var other = OpenOther();
        var leases = await Task.WhenAll(Enumerable.Range(0, 16).Select(i => Task.Run(() =>
            (i % 2 == 0 ? _store : other).TryTakeLease("shop", "test", $"owner-{i}", Models.Noon, TimeSpan.FromSeconds(30)))));

        leases.Count(lease => lease is not null).ShouldBe(1);
    }

    /// <summary>The same store, as another process has it.</summary>
    protected abstract SqlStore OpenOther();

    /// <summary>What looking through the whole journal says.</summary>
    protected SealAudit Audit() =>
        _store.Sealed(0, 1000).Aggregate(SealAudit.Start, (audit, fact) => audit.After(fact, null)).End(_store.LastSequence(), null);
}
